import { afterEach, expect, it } from 'vitest'
import { type ApiRig, createApiRig, sessionRequest } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

const CANARIES = [
  '4111111111111111',
  '+79990000000',
  'canary@example.test',
  'whsec_CANARYCANARY',
  'sk_CANARYCANARY',
  'ct_CANARYCANARY',
]

/** A body with the canary in place of one member after another, and as an unknown member. */
function* planted(body: unknown, canary: string): Generator<unknown> {
  yield canary
  if (typeof body !== 'object' || body === null) return
  yield { ...body, [canary]: canary }
  for (const [name, member] of Object.entries(body))
    for (const changed of planted(member, canary)) {
      if (Array.isArray(body)) yield body.map((each, index) => (String(index) === name ? changed : each))
      else yield { ...body, [name]: changed }
    }
}

const money = { currency: 'RUB', minorUnits: 123_456 }
const fullSession = {
  ...sessionRequest,
  order: {
    ...sessionRequest.order,
    lines: [{ id: 'l1', name: 'x', quantity: '1', total: money }],
  },
  methods: ['sbp'],
  buyer: { reference: 'b', phone: '+79991234567', email: 'a@example.test' },
  capture: 'automatic',
  receipt: {
    customer: { email: 'a@example.test' },
    items: [{ description: 'x', quantity: '1', unitPrice: money, vatCode: 1 }],
  },
  splits: [{ seller: 's', amount: money }],
  expiresInSeconds: 60,
  locale: 'ru',
  metadata: { note: 'x' },
}

it('keeps contacts, cards and secrets out of logs, errors and webhooks, whatever field they are put in (LS-01)', async () => {
  rig = await createApiRig()
  const { clientToken } = await rig.session()
  const view = await rig.pay(clientToken, 'sbp')
  const payment = view.payment?.id
  const texts: string[] = []
  for (const canary of CANARIES) {
    // A fresh session for each, or the limit of requests for one would be met.
    const session = await rig.session()
    const requests: Promise<Response>[] = [
      rig.merchant('GET', `/v1/sessions?reference=${encodeURIComponent(canary)}`),
      rig.merchant('GET', `/v1/sessions?${encodeURIComponent(canary)}=1`),
      rig.merchant('GET', `/v1/sessions/${encodeURIComponent(canary)}`),
      rig.merchant('GET', `/v1/payments/${encodeURIComponent(canary)}`),
      rig.merchant('POST', `/v1/events/${encodeURIComponent(canary)}/redeliver`),
      rig.merchant('PUT', `/v1/rails/${encodeURIComponent(canary)}`, { state: 'active', reason: canary }),
      rig.fetch(`/${encodeURIComponent(canary)}`),
      rig.fetch(`/c/${encodeURIComponent(canary)}`),
      rig.fetch(`/r/${encodeURIComponent(canary)}`),
      rig.fetch('/v1/sessions', { headers: { authorization: `Bearer ${canary}` } }),
      rig.fetch('/v1/providers/yookassa/notifications', {
        method: 'POST',
        body: JSON.stringify({ event: canary }),
      }),
      rig.checkout(session.clientToken, 'GET', `/v1/checkout?surface=${encodeURIComponent(canary)}`),
    ]
    for (const body of planted(fullSession, canary)) requests.push(rig.merchant('POST', '/v1/sessions', body))
    for (const body of planted({ amount: money, reason: 'x', lines: [{ id: 'x' }] }, canary))
      requests.push(rig.merchant('POST', `/v1/payments/${payment}/refunds`, body))
    for (const body of planted({ reason: 'x' }, canary))
      requests.push(
        rig.merchant('POST', `/v1/payments/${payment}/cancel`, body, { 'idempotency-key': canary }),
      )
    for (const body of planted({ method: 'sbp', quoteId: 'q', contact: { phone: '1', email: 'x' } }, canary))
      requests.push(rig.checkout(session.clientToken, 'POST', '/v1/checkout/payments', body))
    for (const response of await Promise.all(requests))
      if (response.status >= 400) texts.push(await response.text())
  }
  const { id } = await rig.session({ buyer: { phone: '+79990000000', email: 'canary@example.test' } })
  await rig.merchant('POST', `/v1/sessions/${id}/cancel`)
  await expect.poll(() => rig.webhooks.length).toBeGreaterThan(0)

  expect(texts.length).toBeGreaterThan(300)
  const everything = [...texts, JSON.stringify(rig.logs), ...rig.webhooks.map(({ body }) => body)]
  for (const canary of CANARIES)
    for (const text of everything) expect(text.includes(canary) ? text : '').toBe('')
})
