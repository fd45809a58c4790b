import { PayButton } from './pay-button.ts'
import { PayReturn } from './pay-return.ts'

/**
 * Registers `<pay-button>` and `<pay-return>`. Safe to call again, beside another copy of the package (the first one
 * stays), and where there is no DOM.
 */
export function defineElements(): void {
  if (typeof customElements === 'undefined') return
  for (const [tag, element] of [
    ['pay-button', PayButton],
    ['pay-return', PayReturn],
  ] as const) {
    const known = customElements.get(tag)
    if (!known) customElements.define(tag, element)
    else if (known !== element) {
      console.warn(`<${tag}>: another copy of @teabrick/web-component stays in use`)
    }
  }
}
