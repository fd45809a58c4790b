import { expect, it } from 'vitest'
import { begin, decide, openSession, policy, word } from '../domain/domain-fixtures.ts'
import { observePayment } from '../domain/observe-payment.ts'
import type { SessionState } from '../domain/records.ts'
import { LEASE_MS, type Lease } from '../jobs/leases.ts'
import type { Provider, ProviderPayment } from '../provider.ts'
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
