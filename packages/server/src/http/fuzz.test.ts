import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { API, type ApiRig, createApiRig, newKey, SECRET_KEY, sessionRequest } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

const valid = {
  ...sessionRequest,
  order: {
    ...sessionRequest.order,
    lines: [{ id: 'a', name: 'x', quantity: '1', total: { currency: 'RUB', minorUnits: 123_456 } }],
  },
  methods: ['sbp'],
  metadata: { note: 'x' },
  expiresInSeconds: 60,
  locale: 'ru',
}

/** A valid body with one member anywhere replaced, removed, or joined by another. */
const broken = fc
  .record({ at: fc.array(fc.nat(), { maxLength: 5 }), value: fc.jsonValue({ maxDepth: 3 }), how: fc.nat(2) })
  .map(({ at, value, how }) => {
    const body = structuredClone(valid) as unknown as Record<string, unknown>
    let target: Record<string, unknown> = body
    for (const step of at) {
      const names = Object.keys(target)
      const next = target[names[step % Math.max(1, names.length)] ?? '']
      if (typeof next !== 'object' || next === null) break
      target = next as Record<string, unknown>
    }
    const names = Object.keys(target)
    const name = names[(at[0] ?? 0) % Math.max(1, names.length)] ?? 'x'
    if (how === 0) target[name] = value
    else if (how === 1) delete target[name]
    else target[`${name}x`] = value
    return JSON.stringify(body)
  })
const body = fc.oneof(
  broken,
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.string().map((text) => `{"amount":${text}}`),
)
const headerText = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
})

const post = (path: string, credential: string, text: string, headers: Record<string, string> = {}) =>
  rig.fetch(path, {
    method: 'POST',
    body: text,
    headers: {
      authorization: `Bearer ${credential}`,
      'content-type': 'application/json',
      'idempotency-key': newKey(),
      ...headers,
    },
  })

it('answers no request with a 5xx, whatever is in it', async () => {
  rig = await createApiRig()
  let { clientToken } = await rig.session()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(body, headerText, async (text, header) => {
      // A session takes fifty requests at once and five a second.
      if (++runs % 8 === 0) ({ clientToken } = await rig.session())
      const responses = await Promise.all([
        post('/v1/sessions', SECRET_KEY, text),
        post('/v1/sessions', SECRET_KEY, JSON.stringify(sessionRequest), {
          'idempotency-key': header || 'x',
        }),
        post('/v1/checkout/payments', clientToken, text),
        post('/v1/checkout/cancel', clientToken, text),
        post('/v1/providers/antom/notifications', SECRET_KEY, text),
        post('/v1/payments/pay_0000000000000000000000_1/refunds', SECRET_KEY, text),
        rig.fetch(
          `/v1/sessions?${encodeURIComponent(header)}=${encodeURIComponent(text.slice(0, 200).replace(/\p{Surrogate}/gu, ''))}`,
          {
            headers: { authorization: `Bearer ${SECRET_KEY}` },
          },
        ),
        rig.fetch('/v1/checkout', {
          headers: { authorization: `Bearer ${clientToken}`, 'if-none-match': header, prefer: header },
        }),
        rig.api.fetch(
          new Request(`${API}/c/${encodeURIComponent(header)}`, { headers: { 'accept-language': header } }),
        ),
      ])
      for (const response of responses) expect(response.status).toBeLessThan(500)
    }),
    { numRuns: 400 },
  )
  expect(rig.logs.filter(({ level }) => level === 'error')).toEqual([])
})
