import { PayButton } from './pay-button.ts'
import { PayReturn } from './pay-return.ts'

/**
 * Registers `<pay-button>` and `<pay-return>`. Safe to call again, beside another copy of the package (the first one
 * stays), where there is no DOM, and in a browser that is too old: there the link inside the element goes on being one.
 */
export function defineElements(): void {
  if (typeof document === 'undefined') return
  // Of what they use, the newest that a browser may lack which can read this script at all.
  if (!globalThis.customElements || !('hasOwn' in Object)) {
    console.error('<pay-button>: this browser is too old, the link inside stays')
    return
  }
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
