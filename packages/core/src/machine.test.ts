import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckoutState } from './checkout-state.ts'
import type { CheckoutPayment, CheckoutView } from './contract/checkout.ts'
import { FAILURE_CODES } from './contract/failure.ts'
import {
  isLivePaymentStatus,
  PAYMENT_STATUSES,
  PAYMENT_TRANSITIONS,
  type PaymentStatus,
  SESSION_TRANSITIONS,
  type SessionStatus,
} from './contract/states.ts'
import { PayError } from './errors.ts'
import {
  CHECKOUT_TRANSITIONS,
  type CheckoutEvent,
  checkoutTransition,
  INITIAL_CHECKOUT_STATE,
  isAttemptUnseen,
  isFinal,
} from './machine.ts'

const RUB = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
const REFUSED = new PayError('attempts_exhausted', 'no')

function paymentOf(status: string, n = 1, more: Partial<CheckoutPayment> = {}): CheckoutPayment {
  return {
    id: `pay_${n}`,
    method: 'sbp',
    status,
    charge: RUB(100),
    nextAction: status === 'requires_action' ? { expiresInMs: 1000, qr: { payload: 'x' } } : null,
    failure: status === 'failed' ? { code: 'declined' } : null,
    ...more,
  }
}

function viewOf(session: string, payment: CheckoutPayment | null = null, version = 1): CheckoutView {
  return {
    version,
    session: { id: 'cs_1', status: session, expiresInMs: 1000 },
    merchant: { name: 'Tea' },
    amount: RUB(100),
    order: { reference: 'A-1', description: 'Tea', lines: [] },
    methods: [],
    unavailable: [],
    payment,
  }
}

const view = (shown: CheckoutView, isReply = false): CheckoutEvent => ({
  type: 'view',
  view: shown,
  atMs: 5,
  isReply,
})
const after = (...events: readonly CheckoutEvent[]): CheckoutState =>
  events.reduce(checkoutTransition, INITIAL_CHECKOUT_STATE)

describe('what the server shows, and what the buyer sees', () => {
  const rows: readonly (readonly [string, string | null, CheckoutState['status'], boolean])[] = [
    // session, payment → status, money may have moved
    ['open', null, 'ready', false],
    ['open', 'created', 'starting', true],
    ['open', 'requires_action', 'requires_action', true],
    ['open', 'processing', 'processing', true],
    ['open', 'canceling', 'processing', true],
    ['open', 'teleporting', 'processing', true],
    ['open', 'authorized', 'succeeded', false],
    ['open', 'succeeded', 'succeeded', false],
    ['open', 'failed', 'failed', false],
    ['open', 'expired', 'failed', false],
    ['open', 'canceled', 'ready', false],
    ['open', 'superseded', 'ready', true],
    ['open', 'late_refunded', 'ready', false],
    ['closing', null, 'expired', false],
    ['closing', 'requires_action', 'processing', true],
    ['closing', 'processing', 'processing', true],
    ['closing', 'canceling', 'processing', true],
    ['teleporting', 'processing', 'processing', true],
    ['complete', 'succeeded', 'succeeded', false],
    ['complete', 'authorized', 'succeeded', false],
    // Voided or expired holds never reopen the session.
    ['complete', 'canceled', 'succeeded', false],
    ['expired', null, 'expired', false],
    ['expired', 'failed', 'expired', false],
    ['expired', 'late_success', 'expired', false],
    ['expired', 'superseded', 'expired', true],
    ['canceled', 'canceled', 'canceled', false],
    ['canceled', 'late_refunded', 'canceled', false],
  ]
  it.each(rows)('%s, %s: %s, money may have moved: %s', (session, payment, status, moneyMayHaveMoved) => {
    const state = after(view(viewOf(session, payment === null ? null : paymentOf(payment))))
    expect(state).toMatchObject({ status, moneyMayHaveMoved, error: null, receivedAtMs: 5 })
  })

  it('names late money in a session that is over', () => {
    expect(after(view(viewOf('expired', paymentOf('late_success'))))).toMatchObject({ late: 'late_success' })
    expect(after(view(viewOf('canceled', paymentOf('late_refunded'))))).toMatchObject({
      late: 'late_refunded',
    })
    expect(after(view(viewOf('expired', paymentOf('failed'))))).toMatchObject({ late: null })
  })

  it('reads a failure code that it does not know as declined, and a code that ran out as expired', () => {
    const failed = (code: string) =>
      after(view(viewOf('open', paymentOf('failed', 1, { failure: { code } }))))
    expect(failed('insufficient_funds')).toMatchObject({ failureCode: 'insufficient_funds' })
    expect(failed('phase_of_the_moon')).toMatchObject({ failureCode: 'declined' })
    expect(after(view(viewOf('open', paymentOf('expired'))))).toMatchObject({ failureCode: 'expired' })
  })

  it('says that money may have moved while an older code of the session can still be paid', () => {
    const state = after(view(viewOf('open', paymentOf('failed', 2, { supersededBefore: true }))))
    expect(state).toMatchObject({ status: 'failed', moneyMayHaveMoved: true })
  })

  it('tells checking from canceling', () => {
    expect(after(view(viewOf('open', paymentOf('canceling'))))).toMatchObject({ reason: 'canceling' })
    expect(after(view(viewOf('open', paymentOf('processing'))))).toMatchObject({ reason: 'checking' })
  })

  it('waits where a payment asks for an action that is not there', () => {
    const state = after(view(viewOf('open', paymentOf('requires_action', 1, { nextAction: null }))))
    expect(state.status).toBe('processing')
  })
})

describe('a pay request', () => {
  const ready = view(viewOf('open'))

  it('is starting until an answer shows its attempt', () => {
    const state = after(ready, { type: 'pay', method: 'sbp' }, view(viewOf('open', null, 2)))
    expect(state).toMatchObject({
      status: 'starting',
      method: 'sbp',
      moneyMayHaveMoved: true,
      view: { version: 2 },
    })
    expect(checkoutTransition(state, view(viewOf('open', paymentOf('requires_action'), 3))).status).toBe(
      'requires_action',
    )
  })

  it('is not mistaken for the attempt before it', () => {
    const state = after(
      view(viewOf('open', paymentOf('failed', 1))),
      { type: 'pay', method: 'sbp' },
      view(viewOf('open', paymentOf('failed', 1), 2)),
    )
    expect(state.status).toBe('starting')
    expect(checkoutTransition(state, view(viewOf('open', paymentOf('failed', 2), 3))).status).toBe('failed')
  })

  it('is processing, without an attempt, when its answer was lost', () => {
    const state = after(ready, { type: 'pay', method: 'sbp' }, { type: 'lost' })
    expect(state).toMatchObject({
      status: 'processing',
      method: 'sbp',
      payment: null,
      moneyMayHaveMoved: true,
    })
    expect(isAttemptUnseen(state)).toBe(true)
    expect(checkoutTransition(state, view(viewOf('open', null, 2)))).toMatchObject({
      status: 'processing',
      moneyMayHaveMoved: true,
    })
  })

  it('is no attempt of before when its answer was lost', () => {
    const failed = view(viewOf('open', paymentOf('failed')))
    expect(after(failed, { type: 'pay', method: 'sbp' }, { type: 'lost' })).toMatchObject({ payment: null })
  })

  it('goes on with the attempt that was shown as created', () => {
    const created = view(viewOf('open', paymentOf('created')))
    expect(isAttemptUnseen(after(created))).toBe(false)
    expect(after(created, view(viewOf('open', paymentOf('failed'), 2))).status).toBe('failed')
  })

  it('ends with the session, seen or not', () => {
    const state = after(
      ready,
      { type: 'pay', method: 'sbp' },
      { type: 'lost' },
      view(viewOf('expired', null, 2)),
    )
    expect(state.status).toBe('expired')
  })

  it('ends by its own answer', () => {
    const state = after(ready, { type: 'pay', method: 'sbp' }, view(viewOf('open', null, 2), true))
    expect(state).toMatchObject({ status: 'ready', moneyMayHaveMoved: false })
  })

  it('is ready again when it is refused, with what the refusal shows', () => {
    const starting = after(ready, { type: 'pay', method: 'sbp' })
    expect(checkoutTransition(starting, { type: 'refused', error: REFUSED, atMs: 9 })).toMatchObject({
      status: 'ready',
      moneyMayHaveMoved: false,
      error: REFUSED,
      receivedAtMs: 5,
    })
    const shown = viewOf('open', paymentOf('requires_action'), 2)
    expect(
      checkoutTransition(starting, { type: 'refused', error: REFUSED, view: shown, atMs: 9 }),
    ).toMatchObject({
      status: 'requires_action',
      error: REFUSED,
      receivedAtMs: 9,
    })
  })

  it('cannot leave from a state that has no methods', () => {
    for (const state of [
      INITIAL_CHECKOUT_STATE,
      after(view(viewOf('expired'))),
      after(view(viewOf('open', paymentOf('processing')))),
    ]) {
      expect(checkoutTransition(state, { type: 'pay', method: 'sbp' })).toBe(state)
    }
  })

  it('is not ended by a fault of the watch', () => {
    const starting = after(ready, { type: 'pay', method: 'sbp' })
    expect(checkoutTransition(starting, { type: 'fault', error: REFUSED })).toMatchObject({
      status: 'starting',
      moneyMayHaveMoved: true,
      error: REFUSED,
    })
  })
})

it('ignores an older view', () => {
  const state = after(view(viewOf('open', paymentOf('requires_action'), 3)), view(viewOf('open', null, 2)))
  expect(state.status).toBe('requires_action')
})

it('drops the error with the next view, not with a change of the connection', () => {
  const broken = after(view(viewOf('open')), { type: 'fault', error: REFUSED })
  expect(checkoutTransition(broken, { type: 'connection', connection: 'retrying' }).error).toBe(REFUSED)
  expect(checkoutTransition(broken, view(viewOf('open', null, 2))).error).toBe(null)
})

it('is the same object when nothing changed', () => {
  const state = after(view(viewOf('open')))
  expect(checkoutTransition(state, { type: 'connection', connection: 'ok' })).toBe(state)
  expect(checkoutTransition(state, { type: 'lost' })).toBe(state)
  expect(checkoutTransition(state, { type: 'fault', error: null })).toBe(state)
})

/** A run of a server that keeps the contract's tables, as a list of moves to be drawn. */
interface Server {
  readonly session: SessionStatus
  readonly payments: readonly PaymentStatus[]
  readonly version: number
}

/** Everything the server may do next: sessions and payments move by the tables, one live payment at most. */
function movesOf({ session, payments, version }: Server): Server[] {
  const last = payments.at(-1)
  const isLive = last !== undefined && isLivePaymentStatus(last)
  const next = (more: Partial<Server>): Server => ({ session, payments, version: version + 1, ...more })
  const withLast = (status: PaymentStatus, more: Partial<Server> = {}) =>
    next({ payments: [...payments.slice(0, -1), status], ...more })
  const moves: Server[] = []
  if (session === 'open' && !isLive) moves.push(next({ payments: [...payments, 'created'] }))
  if (session === 'open' && isLive) moves.push(next({ session: 'closing' }))
  if ((session === 'open' || session === 'closing') && !isLive) {
    moves.push(next({ session: 'expired' }), next({ session: 'canceled' }))
  }
  if (last) {
    for (const to of PAYMENT_TRANSITIONS[last]) {
      const isSuccess = to === 'authorized' || to === 'succeeded'
      const isOver = session === 'expired' || session === 'canceled' || session === 'complete'
      if (isSuccess && last !== 'authorized' && isOver) continue
      if (to === 'late_success' && !isOver) continue
      const completes = isSuccess && SESSION_TRANSITIONS[session].includes('complete')
      // Leaving `closing` and the death of the payment are one transaction of the server.
      const dies = session === 'closing' && !isSuccess && !isLivePaymentStatus(to)
      moves.push(withLast(to, completes ? { session: 'complete' } : dies ? { session: 'expired' } : {}))
    }
  }
  return moves
}

function serverView({ session, payments, version }: Server): CheckoutView {
  const last = payments.at(-1)
  const payment = last === undefined ? null : paymentOf(last, payments.length)
  if (payment && payments.slice(0, -1).includes('superseded')) payment.supersededBefore = true
  return viewOf(session, payment, version)
}

const aStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('server' as const), pick: fc.nat(50) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('view' as const), back: fc.nat(3), isReply: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pay' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lost' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refused' as const), withView: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fault' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('connection' as const) }) },
)

it('keeps to its table, never goes back in versions, and never calls unknown money safe, in any run', () => {
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
      const history: Server[] = [{ session: 'open', payments: [], version: 1 }]
      let state: CheckoutState = INITIAL_CHECKOUT_STATE
      for (const step of steps) {
        const server = history.at(-1) as Server
        if (step.kind === 'server') {
          const moves = movesOf(server)
          if (moves.length > 0) history.push(moves[step.pick % moves.length] as Server)
          continue
        }
        const shown = serverView(
          history[Math.max(0, history.length - 1 - ('back' in step ? step.back : 0))] as Server,
        )
        const event: CheckoutEvent =
          step.kind === 'view'
            ? { type: 'view', view: shown, atMs: 1, isReply: step.isReply }
            : step.kind === 'refused'
              ? { type: 'refused', error: REFUSED, view: step.withView ? shown : undefined, atMs: 1 }
              : step.kind === 'fault'
                ? { type: 'fault', error: REFUSED }
                : step.kind === 'connection'
                  ? { type: 'connection', connection: 'offline' }
                  : step.kind === 'pay'
                    ? { type: 'pay', method: 'sbp' }
                    : { type: 'lost' }
        const before = state
        state = checkoutTransition(before, event)
        if (state.status !== before.status)
          expect(CHECKOUT_TRANSITIONS[before.status]).toContain(state.status)
        if (state.status === 'loading') continue
        if (before.status !== 'loading')
          expect(state.view.version).toBeGreaterThanOrEqual(before.view.version)
        const live = state.view.payment && isLivePaymentStatus(state.view.payment.status)
        if (live && !isFinal(state)) expect(state.moneyMayHaveMoved).toBe(true)
        if (isAttemptUnseen(state)) expect(state.moneyMayHaveMoved).toBe(true)
        if (state.status === 'failed') expect(FAILURE_CODES).toContain(state.failureCode)
        if (state.status === 'failed' || state.status === 'ready')
          expect(state.view.session.status).toBe('open')
      }
    }),
    { numRuns: 3000 },
  )
})

it('knows every status of a payment', () => {
  for (const status of PAYMENT_STATUSES) {
    for (const session of Object.keys(SESSION_TRANSITIONS)) {
      expect(after(view(viewOf(session, paymentOf(status)))).status).not.toBe('loading')
    }
  }
})
