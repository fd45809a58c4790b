import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, SECRET_KEY, sessionRequest } from '../api-rig.ts'
import { fromJsonSchema, type JsonSchema, nearMiss } from './from-json-schema.ts'

// 10,000 and more per endpoint: TEABRICK_FUZZ=10000.
const RUNS = Number(process.env['TEABRICK_FUZZ'] ?? 120)

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> }
}

let rig: ApiRig
const rejections: unknown[] = []
const onRejection = (reason: unknown) => void rejections.push(reason)
beforeAll(async () => {
  process.on('unhandledRejection', onRejection)
  rig = await createApiRig()
})
afterAll(async () => {
  await rig.close()
  process.off('unhandledRejection', onRejection)
})

/** Bodies that are taken, to go on from: most of what a schema allows is refused for a reason no schema can say. */
const GOOD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'POST /v1/sessions': { ...sessionRequest },
  'POST /v1/checkout/payments': { method: 'sbp' },
  'POST /v1/payments/{id}/refunds': { amount: { currency: 'RUB', minorUnits: 1 } },
  'PUT /v1/rails/{id}': { state: 'active', reason: 'drill' },
}

const id = fc.oneof(
  fc.constantFrom(
    'cs_0000000000000000000000',
    'pay_0000000000000000000000_1',
    're_0000000000000000000000_1',
    'evt_0000000000000000000000_1',
    'yookassa:sbp',
    'yookassa',
    '..',
    '%00',
    '%ff',
  ),
  fc
    .string({ maxLength: 80, unit: 'grapheme' })
    .map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))),
)
const headerText = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
})

/** An order that was paid and partly refunded. */
async function paidOrder() {
  const { id: sessionId, clientToken } = await rig.session()
  const view = await rig.pay(clientToken, 'sbp')
  await rig.buyer(view.payment?.nextAction?.qr?.payload ?? '', 'approve')
  const isPaid = async () => (await rig.store.read(sessionId))?.session.status === 'complete'
  await expect.poll(isPaid, { timeout: 20_000 }).toBe(true)
  const paymentId = view.payment?.id ?? ''
  const refund = await rig.merchant('POST', `/v1/payments/${paymentId}/refunds`, {
    amount: { currency: 'RUB', minorUnits: 1 },
  })
  const { id: refundId } = (await refund.json()) as { id: string }
  return { paymentId, refundId, eventId: `evt_${sessionId.slice(3)}_1` }
}

/** What this API says it takes. */
async function operations() {
  const api = await createApiRig()
  const document = (await (await api.fetch('/openapi.json')).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
  }
  await api.close()
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
      schemas: document.components.schemas,
    })),
  )
}

describe('an endpoint answers nothing with a 5xx and leaves nothing unhandled', async () => {
  it.each(await operations())('$name', { timeout: 600_000 }, async ({ method, path, operation, schemas }) => {
    const schema = operation.requestBody?.content['application/json']?.schema
    const valid = schema === undefined ? fc.constant({}) : fromJsonSchema(schema, schemas)
    const good = GOOD[`${method} ${path}`] ?? {}
    const nearlyGood = fc.tuple(valid, fc.array(fc.nat(20), { maxLength: 2 })).map(([value, picks]) => {
      const given = Object.entries(typeof value === 'object' && value !== null ? value : {})
      const taken = picks.flatMap((pick) => given.slice(pick, pick + 1))
      return { ...good, ...Object.fromEntries(taken) }
    })
    const body = fc.oneof(
      { weight: 2, arbitrary: nearlyGood.map((value) => JSON.stringify(value)) },
      nearMiss(fc.constant(good)).map((value) => JSON.stringify(value) ?? ''),
      valid.map((value) => JSON.stringify(value)),
      nearMiss(valid).map((value) => JSON.stringify(value) ?? ''),
      fc.json(),
      fc.string({ unit: 'binary', maxLength: 300 }),
    )
    let { id: sessionId, clientToken, url: linkUrl } = await rig.session()
    const paid = await paidOrder()
    const known = (name: string) =>
      ({
        id: path.includes('sessions')
          ? sessionId
          : path.includes('payments')
            ? paid.paymentId
            : path.includes('events')
              ? paid.eventId
              : path.includes('rails')
                ? 'yookassa:sbp'
                : paid.refundId,
        token: linkUrl.split('/c/')[1] ?? '',
        account: 'yookassa',
      })[name] ?? sessionId
    let runs = 0
    await fc.assert(
      fc.asyncProperty(body, id, headerText, fc.nat(3), async (text, wrongId, header, mood) => {
        // A session takes fifty requests at once and five a second.
        if (++runs % 40 === 0) ({ id: sessionId, clientToken, url: linkUrl } = await rig.session())
        const url = path
          .replace(/\{(\w+)\}/g, (_, name: string) => (mood === 0 ? wrongId : known(name)))
          .concat(mood === 1 ? `?${encodeURIComponent(header)}=${encodeURIComponent(header)}` : '')
        const isOpen = operation.security?.some((each) => 'merchant' in each) !== true
        const response = await rig.fetch(
          url,
          {
            method,
            headers: {
              authorization: mood === 2 ? header : `Bearer ${isOpen ? clientToken : SECRET_KEY}`,
              ...(method === 'GET' ? { prefer: 'wait=0' } : { 'content-type': 'application/json' }),
              ...(mood === 3
                ? { 'idempotency-key': header || 'x', 'if-none-match': header }
                : { 'idempotency-key': newKey() }),
            },
            ...(method === 'GET' ? {} : { body: text }),
          },
          `198.51.${runs % 250}.${Math.floor(runs / 250) % 250}`,
        )
        await response.arrayBuffer()
        expect(response.status, `${method} ${url} ${text}`).toBeLessThan(500)
      }),
      { numRuns: RUNS },
    )
    expect(rejections).toEqual([])
    expect(rig.logs.filter(({ level }) => level === 'error')).toEqual([])
  })
})
