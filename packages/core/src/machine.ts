import type { CheckoutState, CheckoutStatus, Connection } from './checkout-state.ts'
import type { CheckoutPayment, CheckoutView } from './contract/checkout.ts'
import { FAILURE_CODES, type FailureCode } from './contract/failure.ts'
import { isLivePaymentStatus } from './contract/states.ts'
import type { PayError } from './errors.ts'

/** What can happen to a checkout. */
export type CheckoutEvent =
  /** The API answered with a view. `isReply`: to the pay request itself, so nothing is pending any more. */
  | {
      readonly type: 'view'
      readonly view: CheckoutView
      readonly atMs: number
      readonly isReply?: boolean | undefined
    }
  /** A pay request is about to leave. */
  | { readonly type: 'pay'; readonly method: string }
  /** The answer to the pay request was lost: nobody knows yet. */
  | { readonly type: 'lost' }
  /** The API refused to pay or to cancel, with the current view where the problem has one. */
  | {
      readonly type: 'refused'
      readonly error: PayError
      readonly view?: CheckoutView | undefined
      readonly atMs: number
    }
  /** The API refuses to show the checkout, or no longer does. Says nothing about an attempt. */
  | { readonly type: 'fault'; readonly error: PayError | null }
  | { readonly type: 'connection'; readonly connection: Connection }

/** Every allowed change of the checkout's status. What is not here cannot happen. */
export const CHECKOUT_TRANSITIONS: Readonly<Record<CheckoutStatus, readonly CheckoutStatus[]>> = {
  loading: [
    'ready',
    'starting',
    'requires_action',
    'processing',
    'succeeded',
    'failed',
    'expired',
    'canceled',
  ],
  ready: ['starting', 'requires_action', 'processing', 'succeeded', 'failed', 'expired', 'canceled'],
  starting: ['ready', 'requires_action', 'processing', 'succeeded', 'failed', 'expired', 'canceled'],
  requires_action: ['ready', 'starting', 'processing', 'succeeded', 'failed', 'expired', 'canceled'],
  processing: ['ready', 'starting', 'requires_action', 'succeeded', 'failed', 'expired', 'canceled'],
  failed: ['ready', 'starting', 'requires_action', 'processing', 'succeeded', 'expired', 'canceled'],
  succeeded: [],
  expired: [],
  canceled: [],
}

/** The checkout before the first answer. */
export const INITIAL_CHECKOUT_STATE: CheckoutState = {
  status: 'loading',
  connection: 'ok',
  moneyMayHaveMoved: false,
  error: null,
}

/** Whether the checkout is over: nothing in it will change by itself. */
export function isFinal({ status }: CheckoutState): boolean {
  return status === 'succeeded' || status === 'expired' || status === 'canceled'
}

/** The live attempt that the API has shown, if there is one. */
export function livePayment(state: CheckoutState): CheckoutPayment | null {
  const payment = state.status === 'loading' ? null : state.view.payment
  return payment && isLivePaymentStatus(payment.status) ? payment : null
}

/** Whether a pay request has left and no answer has shown its attempt yet. */
export function isAttemptUnseen(state: CheckoutState): boolean {
  return (
    (state.status === 'starting' || (state.status === 'processing' && !state.payment)) && !livePayment(state)
  )
}

/** The next state. Pure; the same object when nothing changed. */
export function checkoutTransition(state: CheckoutState, event: CheckoutEvent): CheckoutState {
  switch (event.type) {
    case 'connection':
      return state.connection === event.connection ? state : { ...state, connection: event.connection }
    case 'pay':
      return state.status === 'ready' || state.status === 'failed'
        ? { ...loaded(state), status: 'starting', method: event.method, moneyMayHaveMoved: true, error: null }
        : state
    case 'lost':
      return state.status === 'starting'
        ? {
            ...loaded(state),
            status: 'processing',
            method: state.method,
            payment: livePayment(state),
            reason: 'checking',
          }
        : state
    case 'fault':
      return state.error === event.error ? state : { ...state, error: event.error }
    case 'refused':
      return settle(state, event.view, event.atMs, event.error)
    case 'view':
      // The attempt may not have reached the API yet: an answer without it proves nothing.
      if (
        !event.isReply &&
        state.status !== 'loading' &&
        isAttemptUnseen(state) &&
        event.view.session.status === 'open' &&
        event.view.payment?.id === state.view.payment?.id
      ) {
        return isOlder(event.view, state) ? state : { ...state, view: event.view, receivedAtMs: event.atMs }
      }
      return settle(state, event.view, event.atMs, null)
  }
}

type LoadedState = Exclude<CheckoutState, { status: 'loading' }>
type Common = Pick<LoadedState, 'connection' | 'moneyMayHaveMoved' | 'error' | 'view' | 'receivedAtMs'>

function loaded({ connection, moneyMayHaveMoved, error, view, receivedAtMs }: LoadedState): Common {
  return { connection, moneyMayHaveMoved, error, view, receivedAtMs }
}

/** Answers can overtake each other; the version says which one is newer. */
function isOlder(view: CheckoutView, state: CheckoutState): boolean {
  return state.status !== 'loading' && view.version < state.view.version
}

/** What the newest view shows, without anything pending. */
function settle(
  state: CheckoutState,
  answered: CheckoutView | undefined,
  atMs: number,
  error: PayError | null,
): CheckoutState {
  let [view, receivedAtMs] = [answered, atMs]
  if (state.status !== 'loading' && (!answered || isOlder(answered, state))) {
    if (isFinal(state)) return { ...state, error }
    ;({ view, receivedAtMs } = state)
  }
  if (!view) return { ...state, error }

  const { session, payment } = view
  const status = payment?.status
  const late = status === 'late_success' || status === 'late_refunded' ? status : null
  // A withdrawn code may still be paid, and then comes back.
  const moneyMayHaveMoved = status === 'superseded' || !!payment?.supersededBefore
  const common: Common = { connection: state.connection, error, moneyMayHaveMoved, view, receivedAtMs }

  if (session.status === 'expired' || session.status === 'canceled') {
    return { ...common, status: session.status, late }
  }
  if (payment && (session.status === 'complete' || status === 'authorized' || status === 'succeeded')) {
    return { ...common, status: 'succeeded', payment, moneyMayHaveMoved: false }
  }
  const isOpen = session.status === 'open'
  if (!payment) return { ...common, status: isOpen ? 'ready' : 'expired', late }
  if (isOpen) {
    if (late || status === 'superseded' || status === 'canceled') return { ...common, status: 'ready' }
    if (status === 'failed' || status === 'expired') {
      const code = (status === 'failed' ? payment.failure?.code : status) as FailureCode
      return {
        ...common,
        status: 'failed',
        payment,
        failureCode: FAILURE_CODES.includes(code) ? code : 'declined',
      }
    }
    const live = { ...common, moneyMayHaveMoved: true }
    if (status === 'created') return { ...live, status: 'starting', method: payment.method }
    if (status === 'requires_action' && payment.nextAction) {
      return { ...live, status, payment, nextAction: payment.nextAction }
    }
  }
  const reason = status === 'canceling' ? 'canceling' : 'checking'
  return {
    ...common,
    status: 'processing',
    method: payment.method,
    payment,
    reason,
    moneyMayHaveMoved: true,
  }
}
