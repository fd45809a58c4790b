import type { PayError } from '@teabrick/core'

/** Every event of the elements bubbles and leaves shadow roots, as the platform's own input events do. */
export abstract class PayEvent extends Event {
  constructor(type: string, cancelable = false) {
    super(type, { bubbles: true, composed: true, cancelable })
  }
}

/** Something is wrong that the developer can fix, or that kept the checkout from working. */
export class PayErrorEvent extends PayEvent {
  constructor(readonly error: PayError) {
    super('pay-error')
  }
}
