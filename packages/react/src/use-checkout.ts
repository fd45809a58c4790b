import type { Checkout, CheckoutState } from '@teabrick/core'
import { useSyncExternalStore } from 'react'

export interface UseCheckoutResult extends Pick<Checkout, 'pay' | 'cancel'> {
  readonly state: CheckoutState
  /** An answer is awaited: nothing to press. */
  readonly isBusy: boolean
}

/** Follows a checkout of core. The component that made it stops it. */
export function useCheckout(
  checkout: Pick<Checkout, 'getSnapshot' | 'subscribe' | 'pay' | 'cancel'>,
): UseCheckoutResult {
  const state = useSyncExternalStore(checkout.subscribe, checkout.getSnapshot, checkout.getSnapshot)
  const { pay, cancel } = checkout
  return { state, isBusy: state.status === 'starting' || state.status === 'processing', pay, cancel }
}
