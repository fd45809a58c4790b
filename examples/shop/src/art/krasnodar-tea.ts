import { area, type Drawing, ground, ink, shape } from './drawing.ts'
import { heap, twisted } from './leaves.ts'

/** A paper packet whose label shows where the tea grows: rows of bushes between the mountains and the sea. */
export const krasnodarTea: Drawing = {
  liquor: '#b9502c',
  subject: [
    ground(240, 140),
    shape('M142 108H338L352 374C352 380 348 382 342 382H138C132 382 128 380 128 374Z', '#d9c7a2'),
    area('M142 108 128 374C128 380 132 382 138 382H160L170 108Z', '#c4b089'),
    shape('M142 108 152 62H328L338 108Z', '#e6d8ba'),
    ink('M152 62 146 88H334L328 62M160 74H320', 'thin'),
    shape('M218 54H262V100H218Z', '#2f5f55', 'thin'),
    shape('M164 144H316V300H164Z', 'paper', 'thin'),
    area('M170 150H310V236H170Z', '#cfe0dc'),
    area('M282 178a16 16 0 1 1 -.1 0Z', '#d9694a'),
    area('M170 236V214L196 184 214 204 238 168 270 212 286 196 310 222V236Z', '#7fa096'),
    area('M196 184 208 198 196 194 186 196ZM238 168 252 188 240 184 228 190Z', 'paper'),
    area('M170 232H310V250H170Z', '#4f8aa0'),
    area('M170 294V250H310V294Z', '#5f8a4a'),
    '<path fill="none" stroke="#2f5a35" stroke-width="5" stroke-linecap="round" stroke-dasharray="1 8" d="M176 260H306M172 271H308M176 283H306"/>',
    ink('M170 150H310V294H170Z', 'thin'),
    ink('M184 320H296M200 334H280', 'thin'),
    heap({
      seed: 23,
      cx: 240,
      base: 388,
      halfWidth: 144,
      height: 34,
      count: 80,
      leaf: twisted(26, 3.6, 6),
      tones: ['#1f1813', '#33251b', '#4b3525'],
      spread: 0.7,
      outline: '#0f0b09',
    }),
  ].join(''),
}
