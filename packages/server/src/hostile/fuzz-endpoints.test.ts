import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, SECRET_KEY, sessionRequest } from '../api-rig.ts'
import { endpointsOf, fuzzedHeaders, fuzzedUrl, fuzzInputs, type OpenApiDocument } from './fuzz-inputs.ts'

// 10,000 and more per endpoint: TEABRICK_FUZZ=10000.
const RUNS = Number(process.env['TEABRICK_FUZZ'] ?? 120)

let rig: ApiRig
const rejections: unknown[] = []
const onRejection = (reason: unknown) => void rejections.push(reason)
beforeAll(() => void process.on('unhandledRejection', onRejection))
afterAll(() => void process.off('unhandledRejection', onRejection))
// A new one for each: what was thrown at one endpoint may have suspended a rail.
beforeEach(async () => {
  rig = await createApiRig()
})
afterEach(() => rig.close())

/** Bodies that are taken, to go on from: most of what a schema allows is refused for a reason no schema can say. */
const GOOD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'POST /v1/sessions': { ...sessionRequest },
  'POST /v1/checkout/payments': { method: 'sbp' },
  'POST /v1/payments/{id}/refunds': { amount: { currency: 'RUB', minorUnits: 1 } },
  'PUT /v1/rails/{id}': { state: 'active', reason: 'drill' },
}

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
async function endpoints() {
  const api = await createApiRig()
  const document = (await (await api.fetch('/openapi.json')).json()) as OpenApiDocument
  await api.close()
  return endpointsOf(document)
}

describe('an endpoint answers nothing with a 5xx and leaves nothing unhandled', async () => {
  it.each(await endpoints())('$name', { timeout: 600_000 }, async (endpoint) => {
    const { name, method, path, isMerchants } = endpoint
    let { id: sessionId, clientToken, url: linkUrl } = await rig.session()
    const paid = await paidOrder()
    const known = (part: string) =>
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
      })[part] ?? sessionId
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fuzzInputs(endpoint, GOOD[name]), async (input) => {
        // A session takes fifty requests at once and five a second.
        if (++runs % 40 === 0) ({ id: sessionId, clientToken, url: linkUrl } = await rig.session())
        const url = fuzzedUrl(endpoint, input, known)
        const token = isMerchants ? SECRET_KEY : clientToken
        const response = await rig.fetch(
          url,
          {
            method,
            headers: fuzzedHeaders(endpoint, input, { token, key: newKey() }),
            ...(method === 'GET' ? {} : { body: input.body }),
          },
          `198.51.${runs % 250}.${Math.floor(runs / 250) % 250}`,
        )
        await response.arrayBuffer()
        expect(response.status, `${method} ${url} ${input.body}`).toBeLessThan(500)
      }),
      { numRuns: RUNS },
    )
    expect(rejections).toEqual([])
    expect(rig.logs.filter(({ level }) => level === 'error')).toEqual([])
  })
})
