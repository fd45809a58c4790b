import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as real from 'zod/mini'
import ky from './ky.ts'
import * as small from './zod-mini.ts'

/** The shapes that the checkout's answers are made of, with either implementation. */
// biome-ignore lint/suspicious/noExplicitAny: the stand-in is typed for itself, not as zod
const schemaOf = (z: any) =>
  z.object({
    text: z.string().check(z.regex(/^[A-Z]{3}$/)),
    count: z.number().check(z.int(), z.gte(0), z.lte(Number.MAX_SAFE_INTEGER)),
    flag: z.optional(z.boolean()),
    inner: z.nullable(z.object({ list: z.array(z.looseObject({ id: z.optional(z.string()) })) })),
    params: z.record(z.string(), z.unknown()),
  })

const good = {
  text: 'RUB',
  count: 5,
  flag: true,
  inner: { list: [{ id: 'a', more: 1 }, {}] },
  params: { a: 1 },
  newer: 'member',
}

it('reads what zod reads, and leaves out what zod leaves out', () => {
  for (const value of [good, { ...good, flag: undefined }, { ...good, inner: null }]) {
    expect(schemaOf(small).safeParse(value)).toEqual(schemaOf(real).safeParse(value))
  }
})

it('refuses what zod refuses', () => {
  const bad = [
    null,
    undefined,
    1,
    'x',
    [],
    {},
    { ...good, text: 'rub' },
    { ...good, count: 1.5 },
    { ...good, count: -1 },
  ]
  const worse = [
    { ...good, count: '5' },
    { ...good, count: Number.NaN },
    { ...good, count: 2 ** 53 },
    { ...good, flag: null },
  ]
  const worst = [
    { ...good, inner: [] },
    { ...good, inner: { list: {} } },
    { ...good, inner: { list: [1] } },
    { ...good, params: [] },
  ]
  for (const value of [...bad, ...worse, ...worst]) {
    expect([value, schemaOf(small).safeParse(value).success]).toEqual([value, false])
    expect(schemaOf(real).safeParse(value).success).toBe(false)
  }
})

it('agrees with zod on anything', () => {
  const member = fc.oneof(fc.jsonValue(), fc.constantFrom('RUB', 5, true, null, { list: [] }, {}))
  const value = fc.record(
    { text: member, count: member, flag: member, inner: member, params: member },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(value, (given) => {
      const [mine, theirs] = [schemaOf(small).safeParse(given), schemaOf(real).safeParse(given)]
      expect(mine.success).toBe(theirs.success)
      if (mine.success) expect(mine.data).toEqual(theirs.data)
    }),
  )
})

it('AS-14: does not let an answer reach a prototype', () => {
  const given = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
  const parsed = small.record(small.string(), small.unknown()).parse(given) as Record<string, unknown>
  small.looseObject({}).parse(given)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
})

it('BA-23: takes no member from Object.prototype', () => {
  Object.defineProperty(Object.prototype, 'returnUrl', { value: 'https://evil.test', configurable: true })
  try {
    const parsed = small.object({ returnUrl: small.optional(small.string()) }).parse({}) as object
    expect(Object.hasOwn(parsed, 'returnUrl')).toBe(false)
  } finally {
    Reflect.deleteProperty(Object.prototype, 'returnUrl')
  }
})

it('sends JSON the way ky does', async () => {
  const seen: { url: string; init: RequestInit | undefined }[] = []
  const fetch = (async (url: string, init?: RequestInit) => {
    seen.push({ url, init })
    return new Response('{}')
  }) as typeof globalThis.fetch
  await ky('https://pay.example/v1', {
    method: 'POST',
    json: { a: 1 },
    headers: { authorization: 'Bearer x' },
    fetch,
  })
  await ky('https://pay.example/v1', { method: 'GET', headers: { authorization: 'Bearer x' }, fetch })
  expect(seen[0]!.init).toMatchObject({ method: 'POST', body: '{"a":1}' })
  expect(new Headers(seen[0]!.init!.headers).get('content-type')).toBe('application/json')
  expect(seen[1]!.init!.body).toBeUndefined()
  expect(new Headers(seen[1]!.init!.headers).has('content-type')).toBe(false)
})
