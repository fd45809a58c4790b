import type { CheckoutState, CheckoutStatus } from '@teabrick/core'
import type { FailureCode } from '@teabrick/core/contract'
import { PayErrorEvent, PayEvent } from './pay-event.ts'

export { PayErrorEvent }

/** The element is upgraded and can be clicked. */
export class PayReadyEvent extends PayEvent {
  constructor() {
    super('pay-ready')
  }
}

/** The buyer pressed the button. Preventing it stops the click before anything is asked for. */
export class PayClickEvent extends PayEvent {
  constructor() {
    super('pay-click', true)
  }
}

/** The checkout moved to another status. */
export class PayStatusEvent extends PayEvent {
  constructor(
    readonly status: CheckoutStatus,
    readonly previous: CheckoutStatus | null,
    /** The whole state, as core gives it. */
    readonly state: CheckoutState,
  ) {
    super('pay-status')
  }
}

/** The buyer is about to leave for the wallet, the bank or the provider's page. Preventing it keeps him here. */
export class PayActionEvent extends PayEvent {
  constructor(
    readonly kind: 'appLink' | 'redirect',
    readonly method: string,
    /** Where the link leads, after the URL gate. */
    readonly url: string,
  ) {
    super('pay-action', true)
  }
}

/** The order is paid. Preventing it stops the move to the return URL. Fulfil on the webhook, never on this event. */
export class PaySuccessEvent extends PayEvent {
  constructor(
    /** Both are absent on `<pay-return>`, whose token tells the outcome only. */
    readonly paymentId: string | undefined,
    readonly sessionId: string | undefined,
  ) {
    super('pay-success', true)
  }
}

/** The outcome is not known yet. */
export class PayPendingEvent extends PayEvent {
  constructor(
    /** Absent on `<pay-return>`. */
    readonly sessionId: string | undefined,
  ) {
    super('pay-pending')
  }
}

/** The attempt failed for sure; the buyer can choose again. */
export class PayFailureEvent extends PayEvent {
  constructor(readonly failureCode: FailureCode) {
    super('pay-failure')
  }
}

/** `closed`: the buyer closed the sheet before anything was paid. `session`: the merchant called the session off. */
export class PayCancelEvent extends PayEvent {
  constructor(readonly reason: 'closed' | 'session') {
    super('pay-cancel')
  }
}

/** The session's deadline passed. */
export class PayExpireEvent extends PayEvent {
  constructor(
    /** Money that came after the deadline: found, or already on its way back. */
    readonly late: 'late_success' | 'late_refunded' | null,
  ) {
    super('pay-expire')
  }
}

declare global {
  // The events bubble: elements, the document and the window can all listen.
  interface GlobalEventHandlersEventMap {
    'pay-ready': PayReadyEvent
    'pay-click': PayClickEvent
    'pay-status': PayStatusEvent
    'pay-action': PayActionEvent
    'pay-success': PaySuccessEvent
    'pay-pending': PayPendingEvent
    'pay-failure': PayFailureEvent
    'pay-cancel': PayCancelEvent
    'pay-expire': PayExpireEvent
    'pay-error': PayErrorEvent
  }
}
