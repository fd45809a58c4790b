import {
  CHECKOUT_TRANSITIONS,
  type CheckoutEvent,
  type CheckoutState,
  checkoutTransition,
  INITIAL_CHECKOUT_STATE,
} from '@teabrick/core'
import type { SessionState } from '../domain/records.ts'
import { type ChargeAtProvider, isHolding } from './provider-side.ts'
import { inWords, type What } from './what.ts'

/** One browser tab with the real client's machine in it, and somebody who reads what it says. */
export interface SimulatedTab {
  show(event: CheckoutEvent): CheckoutState
  readonly state: CheckoutState
}

/** @param truth What the store and the providers know at this very moment. */
export function createSimulatedTab({
  truth,
  violated,
}: {
  readonly truth: () => {
    readonly session: SessionState | null
    readonly charges: readonly ChargeAtProvider[]
  }
  readonly violated: (what: string) => void
}): SimulatedTab {
  let state: CheckoutState = INITIAL_CHECKOUT_STATE

  function check(before: CheckoutState, event: CheckoutEvent): void {
    const must = (holds: boolean, what: What) => {
      if (!holds) violated(`a tab ${inWords(what)} (${event.type}: ${before.status} → ${state.status})`)
    }
    must(
      before.status === state.status || CHECKOUT_TRANSITIONS[before.status].includes(state.status),
      'makes a step that its table does not have',
    )
    if (state.status === 'loading') return
    const { session, charges } = truth()
    // What it shows may be old; what it says about an end may not be wrong all the same.
    const alarming = (charge: ChargeAtProvider) =>
      !charge.canSurprise && (isHolding(charge) || charge.kind === 'payable' || charge.kind === 'moving')
    if (state.status === 'failed') {
      const { id } = state.payment
      must(
        !charges.some((charge) => charge.reference === id && alarming(charge)),
        () => `says that ${id} failed`,
      )
    }
    const isCurrent = session?.session.version === state.view.version
    if (isCurrent && (state.status === 'ready' || state.status === 'failed') && !state.moneyMayHaveMoved) {
      must(!charges.some(alarming), 'says that no money can have moved')
    }
    if (isCurrent && session !== null && state.status === 'succeeded') {
      must(session.session.status === 'complete', 'says that an order is paid that is not')
    }
  }

  return {
    get state() {
      return state
    },
    show(event) {
      const before = state
      state = checkoutTransition(state, event)
      check(before, event)
      return state
    },
  }
}
