import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signWebhook, verifyWebhook } from './index.ts'
import vectors from './standard-webhooks.vectors.json' with { type: 'json' }

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const OLD_SECRET = `whsec_${btoa('an-older-secret-of-32-bytes-long')}`
const TIMESTAMP = 1_795_375_000
const NOW = () => TIMESTAMP * 1000
const ID = 'evt_0000000000000000000001_1'

const bytes = (text: string) => new TextEncoder().encode(text)
const BODY = bytes(
  JSON.stringify({
    id: ID,
    type: 'session.completed',
    timestamp: '2026-11-23T00:16:40Z',
    sequence: 4,
    data: { note: 'Чай' },
  }),
)

interface Signed {
  readonly rawBody: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>
  readonly secrets: readonly string[]
  readonly now: () => number
}

async function signed<T extends Partial<Signed>>(more?: T): Promise<Signed & T> {
  const rawBody = more?.rawBody ?? BODY
  const signature = await signWebhook({ id: ID, timestamp: TIMESTAMP, rawBody, secrets: [SECRET] })
  const headers = { 'webhook-id': ID, 'webhook-timestamp': String(TIMESTAMP), 'webhook-signature': signature }
  return { rawBody, headers, secrets: [SECRET], now: NOW, ...more } as Signed & T
}

const INVALID = expect.objectContaining({ code: expect.stringMatching(/^webhook_/) })

describe('the vectors of the specification', () => {
  const vector = (index: number) => vectors.vectors[index] as (typeof vectors.vectors)[number]

  it.each(vectors.vectors)('are signed as they say: $name', async (one) => {
    expect(
      await signWebhook({
        id: one['webhook-id'],
        timestamp: Number(one['webhook-timestamp']),
        rawBody: bytes(one.payload),
        secrets: [one.secret],
      }),
    ).toBe(one['webhook-signature'])
  })

  // They hold no event of ours: what is authentic gets as far as its body.
  const check = (index: number, more: object = {}, nowOffsetSeconds = 0) => {
    const one = { ...vector(index), ...more }
    return verifyWebhook({
      rawBody: bytes(one.payload),
      headers: {
        'webhook-id': one['webhook-id'],
        'webhook-timestamp': one['webhook-timestamp'],
        'webhook-signature': one['webhook-signature'],
      },
      secrets: [one.secret],
      now: () => (Number(one['webhook-timestamp']) + nowOffsetSeconds) * 1000,
    })
  }

  it.each([0, 1])('are authentic: %i', async (index) => {
    await expect(check(index)).rejects.toMatchObject({ code: 'webhook_body_invalid' })
  })

  it('are authentic when any signature matches', async () => {
    const more = { 'webhook-signature': vectors.multi['webhook-signature'] }
    await expect(check(vectors.multi.base, more)).rejects.toMatchObject({ code: 'webhook_body_invalid' })
  })

  it.each(vectors.negative)('are refused: $name', async ({ base, nowOffsetSeconds, ...more }) => {
    await expect(check(base, more, nowOffsetSeconds)).rejects.toMatchObject({
      code: expect.stringMatching(/^webhook_(signature|timestamp)_invalid$/),
    })
  })
})

it('agrees with the reference library as the signer', async () => {
  const { headers, ...rest } = await signed()
  const signature = new Webhook(SECRET).sign(ID, new Date(TIMESTAMP * 1000), new TextDecoder().decode(BODY))
  const event = await verifyWebhook({ ...rest, headers: { ...headers, 'webhook-signature': signature } })
  expect(event).toMatchObject({ id: ID, type: 'session.completed', sequence: 4, data: { note: 'Чай' } })
})

it('agrees with the reference library as the verifier', async () => {
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = await signWebhook({ id: ID, timestamp, rawBody: BODY, secrets: [OLD_SECRET, SECRET] })
  expect(signature.split(' ').length).toBe(2)
  for (const secret of [SECRET, OLD_SECRET]) {
    expect(
      new Webhook(secret).verify(new TextDecoder().decode(BODY), {
        'webhook-id': ID,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signature,
      }),
    ).toMatchObject({ id: ID })
  }
})

describe('is accepted', () => {
  it('with an ArrayBuffer, a Buffer-like view into a larger one, and Headers', async () => {
    const { headers, rawBody, ...rest } = await signed()
    const larger = new Uint8Array(rawBody.length + 20)
    larger.set(rawBody, 7)
    for (const body of [rawBody, rawBody.buffer, larger.subarray(7, 7 + rawBody.length)]) {
      for (const given of [headers, new Headers(headers), capitalized(headers)]) {
        expect((await verifyWebhook({ ...rest, rawBody: body, headers: given })).id).toBe(ID)
      }
    }
  })

  it('while secrets are rotated, on either side', async () => {
    const both = await signWebhook({
      id: ID,
      timestamp: TIMESTAMP,
      rawBody: BODY,
      secrets: [OLD_SECRET, SECRET],
    })
    const { headers, ...rest } = await signed()
    const rotated = { ...rest, headers: { ...headers, 'webhook-signature': both } }
    expect((await verifyWebhook({ ...rotated, secrets: [OLD_SECRET] })).id).toBe(ID)
    expect((await verifyWebhook({ ...rotated, secrets: [SECRET] })).id).toBe(ID)
    expect((await verifyWebhook(await signed({ secrets: [OLD_SECRET, SECRET] }))).id).toBe(ID)
  })

  it('beside a signature of another version', async () => {
    const { headers, ...rest } = await signed()
    const both = `v1a,${btoa('x'.repeat(64))} ${headers['webhook-signature']}`
    expect((await verifyWebhook({ ...rest, headers: { ...headers, 'webhook-signature': both } })).id).toBe(ID)
  })

  it.each([-300, 0, 300])('at %i seconds of age', async (age) => {
    expect((await verifyWebhook(await signed({ now: () => (TIMESTAMP + age) * 1000 }))).id).toBe(ID)
  })
})

const capitalized = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace('webhook', 'Webhook'), value]),
  )

/** The bytes of a text with one character replaced by one byte. */
function withByte(body: Uint8Array, char: string, byte: number): Uint8Array<ArrayBuffer> {
  const [before = '', after = ''] = new TextDecoder().decode(body).split(char)
  return new Uint8Array([...bytes(before), byte, ...bytes(after)])
}

describe('is refused', () => {
  const withHeader = async (name: string, change: (value: string) => string | string[] | undefined) => {
    const options = await signed()
    const value = options.headers[name as keyof typeof options.headers]
    return { ...options, headers: { ...options.headers, [name]: change(value) } }
  }

  const headerCases: readonly (readonly [
    string,
    string,
    (value: string) => string | string[] | undefined,
  ])[] = [
    ['without a signature', 'webhook-signature', () => undefined],
    ['with an empty signature', 'webhook-signature', () => ''],
    ['with the signature header twice', 'webhook-signature', (value) => [value, value]],
    [
      'with two signature headers joined by a comma',
      'webhook-signature',
      (value) => `v1,${'a'.repeat(43)}=, ${value}`,
    ],
    ['with junk after the signature', 'webhook-signature', (value) => `${value}=junk`],
    ['with a prefix of the signature', 'webhook-signature', (value) => value.slice(0, 20)],
    [
      'with base64url',
      'webhook-signature',
      (value) => value.replaceAll('+', '-').replaceAll('/', '_').slice(0, -1),
    ],
    ['with hex', 'webhook-signature', () => `v1,${'0f'.repeat(32)}`],
    [
      'with another version before the right bytes',
      'webhook-signature',
      (value) => value.replace('v1,', 'v2,'),
    ],
    ['without a version', 'webhook-signature', (value) => value.slice(3)],
    [
      'with more signatures than a rotation needs',
      'webhook-signature',
      (value) => `${`v1,${'a'.repeat(43)}= `.repeat(8)}${value}`,
    ],
    [
      'with 20,000 bogus signatures first',
      'webhook-signature',
      (value) => `${`v1,${'a'.repeat(43)}= `.repeat(20_000)}${value}`,
    ],
    ['with two spaces', 'webhook-signature', (value) => `${value}  ${value}`],
    ['without an id', 'webhook-id', () => undefined],
    ['with another id', 'webhook-id', () => 'evt_0000000000000000000001_2'],
    ['with a dot in the id', 'webhook-id', (value) => `${value}.1`],
    ['with an endless id', 'webhook-id', () => 'a'.repeat(10_000)],
    ['without a timestamp', 'webhook-timestamp', () => undefined],
    ['with garbage after the timestamp', 'webhook-timestamp', (value) => `${value}abc`],
    ['with leading zeros', 'webhook-timestamp', (value) => `000${value}`],
    ['with a plus', 'webhook-timestamp', (value) => `+${value}`],
    ['with a space', 'webhook-timestamp', (value) => ` ${value}`],
    ['with milliseconds', 'webhook-timestamp', (value) => `${value}000`],
    ['with a fraction', 'webhook-timestamp', (value) => `${value}.0`],
    ['with an exponent', 'webhook-timestamp', () => '1795375e3'],
    ['with a negative timestamp', 'webhook-timestamp', (value) => `-${value}`],
  ]
  it.each(headerCases)('%s', async (_, name, change) => {
    await expect(verifyWebhook(await withHeader(name, change))).rejects.toThrow(INVALID)
  })

  it.each([-301, 301, 3600, -3600 * 24])('at %i seconds of age', async (age) => {
    await expect(verifyWebhook(await signed({ now: () => (TIMESTAMP + age) * 1000 }))).rejects.toThrow(
      expect.objectContaining({ code: 'webhook_timestamp_invalid' }),
    )
  })

  it('with a header under two spellings', async () => {
    const { headers, ...rest } = await signed()
    await expect(verifyWebhook({ ...rest, headers: { ...headers, 'Webhook-Id': ID } })).rejects.toThrow(
      INVALID,
    )
  })

  it.each(['evt.1', '.1', ' evt_1', 'evt 1', 'a'.repeat(129)])(
    'with the id %j, though it is signed and stands in the body',
    async (id) => {
      const rawBody = bytes(new TextDecoder().decode(BODY).replace(ID, id))
      const signature = await signWebhook({ id, timestamp: TIMESTAMP, rawBody, secrets: [SECRET] })
      const { headers, ...rest } = await signed({ rawBody })
      const sent = { ...headers, 'webhook-id': id, 'webhook-signature': signature }
      await expect(verifyWebhook({ ...rest, headers: sent })).rejects.toMatchObject({
        code: 'webhook_signature_invalid',
      })
    },
  )

  it('with anything before a signature or behind it, or with more than there is room for', async () => {
    const { headers, ...rest } = await signed()
    const right = headers['webhook-signature']
    const check = (signature: string) =>
      verifyWebhook({ ...rest, headers: { ...headers, 'webhook-signature': signature } })
    const other = (length: number) => `v1a,${'A'.repeat(length - 4)}`
    const full = `${right} ${Array(4).fill(other(204)).join(' ')} ${other(156)}`
    expect(full.length).toBe(1024)
    await expect(check(full)).resolves.toMatchObject({ id: ID })
    const eight = `${right}${` ${other(8)}`.repeat(7)}`
    await expect(check(eight)).resolves.toMatchObject({ id: ID })
    for (const wrong of [
      `x${right}`,
      `${right}x`,
      `${full}A`,
      `${eight} ${other(8)}`,
      `${right} ${other(205)}`,
    ])
      await expect(check(wrong)).rejects.toMatchObject({ code: 'webhook_signature_invalid' })
  })

  it('when the clock here is broken', async () => {
    await expect(verifyWebhook(await signed({ now: () => Number.NaN }))).rejects.toThrow(INVALID)
  })

  it('with the text moved between id, timestamp and body', async () => {
    // `a.1795375000` + body and `a` + `1795375000.` + body sign the same text.
    const id = `a.${TIMESTAMP}`
    const signature = await signWebhook({ id, timestamp: TIMESTAMP, rawBody: BODY, secrets: [SECRET] })
    const { headers, ...rest } = await signed()
    await expect(
      verifyWebhook({
        ...rest,
        rawBody: bytes(`${TIMESTAMP}.${new TextDecoder().decode(BODY)}`),
        headers: { ...headers, 'webhook-id': 'a', 'webhook-signature': signature },
      }),
    ).rejects.toThrow(INVALID)
    await expect(
      verifyWebhook({ ...rest, headers: { ...headers, 'webhook-id': id, 'webhook-signature': signature } }),
    ).rejects.toThrow(INVALID)
  })

  it('with the body written anew', async () => {
    const { rawBody, ...rest } = await signed()
    const json = JSON.parse(new TextDecoder().decode(rawBody))
    for (const text of [
      JSON.stringify(json, null, 1),
      JSON.stringify(json).replace('Чай', '\\u0427\\u0430\\u0439'),
    ]) {
      await expect(verifyWebhook({ ...rest, rawBody: bytes(text) })).rejects.toThrow(INVALID)
    }
  })

  it('with a byte 0xFF in the place of a signed U+FFFD', async () => {
    const json = new TextDecoder().decode(BODY).replace('Чай', '\ufffd')
    const signature = await signWebhook({
      id: ID,
      timestamp: TIMESTAMP,
      rawBody: bytes(json),
      secrets: [SECRET],
    })
    const { headers, ...rest } = await signed()
    const forged = new Uint8Array(
      [...bytes(json)].join(' ').replace('239 191 189', '255').split(' ').map(Number),
    )
    expect(new TextDecoder().decode(forged)).toBe(json)
    const given = { ...headers, 'webhook-signature': signature }
    expect((await verifyWebhook({ ...rest, headers: given, rawBody: bytes(json) })).id).toBe(ID)
    await expect(verifyWebhook({ ...rest, headers: given, rawBody: forged })).rejects.toThrow(INVALID)
  })

  it.each([
    ['empty', new Uint8Array()],
    ['no JSON', bytes('hello')],
    ['a list', bytes('[]')],
    ['null', bytes('null')],
    ['JSON after a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, ...BODY])],
    [
      'UTF-16',
      new Uint8Array([...new TextDecoder().decode(BODY)].flatMap((char) => [char.charCodeAt(0) & 255, 0])),
    ],
    ['not UTF-8', withByte(BODY, 'Ч', 0xff)],
    ['an event of another id', bytes(new TextDecoder().decode(BODY).replace('_1"', '_2"'))],
    [
      'an event with a number beyond all',
      bytes(new TextDecoder().decode(BODY).replace('"sequence":4', '"sequence":1e400')),
    ],
    ['nested beyond all', bytes('['.repeat(10_000))],
  ])('with a rightly signed body that is %s', async (_, rawBody) => {
    await expect(verifyWebhook(await signed({ rawBody }))).rejects.toMatchObject({
      code: 'webhook_body_invalid',
    })
  })

  it('after the window of a secret is over', async () => {
    await expect(verifyWebhook(await signed({ secrets: [OLD_SECRET] }))).rejects.toMatchObject({
      code: 'webhook_signature_invalid',
    })
  })

  it('whatever byte of the body, id, timestamp or signature is changed', async () => {
    const options = await signed()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('body', 'id', 'timestamp', 'signature'),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (part, at, flip) => {
          if (part === 'body') {
            const rawBody = options.rawBody.slice()
            rawBody[at % rawBody.length] = (rawBody[at % rawBody.length] as number) ^ flip
            await expect(verifyWebhook({ ...options, rawBody })).rejects.toThrow(INVALID)
            return
          }
          const name = `webhook-${part}` as keyof typeof options.headers
          const value = options.headers[name]
          const index = at % value.length
          const changed =
            value.slice(0, index) +
            String.fromCharCode(value.charCodeAt(index) ^ (flip & 127 || 1)) +
            value.slice(index + 1)
          await expect(
            verifyWebhook({ ...options, headers: { ...options.headers, [name]: changed } }),
          ).rejects.toThrow(INVALID)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

it('does not let a body reach a prototype', async () => {
  const text = new TextDecoder()
    .decode(BODY)
    .replace('"data":{', '"__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1},')
  const event = await verifyWebhook(await signed({ rawBody: bytes(text) }))
  expect((event as { polluted?: number }).polluted).toBe(undefined)
  expect((event.data as { polluted?: number }).polluted).toBe(undefined)
  expect(({} as { polluted?: number }).polluted).toBe(undefined)
})

describe('options that cannot work', () => {
  it.each([
    ['no secret', { secrets: [] }],
    ['a secret without its prefix', { secrets: [SECRET.slice(6)] }],
    ['a short secret', { secrets: [`whsec_${btoa('short')}`] }],
    ['a secret that is not base64', { secrets: ['whsec_%%%%'] }],
    ['no tolerance', { toleranceSeconds: 0 }],
    ['a negative tolerance', { toleranceSeconds: -1 }],
    ['an endless tolerance', { toleranceSeconds: Number.POSITIVE_INFINITY }],
    ['a tolerance that is no number', { toleranceSeconds: Number.NaN }],
    ['a text for a body', { rawBody: 'text' as unknown as Uint8Array }],
    ['a parsed body', { rawBody: {} as unknown as Uint8Array }],
  ])('are refused: %s', async (_, more) => {
    const options = await signed()
    await expect(verifyWebhook({ ...options, ...more })).rejects.toMatchObject({ code: 'config_invalid' })
  })

  it('never repeat a secret', async () => {
    const error = await verifyWebhook(await signed({ secrets: ['whsec_c2VjcmV0'] })).catch(String)
    expect(error).not.toContain('c2VjcmV0')
  })
})
