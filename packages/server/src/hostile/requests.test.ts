import type { CheckoutView, Problem } from '@teabrick/core/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, SECRET_KEY, sessionRequest } from '../api-rig.ts'
import { createPostgresStore } from '../store/postgres-store.ts'
import type { Store } from '../store/store.ts'
import { createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'

// Hostile requests over a real PostgreSQL that are not in the list of cases, but next to some of them: whatever comes, the
// answer is a 4xx that says why, and nothing is written.

let database: TestDatabase
let store: Store
let rig: ApiRig
beforeAll(async () => {
  database = await createTestDatabase()
  store = await createPostgresStore(database)
  rig = await createApiRig({ database: store })
})
afterAll(async () => {
  await rig.close()
  await store.close()
  await database.drop()
})

const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${((await response.json()) as Problem).code ?? ''}`.trim()
const create = (body: unknown) => rig.merchant('POST', '/v1/sessions', body)
const bytes = (body: BodyInit, headers: Record<string, string> = {}) =>
  rig.fetch('/v1/sessions', {
    method: 'POST',
    body,
    headers: {
      authorization: `Bearer ${SECRET_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': newKey(),
      ...headers,
    },
  })

describe('a position in a list', () => {
  const cursor = (text: string) => Buffer.from(text).toString('base64url')
  it.each([
    '8640000000000000|cs_x',
    '9999999999999999|cs_x',
    '253402300800000|cs_x',
    '-1|cs_x',
    '1e3|cs_x',
    '|',
  ])('that is forged is refused: %s', async (text) => {
    for (const list of ['sessions', 'events'])
      expect(await codeOf(await rig.merchant('GET', `/v1/${list}?cursor=${cursor(text)}`))).toBe(
        '400 invalid_request',
      )
  })
  it('of the last moment that can be written is read', async () => {
    expect((await rig.merchant('GET', `/v1/sessions?cursor=${cursor('253402300799999|cs_x')}`)).status).toBe(
      200,
    )
  })
})

describe('a suspension', () => {
  const suspend = (until: string) =>
    rig.merchant('PUT', '/v1/rails/yookassa:sbp', { state: 'suspended', reason: 'x', until })
  it.each(['0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '2026-13-01T00:00:00Z', '2026-11-24', '1'])(
    'until %s is refused',
    async (until) => expect(await codeOf(await suspend(until))).toBe('400 invalid_request'),
  )
  it('until the end of the year 9999 is taken, and lifted again', async () => {
    expect((await suspend('9999-12-31T23:59:59Z')).status).toBe(200)
    const lifted = await rig.merchant('PUT', '/v1/rails/yookassa%3Asbp', { state: 'active', reason: 'x' })
    expect(lifted.status).toBe(200)
  })
})

describe('an id', () => {
  const sid = '0123456789abcdefghijkl'
  it.each([
    `pay_${sid}_0`,
    `pay_${sid}_01`,
    `pay_${sid}_99999999999999999999`,
    `pay_${sid}_1%0a`,
    `pay_${sid}_1%00`,
    `PAY_${sid}_1`,
    `pay_${sid}_%D9%A1`,
    '..%2f..%2fmetrics',
    '__proto__',
    'constructor',
  ])('that is none is unknown everywhere: %s', async (id) => {
    for (const path of [
      `payments/${id}`,
      `refunds/${id.replace('pay_', 're_')}`,
      `sessions/${id.replace('pay_', 'cs_')}`,
    ])
      expect(await codeOf(await rig.merchant('GET', `/v1/${path}`)), path).toBe('404 not_found')
    const event = id.replace('pay_', 'evt_')
    expect(await codeOf(await rig.merchant('POST', `/v1/events/${event}/redeliver`))).toBe('404 not_found')
  })
})

describe('an amount', () => {
  const withAmount = (literal: string) => JSON.stringify(sessionRequest).replace('123456', literal)
  it.each([
    ...['-0', '0', '1e2', '1E+2', '1.0', '01', '+1', '0x10', '1_000', '.5', '5.', '1e-1', 'NaN', 'Infinity'],
    ...['"100"', 'null', '[1]', '{}', 'true', '9007199254740991', '9007199254740992', '1'.repeat(40)],
    '\uff11\uff10\uff10',
  ])('written as %s is refused', async (literal) => {
    expect(await codeOf(await bytes(withAmount(literal)))).toBe('400 invalid_request')
  })

  it.each(['rub', 'RUR', 'RUB ', 'XAU', 'BTC', '', '643', '\uff32\uff35\uff22', 'R\u200bUB'])(
    'in the currency %j is refused',
    async (currency) =>
      expect(await codeOf(await create({ ...sessionRequest, amount: { currency, minorUnits: 100 } }))).toBe(
        '400 invalid_request',
      ),
  )

  it.each([
    ['RUB', 1],
    ['RUB', 999_999_999_999],
    ['CNY', 999_999_999_999],
    ['JPY', 1],
    ['UZS', 999_999_999_999],
  ])('at the limits of %s is offered nothing it cannot be paid by: %d', async (currency, minorUnits) => {
    const { clientToken } = await rig.session({ amount: { currency, minorUnits } })
    const view = (await (await rig.checkout(clientToken, 'GET', '/v1/checkout')).json()) as CheckoutView
    expect(view.methods).toEqual([])
    for (const { id } of view.unavailable)
      expect(
        await codeOf(await rig.checkout(clientToken, 'POST', '/v1/checkout/payments', { method: id })),
      ).toBe('409 method_unavailable')
  })
})

describe('a body', () => {
  const member = JSON.stringify(sessionRequest)
  it.each([
    [
      'a member twice, once with an escape',
      `{"\\u0061mount":{"currency":"RUB","minorUnits":1},${member.slice(1)}`,
    ],
    ['two values', `${member}{}`],
    ['a comment', `${member}//`],
    ['a comma too many', member.replace(/}$/, ',}')],
    ['single quotes', "{'a':1}"],
    ['a no-break space before it', `\u00a0${member}`],
    ['a wrong escape', '{"a":"\\x41"}'],
    ['a control character', '{"a":"\u0001"}'],
    ['half a surrogate pair', '{"a":"\\ud800"}'],
    ['an escaped NUL', '{"a":"\\u0000"}'],
    ['no object', '[]'],
    ['null', 'null'],
    ['nothing', ''],
  ])('with %s is refused', async (_, body) => {
    expect(await codeOf(await bytes(body))).toBe('400 invalid_request')
  })

  it('in bytes that are not plain UTF-8 is refused', async () => {
    const overlong = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])
    const utf16 = Buffer.from(member, 'utf16le')
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(member)])
    for (const body of [overlong, utf16, marked])
      expect(await codeOf(await bytes(body))).toBe('400 invalid_request')
  })

  it.each([
    ...['text/json', 'application/problem+json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
    ...[
      'application/json; charset=utf-16',
      'application/json; charset=utf-8; a=b',
      'application/json, text/plain',
    ],
  ])('of the type %s is refused', async (type) => {
    expect(await codeOf(await bytes(member, { 'content-type': type }))).toBe('415 unsupported_media_type')
  })

  it('said to be compressed is refused', async () => {
    for (const encoding of ['gzip', 'br', 'identity, gzip', 'x'])
      expect(await codeOf(await bytes(member, { 'content-encoding': encoding }))).toBe(
        '415 unsupported_media_type',
      )
  })

  it('keeps members that every object has as what they are: text', async () => {
    const metadata = { constructor: 'a', toString: 'b', prototype: 'c', hasOwnProperty: 'd' }
    const answer = (await (await create({ ...sessionRequest, metadata })).json()) as { metadata: object }
    expect(answer.metadata).toEqual(metadata)
  })
})

describe('a key', () => {
  it.each([
    ['too short by one', 'a'.repeat(21)],
    ['too long by one', 'a'.repeat(256)],
    ['a quote that does not end', `"${'a'.repeat(22)}`],
    ['a quote within quotes', `""${'a'.repeat(22)}""`],
    ['a parameter behind the quotes', `"${'a'.repeat(22)}";p=1`],
    ['a space', `a ${'a'.repeat(22)}`],
    ['another alphabet', 'é'.repeat(22)],
    ['two of them', `${'a'.repeat(22)}, ${'b'.repeat(22)}`],
  ])('with %s is refused', async (_, key) => {
    expect(await codeOf(await bytes(JSON.stringify(sessionRequest), { 'idempotency-key': key }))).toBe(
      '400 idempotency_key_invalid',
    )
  })

  it('is the same bare, quoted and with an escape', async () => {
    const body = JSON.stringify(sessionRequest)
    const ids = new Set<string>()
    for (const key of [`k\\"${'a'.repeat(22)}`, `"k\\\\\\"${'a'.repeat(22)}"`]) {
      const response = await bytes(body, { 'idempotency-key': key })
      expect(response.status).toBe(201)
      ids.add(((await response.json()) as { id: string }).id)
    }
    expect(ids.size).toBe(1)
  })

  it('sent with two bodies at once makes one session and one refusal, whoever is first', async () => {
    for (let time = 0; time < 5; time++) {
      const key = newKey()
      const answers = await Promise.all(
        ['A', 'B', 'A', 'B'].map((reference) =>
          bytes(JSON.stringify({ ...sessionRequest, order: { reference, description: 'x' } }), {
            'idempotency-key': key,
          }),
        ),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422])
    }
  })
})

describe('at the checkout', () => {
  let token: string
  let etag: string
  beforeEach(async () => {
    token = (await rig.session()).clientToken
    etag = (await rig.checkout(token, 'GET', '/v1/checkout')).headers.get('etag') ?? ''
  })
  const read = (headers: Record<string, string> = {}, query = '') =>
    rig.checkout(token, 'GET', `/v1/checkout${query}`, undefined, headers)

  it('a token has one spelling', async () => {
    const spellings = [
      ...[`${token}=`, token.toUpperCase(), token.slice(0, -1), `${token}A`, `"${token}"`, `${token}%00`],
      ...[token.replace('ct_', 'CT_'), token.replace('ct_', 'lt_'), token.replace('ct_', 'st_')],
      ...[token.replace('ct_', 'ct-'), `ct_${Buffer.from(token.slice(3), 'base64url').toString('base64')}=`],
      `ct_${Buffer.from(token.slice(3), 'base64url').toString('hex')}`,
      `${token}, Bearer ${token}`,
    ]
    for (const spelling of spellings)
      expect((await rig.checkout(spelling, 'GET', '/v1/checkout')).status, spelling).toBe(401)
  })

  it('a tag is compared weakly, in a list, and not in other writings', async () => {
    for (const same of [etag, etag.slice(2), `"x", ${etag}`, etag.replace(/"$/, '-gzip"'), '*'])
      expect((await read({ 'if-none-match': same })).status, same).toBe(304)
    for (const other of [etag.slice(3, -1), `W/${etag}`, `${etag};q=1`, '"', '""', etag.replace('W/', 'w/')])
      expect((await read({ 'if-none-match': other })).status, other).toBe(200)
  })

  it('a wait is read where it is a preference, and nowhere else', async () => {
    for (const prefer of [
      'wait=0',
      'wait=-1',
      'wait=1e9',
      'wait=0x9',
      'wait',
      'wait=',
      'await=9',
      'a="b, wait=9"',
    ])
      expect((await read({ 'if-none-match': etag, prefer })).headers.get('preference-applied'), prefer).toBe(
        null,
      )
    for (const prefer of [
      'wait=1',
      'WAIT=1',
      'respond-async, wait="1"',
      'wait=1, wait=9',
      'a="x\\"y, wait=9", wait=1',
    ])
      expect((await read({ 'if-none-match': etag, prefer })).headers.get('preference-applied'), prefer).toBe(
        'wait=1',
      )
  })

  it.each([
    ...['surface=desktop&surface=mobile', 'surface[]=x', '__proto__=1', 'surface=%00', 'SURFACE=desktop'],
    ...[
      'surface=desktop%20',
      'surface=desktop&inApp=%F0%9F',
      'os=ios',
      'constructor=1',
      'surface=%ef%bb%bfdesktop',
    ],
  ])('the query %s is refused', async (query) => {
    expect(await codeOf(await read({}, `?${query}`))).toBe('400 invalid_request')
  })

  it.each([
    ...[
      'null',
      'https://SHOP.example',
      'https://shop.example/',
      'https://shop.example:443',
      'http://shop.example',
    ],
    ...[
      'https://shop.example.evil.test',
      'https://shop.example, https://evil.test',
      '',
      'file://',
      'shop.example',
    ],
    ...['https://xshop.example', 'https://shop.example.', 'https://user@shop.example', '*'],
  ])('the origin %j is foreign', async (origin) => {
    expect(await codeOf(await read({ origin }))).toBe('403 origin_not_allowed')
  })
})

describe('a page that others may not frame (BA-28)', () => {
  it('is every hosted one, whatever is covered by what', async () => {
    const { url } = await rig.session()
    const path = new URL(url).pathname.replace(/^\/pay/, '')
    for (const page of [path, `${path}x`, '/r/st_x', '/errors']) {
      const { headers } = await rig.fetch(page)
      const type = headers.get('content-type') ?? ''
      if (type.startsWith('text/html'))
        expect(headers.get('content-security-policy'), page).toContain("frame-ancestors 'none'")
    }
  })
})

describe('what a provider answers', () => {
  it('leads no buyer to a host that only looks like its own (DL-11)', async () => {
    const evil = 'https://qr.nspk.ru.evil.test/AS1'
    let replaced = 0
    const other = await createApiRig({
      fetch: async (input, init) => {
        const response = await rig.sandbox.fetch(new Request(input, init))
        const body = await response.text()
        return new Response(
          body.replace(/"(confirmation_data|confirmation_url)":"[^"]*"/g, (_, name) => {
            replaced++
            return `"${name}":"${evil}"`
          }),
          response,
        )
      },
    })
    try {
      const { clientToken } = await other.session()
      for (const method of ['sbp', 'bank_card']) {
        const view = await other.pay(clientToken, method)
        expect(JSON.stringify(view)).not.toContain('evil.test')
        if (view.payment) expect(view.payment.nextAction).toBe(null)
      }
      expect(replaced).toBeGreaterThan(0)
    } finally {
      await other.close()
    }
  })
})
