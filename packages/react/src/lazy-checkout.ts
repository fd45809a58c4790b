import {
  type Checkout,
  type CheckoutState,
  INITIAL_CHECKOUT_STATE,
  isPayError,
  PayError,
} from '@teabrick/core'

/** A checkout whose session is made at the first `open`, `pay` or `load`, and only once. */
export interface LazyCheckout
  extends Pick<Checkout, 'getSnapshot' | 'subscribe' | 'load' | 'pay' | 'cancel' | 'stop'> {
  /** Forgets a session that is over, so that the next call makes another one. */
  readonly reset: () => void
}

/** @param open Makes the session and its checkout. Called again only after it failed, or after `reset`. */
export function createLazyCheckout(open: () => Promise<Checkout>): LazyCheckout {
  const listeners = new Set<() => void>()
  let idle: CheckoutState = INITIAL_CHECKOUT_STATE
  let checkout: Checkout | undefined
  let opening: Promise<Checkout> | undefined
  let unfollow: (() => void) | undefined
  let purchase = 0

  const announce = () => {
    for (const listener of [...listeners]) listener()
  }

  function follow(): void {
    if (checkout && listeners.size > 0) unfollow ??= checkout.subscribe(announce)
  }

  function rest(): void {
    unfollow?.()
    unfollow = undefined
  }

  async function make(): Promise<Checkout> {
    const mine = purchase
    try {
      const opened = await open()
      if (mine !== purchase)
        throw new PayError('aborted', 'the checkout was reset while its session was made')
      checkout = opened
      follow()
      announce()
      return opened
    } catch (cause) {
      const error = isPayError(cause)
        ? cause
        : new PayError('network_error', 'the session could not be created', { cause })
      if (mine === purchase) {
        opening = undefined
        idle = { ...INITIAL_CHECKOUT_STATE, error }
        announce()
      }
      throw error
    }
  }

  function ready(): Promise<Checkout> {
    opening ??= make()
    return opening
  }

  return {
    getSnapshot: () => checkout?.getSnapshot() ?? idle,
    subscribe(listener) {
      // Wrapped, so that one function subscribed twice is two listeners.
      const own = () => listener()
      listeners.add(own)
      follow()
      return () => {
        listeners.delete(own)
        if (listeners.size === 0) rest()
      }
    },
    load: async () => (await ready()).load(),
    pay: async (method, options) => (await ready()).pay(method, options),
    cancel: async () => checkout?.cancel() ?? idle,
    stop: () => checkout?.stop(),
    reset() {
      purchase++
      rest()
      checkout?.stop()
      checkout = opening = undefined
      idle = INITIAL_CHECKOUT_STATE
      announce()
    },
  }
}
