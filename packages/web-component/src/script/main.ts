import { defineElements } from '../define-elements.ts'

export { registerMark } from '../marks.ts'

defineElements()
