import { isPayError } from '@teabrick/core'
import { verifyWebhook } from '@teabrick/core/merchant'
import { sandboxAccounts } from '@teabrick/sandbox'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig } from '../api-rig.ts'
import { signWebhook } from '../jobs/sign-webhook.ts'
import { signAntom } from '../signatures/antom.ts'

const NOW = 1_700_000_000
const SECRET = `whsec_${Buffer.from('a-secret-of-thirty-two-bytes-xxx').toString('base64')}`
const PREVIOUS = `whsec_${Buffer.from('the-secret-that-was-before-xxxxx').toString('base64')}`
const ID = 'evt_0123456789abcdefghijkl_1'
const BODY = JSON.stringify({
  id: ID,
  type: 'payment.succeeded',
  timestamp: '2023-11-14T22:13:20.000Z',
  sequence: 1,
  data: { note: 'чай', amount: 1 },
})

const sign = (id: string, timestamp: number, body: string, secret = SECRET) =>
  signWebhook({ id, timestamp, body }, [secret])
const GOOD = sign(ID, NOW, BODY)

/** What a receiver makes of it: the event's type, or the code of the refusal. */
async function receive(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string = BODY,
): Promise<string> {
  try {
    const event = await verifyWebhook({
      rawBody: new TextEncoder().encode(body),
      headers: { 'webhook-id': ID, 'webhook-timestamp': String(NOW), 'webhook-signature': GOOD, ...headers },
      secrets: [SECRET],
      now: () => NOW * 1000,
    })
    return event.type
  } catch (error) {
    return isPayError(error) ? error.code : String(error)
  }
}

describe('a webhook of ours, at the merchant', () => {
  it('passes as it was sent', async () => {
    expect(await receive({})).toBe('payment.succeeded')
  })

  const base64 = GOOD.slice(3)
  it.each([
    ['WS-01 no header', undefined],
    ['WS-02 an empty header', ''],
    ['WS-03 two headers', ['v1,aaa', GOOD]],
    ['WS-05 junk after the right one', `${GOOD}=junk`],
    ['WS-06 hex', `v1,${Buffer.from(base64, 'base64').toString('hex').toUpperCase()}`],
    ['WS-06 base64url', `v1,${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`],
    ['WS-16 the right one after 20,000 others', `${`v1,${'A'.repeat(43)}= `.repeat(20_000)}${GOOD}`],
    ['WS-19 one of the key before', sign(ID, NOW, BODY, PREVIOUS)],
  ])('is refused with %s for a signature', async (_, signature) => {
    expect(await receive({ 'webhook-signature': signature })).toBe('webhook_signature_invalid')
  })

  it.each([
    ['WS-07 with garbage after it', `${NOW}abc`],
    ['WS-09 with leading zeros', `000${NOW}`],
    ['WS-09 with a plus', `+${NOW}`],
    ['WS-09 with a space', ` ${NOW}`],
    ['WS-10 301 s ahead', String(NOW + 301)],
    ['WS-11 301 s old', String(NOW - 301)],
    ['WS-12 in milliseconds', String(NOW * 1000)],
  ])('is refused with a timestamp %s, signed as it stands', async (_, timestamp) => {
    const signature = sign(ID, timestamp as unknown as number, BODY)
    expect(await receive({ 'webhook-timestamp': timestamp, 'webhook-signature': signature })).toMatch(
      /^webhook_(timestamp|signature)_invalid$/,
    )
  })

  it('WS-13: is refused when the border between id and timestamp is moved', async () => {
    const shifted = { 'webhook-id': `${ID}.${NOW}`, 'webhook-timestamp': '1' }
    expect(await receive({ ...shifted, 'webhook-signature': GOOD })).toBe('webhook_signature_invalid')
  })

  it('WS-14: is refused when the body was written anew, whatever way', async () => {
    const written = [
      JSON.stringify(JSON.parse(BODY), null, 1),
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(BODY)).reverse())),
      BODY.replace('"чай"', '"\\u0447\\u0430\\u0439"'),
      BODY.replace('"amount":1', '"amount":1.0'),
    ]
    for (const body of written) expect(await receive({}, body), body).toBe('webhook_signature_invalid')
  })

  it('is refused after any one change', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'body'),
        fc.nat(400),
        fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
        async (where, at, char) => {
          const texts = {
            'webhook-id': ID,
            'webhook-timestamp': String(NOW),
            'webhook-signature': GOOD,
            body: BODY,
          }
          const text = texts[where as keyof typeof texts]
          const index = at % text.length
          const changed = text.slice(0, index) + char + text.slice(index + 1)
          if (changed === text) return
          const got = where === 'body' ? await receive({}, changed) : await receive({ [where]: changed })
          expect(got).toMatch(/^webhook_/)
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('a notification of Antom, at the API', () => {
  let rig: ApiRig
  afterEach(() => rig.close())

  const { antom } = sandboxAccounts
  const PATH = '/pay/v1/providers/antom/notifications'
  const body = JSON.stringify({
    notifyType: 'PAYMENT_RESULT',
    result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success.' },
    paymentId: 'nope',
    paymentRequestId: 'pay_0000000000000000000000_1',
  })
  const time = '2026-11-22T09:00:00Z'
  const genuine = (path = PATH, clientId: string = antom.clientId, content = body) =>
    signAntom({ path, clientId, time, body: content }, antom.antomPrivateKey)
  const header = (signature: string) => `algorithm=RSA256, keyVersion=1, signature=${signature}`
  const notify = (headers: Record<string, string>, content = body) =>
    rig.fetch('/v1/providers/antom/notifications', {
      method: 'POST',
      body: content,
      headers: { 'content-type': 'application/json', ...headers },
    })

  it('passes as Antom sends it', async () => {
    rig = await createApiRig()
    const response = await notify({ signature: header(genuine()), 'request-time': time })
    expect(response.status).toBe(200)
  })

  it('is refused by one body for every reason (WS-01, WS-02, WS-03, WS-05, WS-06, WS-14, WS-20, WB-16)', async () => {
    rig = await createApiRig()
    const good = genuine()
    const raw = decodeURIComponent(good)
    const attempts: readonly (readonly [string, Record<string, string>, string?])[] = [
      ['no header', { 'request-time': time }],
      ['an empty header', { signature: '', 'request-time': time }],
      ['two signatures', { signature: `${header(good)}, signature=${good}`, 'request-time': time }],
      ['junk after it', { signature: header(`${good}%3Djunk`), 'request-time': time }],
      ['hex', { signature: header(Buffer.from(raw, 'base64').toString('hex')), 'request-time': time }],
      ['encoded twice', { signature: header(encodeURIComponent(good)), 'request-time': time }],
      ['no request-time', { signature: header(good) }],
      ['another request-time', { signature: header(good), 'request-time': '2026-11-22T09:00:01Z' }],
      ['another algorithm', { signature: `algorithm=none, signature=${good}`, 'request-time': time }],
      // WS-24, at the provider here that signs paths.
      ['signed for another path', { signature: header(genuine('/other')), 'request-time': time }],
      [
        'signed for another merchant',
        { signature: header(genuine(PATH, 'SANDBOX_OTHER')), 'request-time': time },
      ],
      [
        'a body written anew',
        { signature: header(good), 'request-time': time },
        JSON.stringify(JSON.parse(body), null, 1),
      ],
    ]
    const bodies = new Set<string>()
    for (const [why, headers, content] of attempts) {
      const response = await notify(headers, content)
      expect(response.status, why).toBe(401)
      bodies.add((await response.text()).replace(/"requestId":"[^"]*"/, ''))
    }
    expect(bodies.size).toBe(1)
    expect((await rig.store.listEvents({ merchantId: 'tea', cursor: null, limit: 10 })).items).toEqual([])
  })
})
