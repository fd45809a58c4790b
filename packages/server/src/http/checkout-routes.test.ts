import { checkoutView, returnStatus } from '@teabrick/core/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, problemOf } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

const SHOP = { origin: 'https://shop.example' }
const stTokenOf = async (url: string): Promise<string> => {
  const response = await rig.fetch(new URL(url).pathname.replace('/pay', ''))
  return response.headers.get('location') ?? ''
}

/** The status token of a session, taken where a browser gets it: behind the provider's return link. */
async function statusToken(sessionId: string): Promise<string> {
  const { createCapabilities } = await import('../capability.ts')
  const { createLinks } = await import('../links.ts')
  const { API, SECRET_KEY } = await import('../api-rig.ts')
  const capabilities = createCapabilities({ merchantId: 'tea', secretKeys: [SECRET_KEY] })
  const state = await rig.store.read(sessionId)
  if (!state) throw new Error('no session')
  const links = createLinks({ publicUrl: API, capabilities, graceSeconds: 900 })
  return (await stTokenOf(links.providerReturnUrl(state.session))).split('#teabrick=')[1] ?? ''
}

/** The value if it comes well before a long poll would end by itself. */
const soon = <T>(work: Promise<T> | undefined): Promise<T | 'too late' | undefined> =>
  Promise.race([work, new Promise<'too late'>((resolve) => setTimeout(resolve, 8_000, 'too late'))])

describe('GET /v1/checkout', () => {
  it('answers with the view and a weak tag, and 304 for the same tag', async () => {
    rig = await createApiRig()
    const { clientToken, url } = await rig.session()
    const read = await rig.checkout(clientToken, 'GET', '/v1/checkout?surface=desktop&os=linux')
    expect(read.status).toBe(200)
    expect(read.headers.get('cache-control')).toBe('no-store')
    expect(checkoutView().parse(await read.json())).toMatchObject({ url })
    const tag = read.headers.get('etag') ?? ''
    expect(tag).toMatch(/^W\/"\d+\.[\w-]{8}"$/)
    for (const known of [tag, tag.replace('W/', ''), tag.replace(/"$/, '-gzip"'), `"x", ${tag}`, '*']) {
      const same = await rig.checkout(
        clientToken,
        'GET',
        '/v1/checkout?surface=desktop&os=linux',
        undefined,
        {
          'if-none-match': known,
        },
      )
      expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, tag, ''])
      expect(same.headers.has('preference-applied')).toBe(false)
    }
    const other = await rig.checkout(clientToken, 'GET', '/v1/checkout', undefined, {
      'if-none-match': 'W/"0.0"',
    })
    expect(other.status).toBe(200)
  })

  it('accepts the hosted link’s token as well', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    expect((await rig.checkout(url.split('/c/')[1] ?? '', 'GET', '/v1/checkout')).status).toBe(200)
  })

  it.each([
    ['?surface=fridge', 'surface'],
    ['?os=linux', 'surface'],
    ['?surface=mobile&os=beos', 'os'],
    ['?surface=mobile&inApp=We%20Chat', 'inApp'],
    ['?token=ct_x', 'token'],
  ])('refuses the query %s', async (query, path) => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    expect(await problemOf(await rig.checkout(clientToken, 'GET', `/v1/checkout${query}`))).toMatchObject({
      status: 400,
      path,
    })
  })

  it('is held until the view changes', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    const tag = (await rig.checkout(clientToken, 'GET', '/v1/checkout')).headers.get('etag') ?? ''
    const held = rig.checkout(clientToken, 'GET', '/v1/checkout', undefined, {
      'if-none-match': tag,
      prefer: 'respond-async, wait=25',
    })
    await rig.pay(clientToken, 'sbp')
    const response = await held
    expect(response.status).toBe(200)
    expect(response.headers.get('preference-applied')).toBe('wait=25')
    expect(response.headers.get('etag')).not.toBe(tag)
  })

  it('is 304 after the wait, which is capped at 25 s', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    const tag = (await rig.checkout(clientToken, 'GET', '/v1/checkout')).headers.get('etag') ?? ''
    const wait = (prefer: string) =>
      rig.checkout(clientToken, 'GET', '/v1/checkout', undefined, { 'if-none-match': tag, prefer })
    const short = await wait('wait=1')
    expect([short.status, short.headers.get('preference-applied')]).toEqual([304, 'wait=1'])
    const long = wait('wait=3600')
    const stopped = rig.api.stop()
    const response = await long
    expect([response.status, response.headers.get('preference-applied')]).toEqual([304, 'wait=25'])
    await stopped
  })

  it('holds two requests of a session; a third answers the oldest', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    const tag = (await rig.checkout(clientToken, 'GET', '/v1/checkout')).headers.get('etag') ?? ''
    const answered: number[] = []
    const hold = async (number: number) => {
      const response = await rig.checkout(clientToken, 'GET', '/v1/checkout', undefined, {
        'if-none-match': tag,
        prefer: 'wait=25',
      })
      answered.push(number)
      return response.status
    }
    const held = [hold(1), hold(2), hold(3)]
    expect(await soon(held[0])).toBe(304)
    expect(answered).toEqual([1])
    await rig.pay(clientToken, 'sbp')
    expect(await Promise.all(held.slice(1))).toEqual([200, 200])
  })

  it('lets go when the client has gone', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    const tag = (await rig.checkout(clientToken, 'GET', '/v1/checkout')).headers.get('etag') ?? ''
    const gone = new AbortController()
    const held = rig.fetch('/v1/checkout', {
      headers: { authorization: `Bearer ${clientToken}`, 'if-none-match': tag, prefer: 'wait=25' },
      signal: gone.signal,
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    gone.abort()
    expect(await soon(held.then(({ status }) => status))).toBe(304)
  })

  it('limits the requests of a session', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    const other = await rig.session()
    const statuses = await Promise.all(
      Array.from({ length: 80 }, async () => (await rig.checkout(clientToken, 'GET', '/v1/checkout')).status),
    )
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(50)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(20)
    expect((await rig.checkout(other.clientToken, 'GET', '/v1/checkout')).status).toBe(200)
  })
})

describe('a status token', () => {
  it('reads the state of its session and nothing else', async () => {
    rig = await createApiRig()
    const { id, clientToken } = await rig.session()
    const token = await statusToken(id)
    expect(token).toMatch(/^st_/)
    const read = await rig.checkout(token, 'GET', '/v1/checkout')
    const body = (await read.json()) as object
    expect(returnStatus().parse(body)).toEqual(body)
    expect(body).toEqual({ version: expect.any(Number), session: { id, status: 'open' }, payment: null })
    const tag = read.headers.get('etag') ?? ''
    const held = rig.checkout(token, 'GET', '/v1/checkout', undefined, {
      'if-none-match': tag,
      prefer: 'wait=20',
    })
    await rig.pay(clientToken, 'sbp')
    expect(await (await held).json()).toMatchObject({ payment: { method: 'sbp' } })
    for (const path of ['/v1/checkout/payments', '/v1/checkout/cancel'])
      expect(await problemOf(await rig.checkout(token, 'POST', path, { method: 'sbp' }))).toMatchObject({
        status: 401,
        code: 'unauthorized',
      })
  })
})

describe('paying', () => {
  it('joins the live payment with another key, and replays with the same', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    const key = newKey()
    const pay = async (idempotencyKey: string, method = 'sbp') => {
      const response = await rig.checkout(
        clientToken,
        'POST',
        '/v1/checkout/payments',
        { method },
        { 'idempotency-key': idempotencyKey },
      )
      return [response.status, await response.json()] as const
    }
    const answers = await Promise.all([pay(key), pay(key), pay(newKey()), pay(key), pay(newKey())])
    for (const [status] of answers) expect(status).toBe(200)
    expect(new Set(answers.map(([, body]) => (body as { payment: { id: string } }).payment.id)).size).toBe(1)
    const [status, body] = await pay(newKey(), 'alipay')
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'payment_in_progress', view: { payment: { method: 'sbp' } } })
    const [reused, problem] = await pay(key, 'alipay')
    expect([reused, (problem as { code: string }).code]).toEqual([422, 'idempotency_key_reused'])
  })

  it('keeps keys of two sessions apart (IH-12)', async () => {
    rig = await createApiRig()
    const key = { 'idempotency-key': newKey() }
    for (const { clientToken } of [await rig.session(), await rig.session()]) {
      const body = { method: clientToken.length % 2 ? 'sbp' : 'alipay' }
      expect((await rig.checkout(clientToken, 'POST', '/v1/checkout/payments', body, key)).status).toBe(200)
    }
  })

  it('takes another method after the buyer asked for it, with an empty body', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    await rig.pay(clientToken, 'sbp')
    const cancel = await rig.checkout(clientToken, 'POST', '/v1/checkout/cancel')
    expect(cancel.status).toBe(200)
    expect(cancel.headers.get('etag')).toMatch(/^W\//)
    expect((await rig.pay(clientToken, 'alipay')).payment).toMatchObject({ method: 'alipay' })
  })

  it('refuses amounts and unknown methods', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    const pay = (body: unknown) => rig.checkout(clientToken, 'POST', '/v1/checkout/payments', body)
    expect(await problemOf(await pay({ method: 'sbp', amount: 1 }))).toMatchObject({
      status: 400,
      path: 'amount',
    })
    expect(await problemOf(await pay({}))).toMatchObject({ status: 400, path: 'method' })
    expect(await problemOf(await pay(''))).toMatchObject({ status: 400 })
    expect(await problemOf(await pay({ method: 'kaspi' }))).toMatchObject({
      status: 409,
      code: 'method_unavailable',
      view: { payment: null },
    })
    expect(await problemOf(await pay({ method: 'alipay', quoteId: 'forged' }))).toMatchObject({
      status: 409,
      code: 'quote_changed',
      view: { methods: expect.any(Array) },
    })
  })

  it('is over with the session', async () => {
    rig = await createApiRig()
    const { id, clientToken } = await rig.session()
    await rig.merchant('POST', `/v1/sessions/${id}/cancel`)
    const response = await rig.checkout(clientToken, 'POST', '/v1/checkout/payments', { method: 'sbp' })
    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'session_not_open' })
  })
})

describe('origins', () => {
  it.each(['https://evil.test', 'null', 'https://shop.example.evil.test', 'http://shop.example'])(
    'other than the merchant’s are refused without CORS: %s (IH-13)',
    async (origin) => {
      rig = await createApiRig()
      const { clientToken } = await rig.session()
      const read = await rig.checkout(clientToken, 'GET', '/v1/checkout', undefined, { origin })
      const preflight = await rig.fetch('/v1/checkout', { method: 'OPTIONS', headers: { origin } })
      for (const response of [read, preflight]) {
        expect(response.headers.has('access-control-allow-origin')).toBe(false)
        expect(response.headers.get('vary')).toBe('Origin')
        expect(await problemOf(response)).toMatchObject({ status: 403, code: 'origin_not_allowed' })
      }
    },
  )

  it('of the merchant may read every answer, refusals too, and never with credentials', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    for (const token of [clientToken, 'ct_wrong']) {
      const response = await rig.checkout(token, 'GET', '/v1/checkout', undefined, SHOP)
      expect(response.headers.get('access-control-allow-origin')).toBe(SHOP.origin)
      expect(response.headers.get('access-control-expose-headers')).toContain('ETag')
      expect(response.headers.has('access-control-allow-credentials')).toBe(false)
      expect(response.headers.get('vary')).toBe('Origin')
    }
  })

  it('get a preflight for exactly the headers that are used', async () => {
    rig = await createApiRig()
    const preflight = await rig.fetch('/v1/checkout/payments', {
      method: 'OPTIONS',
      headers: {
        ...SHOP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'prefer',
      },
    })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': SHOP.origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, If-None-Match, Prefer',
      'access-control-max-age': '7200',
    })
  })
})
