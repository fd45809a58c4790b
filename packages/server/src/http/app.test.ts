import { PROBLEM_STATUS, problem, session, sessionList } from '@teabrick/core/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { API, type ApiRig, createApiRig, newKey, problemOf, SECRET_KEY, sessionRequest } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

const UNKNOWN = 'cs_0000000000000000000000'

describe('credentials', () => {
  it('wants a secret key, and says no more than that', async () => {
    rig = await createApiRig()
    for (const authorization of [
      '',
      'Bearer',
      'Bearer sk_wrong_key',
      `Basic ${SECRET_KEY}`,
      `Bearer ${SECRET_KEY}x`,
    ]) {
      const response = await rig.fetch('/v1/sessions', { headers: authorization ? { authorization } : {} })
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthorized' })
    }
  })

  it('accepts every active key while they are rotated (LS-04)', async () => {
    rig = await createApiRig()
    await rig.close()
    const merchant = { id: 'tea', name: 'Tea', origins: ['https://shop.example'] }
    rig = await createApiRig({ merchant: { ...merchant, secretKeys: ['sk_test_new_key', SECRET_KEY] } })
    for (const key of ['sk_test_new_key', SECRET_KEY])
      expect((await rig.fetch('/v1/sessions', { headers: { authorization: `Bearer ${key}` } })).status).toBe(
        200,
      )
  })

  it('refuses a browser on the merchant API, with no CORS, preflight included', async () => {
    rig = await createApiRig()
    for (const init of [
      { method: 'GET', headers: { authorization: `Bearer ${SECRET_KEY}`, origin: 'https://shop.example' } },
      {
        method: 'OPTIONS',
        headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
      },
    ]) {
      const response = await rig.fetch('/v1/sessions', init)
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
      expect(await problemOf(response)).toMatchObject({ status: 403, code: 'origin_not_allowed' })
    }
  })

  it('wants a client token on the checkout API; a secret key is none', async () => {
    rig = await createApiRig()
    for (const token of ['', SECRET_KEY, 'ct_wrong', 'x'.repeat(600)])
      expect(await problemOf(await rig.checkout(token, 'GET', '/v1/checkout'))).toMatchObject({
        status: 401,
        code: 'unauthorized',
      })
  })

  it('tells a token that has expired', async () => {
    let ahead = 0
    const { systemClock } = await import('../clock.ts')
    rig = await createApiRig({ clock: { ...systemClock, now: () => Date.now() + ahead } })
    const { clientToken } = await rig.session()
    ahead = 60 * 24 * 3_600_000
    expect(await problemOf(await rig.checkout(clientToken, 'GET', '/v1/checkout'))).toMatchObject({
      status: 401,
      code: 'token_expired',
    })
  })

  it('limits guesses by address, and nobody with a valid credential (IH-02)', async () => {
    rig = await createApiRig()
    const guess = (address: string) =>
      rig.fetch('/v1/sessions', { headers: { authorization: 'Bearer sk_guess' } }, address)
    const guesses = () => Promise.all(Array.from({ length: 200 }, () => guess('192.0.2.1')))
    let answers = await guesses()
    expect(answers.slice(0, 100).every(({ status }) => status === 401)).toBe(true)
    // On a slow machine the bucket fills up while it is emptied.
    while (answers.every(({ status }) => status === 401)) answers = await guesses()
    const refused = answers.find(({ status }) => status !== 401)
    if (refused === undefined) throw new Error('none was refused')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'rate_limited' })
    expect((await guess('192.0.2.2')).status).toBe(401)
    const valid = await rig.fetch(
      '/v1/sessions',
      { headers: { authorization: `Bearer ${SECRET_KEY}` } },
      '192.0.2.1',
    )
    expect(valid.status).toBe(200)
  })
})

describe('sessions', () => {
  it('are created with a client token and a hosted link, and read back with them', async () => {
    rig = await createApiRig()
    const created = await rig.merchant('POST', '/v1/sessions', sessionRequest)
    expect(created.status).toBe(201)
    const body = session().parse(await created.json())
    expect(body.clientToken).toMatch(/^ct_/)
    expect(body.url).toMatch(/^https:\/\/shop\.example\/pay\/c\/lt_/)
    const read = await rig.merchant('GET', `/v1/sessions/${body.id}`)
    expect(read.status).toBe(200)
    expect(await read.json()).toEqual(body)
  })

  it('are the same for the same key, quoted or bare, and 422 for another body', async () => {
    rig = await createApiRig()
    const key = newKey()
    const create = (body: unknown, header = key) =>
      rig.merchant('POST', '/v1/sessions', body, { 'idempotency-key': header })
    const first = await create(sessionRequest)
    const bodies = await Promise.all(
      [
        create(sessionRequest),
        create(sessionRequest, `"${key}"`),
        create({ ...sessionRequest, metadata: {} }),
      ].map(async (response) => {
        const answer = await response
        return [answer.status, await answer.json()] as const
      }),
    )
    const expected = await first.json()
    for (const [status, body] of bodies) {
      expect(status).toBe(201)
      expect(body).toEqual(expected)
    }
    const other = await create({ ...sessionRequest, amount: { currency: 'RUB', minorUnits: 1 } })
    expect(await problemOf(other)).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
  })

  it('are listed newest first, by reference, status and page', async () => {
    rig = await createApiRig()
    const first = await rig.session({ order: { reference: 'A-1', description: 'x' } })
    const second = await rig.session({ order: { reference: 'A-2', description: 'x' } })
    const list = async (query: string) =>
      sessionList().parse(await (await rig.merchant('GET', `/v1/sessions${query}`)).json())
    const page = await list('?limit=1')
    expect(page.items).toHaveLength(1)
    const next = await list(`?limit=1&cursor=${page.nextCursor}`)
    expect(new Set([page.items[0]?.id, next.items[0]?.id])).toEqual(new Set([first.id, second.id]))
    expect((await list('?reference=A-1')).items.map(({ id }) => id)).toEqual([first.id])
    expect((await list('?status=complete')).items).toEqual([])
  })

  it.each([
    ['?foo=1', 'foo'],
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?status=paid', 'status'],
    ['?cursor=!!', 'cursor'],
    ['?limit=1&limit=2', 'limit'],
    ['?reference=%00', 'reference'],
    ['?reference=%ff', 'reference'],
  ])('are not listed for the query %s', async (query, path) => {
    rig = await createApiRig()
    expect(await problemOf(await rig.merchant('GET', `/v1/sessions${query}`))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      path,
    })
  })

  it('end by cancel, with or without a body', async () => {
    rig = await createApiRig()
    const { id } = await rig.session()
    const canceled = await rig.merchant('POST', `/v1/sessions/${id}/cancel`)
    expect(canceled.status).toBe(200)
    expect(await canceled.json()).toMatchObject({ id, status: 'canceled' })
    const { id: other } = await rig.session()
    const withReason = await rig.merchant('POST', `/v1/sessions/${other}/cancel`, { reason: 'out of stock' })
    expect(withReason.status).toBe(200)
  })
})

describe('ids', () => {
  it.each([
    ['IH-01', UNKNOWN],
    ['IH-04', 'a'.repeat(10_240)],
    ['IH-05', encodeURIComponent("' OR 1=1;--")],
    ['a broken escape', '%zz'],
    ['a payment id', 'pay_0000000000000000000000_1'],
  ])('that do not exist get one and the same answer: %s', async (_, id) => {
    rig = await createApiRig()
    const answer = await problemOf(await rig.merchant('GET', `/v1/sessions/${id}`))
    expect(answer).toMatchObject({ status: 404, code: 'not_found' })
    const { requestId: __, ...rest } = answer
    const { requestId: ___, ...unknown } = await problemOf(
      await rig.merchant('GET', `/v1/sessions/${UNKNOWN}`),
    )
    expect(rest).toEqual(unknown)
  })

  it('of another merchant on the same database are unknown (IH-01)', async () => {
    rig = await createApiRig()
    const { id, clientToken } = await rig.session()
    const merchant = {
      id: 'coffee',
      name: 'Coffee',
      secretKeys: [SECRET_KEY],
      origins: ['https://shop.example'],
    }
    const other = await createApiRig({ database: rig.store, merchant })
    expect((await other.merchant('GET', `/v1/sessions/${id}`)).status).toBe(404)
    expect((await other.checkout(clientToken, 'GET', '/v1/checkout')).status).toBe(401)
    await other.close()
  })
})

describe('payments and refunds', () => {
  it('are read, refunded in parts with 201, and never beyond what is left', async () => {
    rig = await createApiRig()
    const { id, clientToken } = await rig.session()
    const view = await rig.pay(clientToken, 'sbp')
    await rig.buyer(view.payment?.nextAction?.qr?.payload ?? '', 'approve')
    await expect
      .poll(
        async () =>
          ((await (await rig.merchant('GET', `/v1/sessions/${id}`)).json()) as { status: string }).status,
      )
      .toBe('complete')
    const payment = `/v1/payments/${view.payment?.id}`
    expect((await rig.merchant('GET', payment)).status).toBe(200)
    const key = newKey()
    const refund = (body: unknown, idempotencyKey = newKey()) =>
      rig.merchant('POST', `${payment}/refunds`, body, { 'idempotency-key': idempotencyKey })
    const amount = { currency: 'RUB', minorUnits: 23_456 }
    const first = await refund({ amount, reason: 'broken' }, key)
    expect(first.status).toBe(201)
    const made = (await first.json()) as { id: string }
    const again = await refund({ amount, reason: 'broken' }, key)
    expect(again.status).toBe(201)
    expect(await again.json()).toMatchObject({ id: made.id })
    expect(await (await rig.merchant('GET', `/v1/refunds/${made.id}`)).json()).toMatchObject({ amount })
    expect(await problemOf(await refund({ amount: { currency: 'RUB', minorUnits: 100_001 } }))).toMatchObject(
      {
        status: 409,
        code: 'amount_exceeds_remaining',
      },
    )
    expect((await refund({})).status).toBe(201)
    expect((await refund({})).status).toBe(409)
  })
})

describe('rails and events', () => {
  it('suspend a rail with who and why, and take it back', async () => {
    rig = await createApiRig()
    const put = (id: string, body: unknown) => rig.merchant('PUT', `/v1/rails/${id}`, body)
    expect(
      await (await put('antom:alipay', { state: 'suspended', reason: 'sanctions' })).json(),
    ).toMatchObject({
      id: 'antom:alipay',
      state: 'suspended',
      reason: 'sanctions',
      changedBy: 'merchant key 1',
    })
    const { clientToken } = await rig.session()
    const view = (await (await rig.checkout(clientToken, 'GET', '/v1/checkout')).json()) as {
      unavailable: unknown
    }
    expect(view.unavailable).toContainEqual({ id: 'alipay', name: 'Alipay', reason: 'suspended' })
    expect((await put('antom%3Aalipay', { state: 'active', reason: 'back' })).status).toBe(200)
    expect((await put('antom:nothing', { state: 'active', reason: 'x' })).status).toBe(404)
    expect((await put('antom:alipay', { state: 'off', reason: 'x' })).status).toBe(400)
    const { items } = (await (await rig.merchant('GET', '/v1/rails')).json()) as { items: unknown[] }
    expect(items).toContainEqual(expect.objectContaining({ id: 'antom:alipay', state: 'active' }))
  })

  it('list events and send one again with the same id', async () => {
    rig = await createApiRig()
    const { id } = await rig.session()
    await rig.merchant('POST', `/v1/sessions/${id}/cancel`)
    await expect.poll(() => rig.webhooks.length).toBe(1)
    const { items } = (await (await rig.merchant('GET', '/v1/events?limit=5')).json()) as {
      items: { id: string; type: string }[]
    }
    expect(items.map(({ type }) => type)).toEqual(['session.canceled'])
    const again = await rig.merchant('POST', `/v1/events/${items[0]?.id}/redeliver`)
    expect(again.status).toBe(200)
    expect(await again.json()).toMatchObject({ id: items[0]?.id, type: 'session.canceled' })
    await expect.poll(() => rig.webhooks.length).toBe(2)
    expect(rig.webhooks[1]?.headers.get('webhook-id')).toBe(items[0]?.id)
    const unknown = await rig.merchant('POST', '/v1/events/evt_0000000000000000000000_1/redeliver')
    expect(unknown.status).toBe(404)
  })
})

describe('every answer', () => {
  it('has a request id, no-store and nosniff, errors as problem+json with a page that explains them', async () => {
    rig = await createApiRig()
    for (const [path, init] of [
      ['/v1/sessions', {}],
      ['/nowhere', {}],
      ['/healthz', {}],
      ['/v1/checkout', { method: 'DELETE' }],
    ] as const) {
      const response = await rig.fetch(path, init)
      expect(response.headers.get('request-id')).toMatch(/^req_/)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('cache-control')).toBe('no-store')
      if (response.status < 400) continue
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      const body = problem().parse(await response.json())
      expect(body.requestId).toBe(response.headers.get('request-id'))
      expect(body.docUrl).toBe(`${API}/errors#${body.code}`)
    }
    const page = await (await rig.fetch('/errors')).text()
    for (const code of Object.keys(PROBLEM_STATUS)) expect(page).toContain(`id="${code}"`)
  })

  it('is 404 outside the path of publicUrl', async () => {
    rig = await createApiRig()
    for (const path of ['/v1/sessions', '/', '/payx/v1/sessions', '/pay'])
      expect((await rig.api.fetch(new Request(`https://shop.example${path}`))).status).toBe(404)
  })

  it('names the methods of a path: 405 with Allow, OPTIONS, HEAD', async () => {
    rig = await createApiRig()
    const wrong = await rig.fetch('/v1/sessions', { method: 'DELETE' })
    expect(wrong.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
    expect(await problemOf(wrong)).toMatchObject({ status: 405, code: 'method_not_allowed' })
    const options = await rig.fetch('/v1/sessions', { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS'])
    const head = await rig.fetch('/healthz', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('makes links from publicUrl, whatever the request says (IH-15)', async () => {
    rig = await createApiRig()
    const response = await rig.merchant('POST', '/v1/sessions', sessionRequest, {
      'x-forwarded-host': 'evil.test',
      forwarded: 'host=evil.test',
    })
    expect(await response.text()).not.toContain('evil.test')
  })
})

describe('bodies', () => {
  const post = (init: RequestInit, path = '/v1/sessions') =>
    rig.fetch(path, {
      method: 'POST',
      ...init,
      headers: { authorization: `Bearer ${SECRET_KEY}`, 'idempotency-key': newKey(), ...init.headers },
    })

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/json; charset=windows-1251'],
    ['application/jsonx'],
  ])('of the type %s are refused (IH-14)', async (type) => {
    rig = await createApiRig()
    const response = await post({ body: JSON.stringify(sessionRequest), headers: { 'content-type': type } })
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  it('without a type or compressed are refused', async () => {
    rig = await createApiRig()
    const bytes = new TextEncoder().encode(JSON.stringify(sessionRequest))
    expect((await post({ body: bytes })).status).toBe(415)
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    expect((await post({ body: bytes, headers })).status).toBe(415)
  })

  it('are read up to 64 KiB and no further', async () => {
    rig = await createApiRig()
    const headers = { 'content-type': 'application/json; charset=UTF-8' }
    const padded = (size: number) => {
      const text = JSON.stringify(sessionRequest)
      return new TextEncoder().encode(text + ' '.repeat(size - new TextEncoder().encode(text).length))
    }
    expect((await post({ body: padded(65_536), headers })).status).toBe(201)
    expect(await problemOf(await post({ body: padded(65_537), headers }))).toMatchObject({
      status: 413,
      code: 'payload_too_large',
    })
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(16_384))
      },
    })
    const response = await post({ body: endless, headers, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(413)
    expect(pulled).toBeLessThan(8)
  })

  it('want a key of 22 to 255 visible characters (IH-07)', async () => {
    rig = await createApiRig()
    const send = (key: string) =>
      rig.merchant('POST', '/v1/sessions', sessionRequest, { 'idempotency-key': key })
    expect(await problemOf(await send(''))).toMatchObject({ status: 400, code: 'idempotency_key_missing' })
    for (const key of [
      'short',
      'x'.repeat(21),
      'x'.repeat(256),
      `${'x'.repeat(22)} y`,
      `"${'x'.repeat(21)}"`,
    ])
      expect(await problemOf(await send(key))).toMatchObject({ status: 400, code: 'idempotency_key_invalid' })
    expect((await send('x'.repeat(255))).status).toBe(201)
  })

  it('are refused while the API has not started or has stopped', async () => {
    rig = await createApiRig()
    await rig.api.stop()
    const response = await rig.merchant('GET', '/v1/sessions')
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' })
  })
})

describe('what a request asks for', () => {
  it('is checked before anything is made: where the buyer is sent to, what adds up, what must not be there', async () => {
    rig = await createApiRig()
    const order = { reference: 'A-1001', description: 'Пуэр 2019' }
    for (const [change, path] of [
      [{ returnUrl: 'https://evil.example/thanks' }, 'returnUrl'],
      [{ returnUrl: 'javascript:alert(1)' }, 'returnUrl'],
      [{ methods: ['sbp', 'sbp'] }, 'methods[1]'],
      [{ splits: [{ seller: 'a', amount: { currency: 'RUB', minorUnits: 1 } }] }, 'splits'],
      [{ order: { ...order, description: 'карта 4111111111111111' } }, 'order.description'],
    ] as const) {
      const refused = await rig.merchant('POST', '/v1/sessions', { ...sessionRequest, ...change })
      expect(await problemOf(refused), path).toMatchObject({ status: 400, path })
    }
    const { items } = await (await rig.merchant('GET', '/v1/sessions')).json()
    expect(items).toEqual([])
  })

  it('holds no card number, wherever a body has words', async () => {
    rig = await createApiRig()
    const reason = 'paid with 4111 1111 1111 1111'
    const refused = { status: 400, code: 'card_number_refused', path: 'reason' }
    const refund = await rig.merchant('POST', '/v1/payments/pay_0000000000000000000000_1/refunds', { reason })
    expect(await problemOf(refund)).toMatchObject(refused)
    const rail = await rig.merchant('PUT', '/v1/rails/yookassa:sbp', { state: 'suspended', reason })
    expect(await problemOf(rail)).toMatchObject(refused)
  })
})

describe('faults', () => {
  it('are a 500 that tells nothing, logged with the request id and without secrets (LS-03)', async () => {
    rig = await createApiRig()
    const { id } = await rig.session()
    await rig.close()
    const broken = {
      ...rig.store,
      read: () => Promise.reject(new Error(`secret=whsec_CANARY key ${SECRET_KEY} canary@example.test`)),
    }
    rig = await createApiRig({ database: broken })
    const response = await rig.merchant('GET', `/v1/sessions/${id}`)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'internal_error' })
    const logged = JSON.stringify(rig.logs.filter(({ level }) => level === 'error'))
    expect(logged).toContain('secret=[redacted]')
    expect(logged).toContain(response.headers.get('request-id'))
    for (const secret of ['CANARY', SECRET_KEY, 'canary@example.test']) {
      expect(text).not.toContain(secret)
      expect(logged).not.toContain(secret)
    }
    expect((await rig.fetch('/healthz')).status).toBe(200)
  })

  it('and all else are logged by the pattern of their path, never by the path: that may be a token', async () => {
    rig = await createApiRig()
    const { id } = await rig.session()
    for (const path of ['/c/lt_CANARY', '/r/st_CANARY', '/v1/checkout/CANARY', '/CANARY?token=CANARY'])
      await rig.fetch(path)
    await rig.merchant('GET', `/v1/sessions/${id}`)
    const lines = rig.logs.filter(({ message }) => message === 'request').map(({ fields }) => fields['route'])
    expect(lines).toContain('/c/{token}')
    expect(lines).toContain('/v1/sessions/{id}')
    expect(JSON.stringify(rig.logs)).not.toContain('CANARY')
  })

  it('of the database are a 503', async () => {
    const { StoreError } = await import('../store/store.ts')
    rig = await createApiRig()
    const { store } = rig
    await rig.close()
    let isDown = false
    const fail = () => Promise.reject(new StoreError('unavailable', 'connection refused'))
    rig = await createApiRig({
      database: {
        ...store,
        now: () => (isDown ? fail() : store.now()),
        listSessions: (query) => (isDown ? fail() : store.listSessions(query)),
      },
    })
    expect((await rig.fetch('/healthz')).status).toBe(200)
    isDown = true
    expect(await problemOf(await rig.merchant('GET', '/v1/sessions'))).toMatchObject({
      status: 503,
      code: 'unavailable',
    })
    expect((await rig.fetch('/healthz')).status).toBe(503)
    isDown = false
  })
})
