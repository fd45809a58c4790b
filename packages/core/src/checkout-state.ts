import type { CheckoutMethod, CheckoutPayment, CheckoutView } from './contract/checkout.ts'
import type { Device } from './contract/device.ts'
import type { FailureCode } from './contract/failure.ts'
import type { NextAction, Presentation } from './contract/next-action.ts'
import type { PayError } from './errors.ts'

/** How the last request fared. `offline` only delays: it never fails a payment. */
export type Connection = 'ok' | 'retrying' | 'offline'

interface Common {
  readonly connection: Connection
  /**
   * True from the first byte of a pay request until an answer proves how it ended. While it is true no text may say that
   * the buyer was not charged.
   */
  readonly moneyMayHaveMoved: boolean
  /** The last request that was refused for good, until the next one that succeeds. */
  readonly error: PayError | null
}

/** State that came with an answer of the payment API. */
interface Loaded extends Common {
  readonly view: CheckoutView
  /** Monotonic milliseconds (`performance.now()`) when `view` arrived: durations in it count from here. */
  readonly receivedAtMs: number
}

/** The checkout as the buyer lives it, one member per thing that can be on the screen. */
export type CheckoutState =
  | (Common & { readonly status: 'loading' })
  | (Loaded & { readonly status: 'ready' })
  | (Loaded & { readonly status: 'starting'; readonly method: string })
  | (Loaded & {
      readonly status: 'requires_action'
      readonly payment: CheckoutPayment
      readonly nextAction: NextAction
    })
  | (Loaded & {
      readonly status: 'processing'
      /** The method of the attempt being looked into. */
      readonly method: string
      /** The attempt. Null while the answer to the pay request is lost and no attempt has been seen yet. */
      readonly payment: CheckoutPayment | null
      /** `canceling`: the buyer asked for another method and the old attempt is being ended. */
      readonly reason: 'checking' | 'canceling'
    })
  | (Loaded & { readonly status: 'succeeded'; readonly payment: CheckoutPayment })
  | (Loaded & {
      readonly status: 'failed'
      readonly payment: CheckoutPayment
      /** `expired` also when the provider's code ran out while the session is still open. */
      readonly failureCode: FailureCode
    })
  | (Loaded & {
      readonly status: 'expired'
      /** Money that came after the deadline: found, or already on its way back. */
      readonly late: 'late_success' | 'late_refunded' | null
    })
  | (Loaded & { readonly status: 'canceled'; readonly late: 'late_success' | 'late_refunded' | null })

export type CheckoutStatus = CheckoutState['status']

/** What {@link Checkout.pay} may add to the method. */
export interface PayOptions {
  readonly presentation?: Presentation | undefined
  readonly bankId?: string | undefined
  /** The quote the buyer saw. Absent: the one in the current view. */
  readonly quoteId?: string | undefined
  readonly contact?: { readonly phone?: string | undefined; readonly email?: string | undefined } | undefined
  readonly device?: Device | undefined
}

/** One run of a checkout in a browser. Methods are bound: they can be passed around. */
export interface Checkout {
  /** The same object until something changes. */
  readonly getSnapshot: () => CheckoutState
  /** Calls back after every change. Returns the unsubscribe. The first subscriber starts the watch. */
  readonly subscribe: (listener: () => void) => () => void
  /** Asks once and resolves with the state. @throws PayError when the API refuses for good. */
  readonly load: () => Promise<CheckoutState>
  /**
   * Starts or joins an attempt with a method of the view (`CheckoutMethod.id`). Resolves with the state after the answer;
   * a lost answer is not an error but `processing`.
   *
   * @throws PayError `payment_in_progress`, `method_unavailable`, `quote_changed`, … when the API refuses.
   */
  readonly pay: (method: CheckoutMethod['id'], options?: PayOptions) => Promise<CheckoutState>
  /** The buyer wants another method: ends or withdraws the live attempt. */
  readonly cancel: () => Promise<CheckoutState>
  /** Keeps the watch going while a sheet is open, even before the first attempt. Returns the release. */
  readonly hold: () => () => void
  /** Ends timers and requests, but never a pay request that has left. A later subscriber or call starts again. */
  readonly stop: () => void
}
