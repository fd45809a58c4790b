import { describe, expect, it } from 'vitest'
import {
  begin,
  decide,
  openSession,
  operationOf,
  policy,
  refund,
  rub,
  says,
  word,
} from '../domain/domain-fixtures.ts'
import { observePayment } from '../domain/observe-payment.ts'
import type { SessionState } from '../domain/records.ts'
import { LEASE_MS, type Lease } from '../jobs/leases.ts'
import { type Provider, ProviderFault, type ProviderPayment } from '../provider.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { createProviderHealth } from './provider-health.ts'
import { createSessionChanges } from './session-changes.ts'
import { workOnNotification } from './work-on-notification.ts'

const NOW = Date.parse('2026-11-22T09:00:00Z')
const clock = { now: () => NOW, sleep: () => new Promise<never>(() => {}) }

it('does not believe a success that a cancel has taken back while it was being read', async () => {
  const store = createMemoryStore({ clock })
  const put = (next: SessionState) =>
    store.change({ sessionId: next.session.id }, () => ({ result: null, next }))
  const waiting = decide(begin(openSession(), 'alipay'), (draft) => {
    const [payment] = draft.payments
    if (payment) observePayment(draft, payment, word(payment, 'requires_action'), policy)
  })
  await put(openSession())
  await put(waiting)
  const [payment] = waiting.payments
  if (payment === undefined) throw new Error('there is no payment')

  const changes = createSessionChanges({
    store,
    clock,
    merchantId: 'tea',
    endpoints: [],
    hasRoom: () => false,
    onChange: () => {},
  })
  const provider = {
    account: 'acme',
    // The buyer has paid; before the answer arrives, a cancel has given the money back and been settled.
    async getPayment(): Promise<ProviderPayment> {
      await changes.change(waiting.session.id, (draft) => {
        const current = draft.payment(payment.id)
        if (current) observePayment(draft, current, word(payment, 'canceled'), policy)
      })
      return word(payment, 'succeeded')
    },
  } as unknown as Provider
  await store.addNotification({
    merchantId: 'tea',
    account: 'acme',
    eventKey: 'paid',
    subject: { kind: 'payment', paymentId: payment.id },
    rawBody: new Uint8Array(),
  })
  const [notification] = await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: LEASE_MS })
  if (notification === undefined) throw new Error('there is no notification')
  const lease: Lease = { mayBeOver: () => false, keep: (commit) => commit() }
  await workOnNotification(notification, lease, {
    store,
    changes,
    providers: new Map([['acme', provider]]),
    provider: { http: { send: () => Promise.reject(new Error('no HTTP')) }, now: clock.now },
    policy,
    health: createProviderHealth({ clock, onChange: () => {} }),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  })
  const after = await store.read(waiting.session.id)
  expect([after?.session.status, after?.payments[0]?.status]).toEqual(['open', 'canceled'])
})

// What becomes of a notification: each line was broken on purpose once.

const HOUR = 3_600_000
const errors: unknown[] = []
const logger = { info: () => {}, warn: () => {}, error: (fields: object) => void errors.push(fields) }

/** Stores a notification about a session, works on it and looks what became of both. */
async function work(
  state: SessionState,
  subject: Parameters<typeof workOnNotification>[0]['subject'],
  {
    provider = {},
    account = 'acme',
    tries = 1,
    ageMs = 0,
    known,
    during,
  }: {
    readonly provider?: Partial<Provider>
    readonly account?: string
    readonly tries?: number
    readonly ageMs?: number
    readonly known?: SessionState
    readonly during?: (put: (next: SessionState) => Promise<unknown>) => Promise<unknown>
  } = {},
) {
  let now = NOW
  const moving = { now: () => now, sleep: clock.sleep }
  const store = createMemoryStore({ clock: moving })
  const put = (next: SessionState) =>
    store.change({ sessionId: next.session.id }, () => ({ result: null, next }))
  await put(state)
  /** How the decision ended the notification. */
  const ended: string[] = []
  const changes = createSessionChanges({
    store: {
      ...store,
      change: (target, decideOn) =>
        store.change(target, (input) => {
          const decision = decideOn(input)
          if (decision.finishes) ended.push(decision.finishes.outcome.state)
          return decision
        }),
    },
    clock: moving,
    merchantId: 'tea',
    endpoints: [],
    hasRoom: () => false,
    onChange: () => {},
  })
  const claim = { merchantId: 'tea', limit: 1, leaseMs: LEASE_MS }
  const id = { merchantId: 'tea', account, eventKey: 'paid' }
  await store.addNotification({ ...id, subject, rawBody: new Uint8Array() })
  const context = {
    store,
    changes,
    providers: new Map([['acme', { account: 'acme', ...provider } as unknown as Provider]]),
    provider: { http: { send: () => Promise.reject(new Error('no HTTP')) }, now: moving.now },
    policy,
    health: createProviderHealth({ clock: moving, onChange: () => {} }),
    logger,
  }
  errors.length = 0
  const delays: (number | null)[] = []
  for (let time = 1; time <= tries; time++) {
    const due = store.nextDueIn('notifications')
    if (due === null) break
    now = Math.max(due, NOW + (time === tries ? ageMs : 0))
    const [notification] = await store.claimNotifications(claim)
    if (notification === undefined) throw new Error('it is not due')
    const lease: Lease = { mayBeOver: () => false, keep: (commit) => commit() }
    await during?.(put)
    await workOnNotification(notification, lease, context, { state: known })
    const next = store.nextDueIn('notifications')
    delays.push(next === null ? null : next - now)
  }
  const after = await store.read(state.session.id)
  if (after === null) throw new Error('the session is gone')
  return { after, delays, ended }
}
const waiting = says(begin(openSession(), 'sbp'), 1, 'requires_action')
const [payment] = waiting.payments
if (payment === undefined) throw new Error('there is no payment')
const paid = { kind: 'payment', paymentId: payment.id } as const
const answering = (...said: Parameters<typeof word> extends [unknown, ...infer R] ? R : never) => ({
  getPayment: async () => word(payment, ...said),
})

describe('a notification', () => {
  it('is over when the answer is applied', async () => {
    const { after, delays, ended } = await work(waiting, paid, { provider: answering('succeeded') })
    expect([after.session.status, delays, ended]).toEqual(['complete', [null], ['done']])
  })

  it('about another sum changes nothing, is over and shown to people', async () => {
    const { after, delays, ended } = await work(waiting, paid, {
      provider: answering('succeeded', { charge: rub(1) }),
    })
    expect([after, delays, ended]).toEqual([waiting, [null], ['exhausted']])
    expect(errors).toMatchObject([{ alert: 'mismatch', detail: 'charge', payment: payment.id }])
    await work(waiting, paid, { provider: answering('succeeded') })
    expect(errors).toEqual([])
  })

  it('that the provider knows nothing of is tried again, twice as late each time, every ten minutes at last', async () => {
    const { delays } = await work(waiting, paid, { provider: { getPayment: async () => null }, tries: 12 })
    expect(delays.map((delay) => (delay ?? 0) / 1000)).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600,
    ])
  })

  it('is kept for 24 hours, and put aside after that', async () => {
    const provider = { getPayment: async () => null }
    expect((await work(waiting, paid, { provider, ageMs: 24 * HOUR })).delays).toEqual([1000])
    expect((await work(waiting, paid, { provider, ageMs: 24 * HOUR + 1 })).delays).toEqual([null])
  })

  it('waits for a provider that is away, and for an account that is not configured', async () => {
    const getPayment = async () => {
      throw new ProviderFault('unknown', 'timeout', 'no answer')
    }
    expect((await work(waiting, paid, { provider: { getPayment } })).delays).toEqual([1000])
    expect((await work(waiting, paid, { account: 'other' })).delays).toEqual([1000])
  })

  it('about nothing of ours is over', async () => {
    const foreign = { kind: 'payment', paymentId: 'pay_0000000000000000000000_1' } as const
    expect((await work(waiting, foreign)).delays).toEqual([null])
  })

  it('whose answer is older than the state has the provider asked at once', async () => {
    const processing = says(waiting, 1, 'processing')
    const { after, delays } = await work(waiting, paid, {
      provider: answering('succeeded'),
      known: waiting,
      during: (put) => put(processing),
    })
    expect([after.payments[0]?.status, delays]).toEqual(['processing', [null]])
    expect(operationOf(after, 'query')).toMatchObject({ state: 'pending', notBefore: NOW })
  })

  it('is not taken for one about a session that was read with it and is another', async () => {
    const { session } = openSession()
    const other = begin({ ...openSession(), session: { ...session, id: 'cs_0000000000000000000009' } }, 'sbp')
    const { after } = await work(waiting, paid, { provider: answering('succeeded'), known: other })
    expect(after.session.status).toBe('complete')
  })

  it('of a refund ends it, and about another sum of it is shown to people', async () => {
    const state = refund(says(waiting, 1, 'succeeded'), 100)
    const [asked] = state.refunds
    if (asked === undefined) throw new Error('there is no refund')
    const subject = { kind: 'refund', refundId: asked.id } as const
    const answer = (minorUnits: number) => ({
      getRefund: async () => ({
        providerRef: 'acme-r1',
        reference: null,
        charge: rub(minorUnits),
        status: 'succeeded' as const,
        failureCode: null,
      }),
    })
    const done = await work(state, subject, { provider: answer(100) })
    expect([done.after.refunds[0]?.status, done.ended, errors]).toEqual(['succeeded', ['done'], []])
    const wrong = await work(state, subject, { provider: answer(101) })
    expect([wrong.after.refunds[0]?.status, wrong.ended]).toEqual(['requested', ['exhausted']])
    expect(errors).toMatchObject([{ alert: 'refund_mismatch', refund: asked.id }])
  })
})
