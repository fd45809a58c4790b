import type { BuildOptions, Plugin } from 'esbuild'
import { appsApart } from './apps-apart.ts'
import { fromEntry } from './from-entry.ts'
import { minifyTemplates } from './minify-templates.ts'
import { SHORT_NAMES } from './short-names.ts'
import { standIns } from './stand-ins.ts'

/** How the lazy parts are bundled, be they files or inside the classic script. */
export const PART_OPTIONS = {
  bundle: true,
  target: 'es2022',
  platform: 'browser',
  conditions: ['production', 'browser'],
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  ...SHORT_NAMES,
  define: { ...SHORT_NAMES.define, 'process.env.NODE_ENV': '"production"' },
  // Builders of requests, which no buyer's page reaches.
  logOverride: { 'import-is-undefined': 'silent' },
} as const satisfies BuildOptions

export function partPlugins(root: string, symbol: string): Plugin[] {
  return [appsApart(root), fromEntry(symbol), standIns(root), minifyTemplates]
}
