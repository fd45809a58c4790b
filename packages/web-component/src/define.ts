import { defineElements } from './define-elements.ts'

// With them come the types of tags and events: a page that imports nothing else has them too.
export type { PayButton } from './pay-button.ts'
export type { PayReturn } from './pay-return.ts'

defineElements()
