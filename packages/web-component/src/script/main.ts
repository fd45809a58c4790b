import { defineElements } from '../define-elements.ts'

export { registerMark } from '../marks.ts'
export { registerTexts } from '../own-texts.ts'

defineElements()
