import type { Checkout, CheckoutState, PayError } from '@teabrick/core'
import {
  PayCancelEvent,
  PayErrorEvent,
  PayExpireEvent,
  PayFailureEvent,
  PayPendingEvent,
  PayStatusEvent,
  PaySuccessEvent,
} from './events.ts'

/** Statuses after which nothing more happens in this session. */
export function isOver({ status }: CheckoutState): boolean {
  return status === 'succeeded' || status === 'expired' || status === 'canceled'
}

/**
 * Tells the page what happens in a checkout, once per change.
 *
 * @param onSuccess Called unless the page prevented `pay-success`.
 * @returns The end.
 */
export function followCheckout(
  target: EventTarget,
  checkout: Checkout,
  onChange: (state: CheckoutState) => void,
  onSuccess: (state: CheckoutState & { status: 'succeeded' }) => void,
): () => void {
  let status: CheckoutState['status'] | null = null
  let error: PayError | null = null

  function follow(): void {
    const state = checkout.getSnapshot()
    const previous = status
    if (state.error && state.error !== error) target.dispatchEvent(new PayErrorEvent(state.error))
    error = state.error
    if (state.status !== previous) {
      status = state.status
      target.dispatchEvent(new PayStatusEvent(state.status, previous, state))
      switch (state.status) {
        case 'processing':
          target.dispatchEvent(new PayPendingEvent(state.view.session.id))
          break
        case 'failed':
          target.dispatchEvent(new PayFailureEvent(state.failureCode))
          break
        case 'canceled':
          target.dispatchEvent(new PayCancelEvent('session'))
          break
        case 'expired':
          target.dispatchEvent(new PayExpireEvent(state.late))
          break
        case 'succeeded':
          if (target.dispatchEvent(new PaySuccessEvent(state.payment.id, state.view.session.id)))
            onSuccess(state)
      }
    }
    onChange(state)
  }

  const end = checkout.subscribe(follow)
  follow()
  return end
}
