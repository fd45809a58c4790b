import { describe, expect, it } from 'vitest'
import vectors from './fixtures/tbank-token.json' with { type: 'json' }
import { tbankToken, verifyTbankToken } from './tbank.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('tbankToken', () => {
  for (const { name, params, password, token } of vectors.vectors) {
    it(`agrees with the vector: ${name}`, () => {
      expect(tbankToken(params, password)).toBe(token)
      expect(tbankToken({ ...params, Token: 'old' }, password)).toBe(token)
    })
  }

  it('leaves out what is nested, null or undefined', () => {
    const { params, password, token } = vectors.vectors[2]!
    const more = { Items: [1], Receipt: {}, CardId: null, Pan: undefined }
    expect(tbankToken({ ...params, ...more }, password)).toBe(token)
  })

  it('takes no other password out of the parameters', () => {
    const { params, password, token } = vectors.vectors[2]!
    expect(tbankToken({ ...params, Password: 'mine' }, password)).toBe(token)
  })
})

const [, vendor] = vectors.vectors
const genuine = { ...vendor!.params, Token: vendor!.token }
const { password } = vendor!
const verify = (message: unknown) => verifyTbankToken(bytes(JSON.stringify(message)), password)

describe('verifyTbankToken', () => {
  for (const { name, params, password, token } of vectors.vectors) {
    it(`believes the vector: ${name}`, () => {
      const text = JSON.stringify({ ...params, Token: token })
      expect(verifyTbankToken(bytes(text), password)).toBe(true)
      expect(verifyTbankToken(text, password)).toBe(true)
      expect(verifyTbankToken(JSON.stringify({ Token: token, ...params }, null, 2), password)).toBe(true)
    })
  }

  for (const { name, params, password, token } of vectors.negative) {
    it(`refuses the vector: ${name}`, () => {
      expect(verifyTbankToken(bytes(JSON.stringify({ ...params, Token: token })), password)).toBe(false)
    })
  }

  it('counts a number as it was written', () => {
    for (const written of ['8742591', '9007199254740993', '12345678901234567890', '1.0', '-0', '1e3']) {
      const params = { TerminalKey: 'T', PaymentId: written }
      const text = (number: string) =>
        `{"TerminalKey":"T","PaymentId":${number},"Token":"${tbankToken(params, 'p')}"}`
      expect(verifyTbankToken(text(written), 'p')).toBe(true)
      expect(verifyTbankToken(text(`${written}0`), 'p')).toBe(false)
    }
  })

  it('reads past what is nested, whatever stands in it', () => {
    const nested = { Data: { Token: 'x', a: '}]"\\', b: [[{}], '{"'] }, Receipt: [], Items: [1, { c: null }] }
    expect(verify({ ...nested, ...genuine, Shops: [{}] })).toBe(true)
    expect(verify({ Data: genuine, Token: genuine.Token })).toBe(false)
  })

  it('believes a field that it does not know', () => {
    const params = { ...vendor!.params, CashbackPoints: 5, Loyalty: 'gold', Fee: 1 }
    expect(verify({ ...params, Token: tbankToken(params, password) })).toBe(true)
  })

  const refused: Record<string, string> = {
    nothing: '',
    'half an object': '{"Token":',
    'no object': '"x"',
    null: 'null',
    'an array': JSON.stringify([genuine]),
    'an empty object': '{}',
    'no token': JSON.stringify(vendor!.params),
    'a token in upper case': JSON.stringify({ ...genuine, Token: genuine.Token.toUpperCase() }),
    'a short token': JSON.stringify({ ...genuine, Token: genuine.Token.slice(1) }),
    'a token that is a number': JSON.stringify({ ...genuine, Token: 1 }),
    'a token that is an array': JSON.stringify({ ...genuine, Token: [genuine.Token] }),
    'a name that stands twice': JSON.stringify(genuine).replace('{', '{"Amount":1,'),
    'a name that stands twice in another writing': JSON.stringify(genuine).replace('{', '{"\\u0041mount":1,'),
    'two tokens': JSON.stringify(genuine).replace('{', '{"Token":"x",'),
    'something behind it': `${JSON.stringify(genuine)}{}`,
    'many brackets': '['.repeat(100_000),
    'many objects': '{"a":'.repeat(100_000),
    'a prototype': JSON.stringify(genuine).replace('{', '{"__proto__":"1",'),
    'a field more': JSON.stringify({ ...genuine, Aaa: '1' }),
    'a password of its own': JSON.stringify({ ...genuine, Password: 'x' }),
    'a field less': JSON.stringify({ ...genuine, Pan: undefined }),
    'a name that was changed': JSON.stringify(genuine).replace('"Pan"', '"Paq"'),
    'a name in other letters': JSON.stringify(genuine).replace('"TerminalKey"', '"terminalkey"'),
  }
  for (const [name, text] of Object.entries(refused)) {
    it(`refuses ${name}`, () => expect(verifyTbankToken(bytes(text), password)).toBe(false))
  }

  it('refuses bytes that are no UTF-8, and everything when there is no password', () => {
    const text = bytes(JSON.stringify(genuine))
    expect(verifyTbankToken(Uint8Array.from([...text.slice(0, -2), 0xff, ...text.slice(-2)]), password)).toBe(
      false,
    )
    const empty = { ...vendor!.params, Token: tbankToken(vendor!.params, '') }
    expect(verifyTbankToken(bytes(JSON.stringify(empty)), '')).toBe(false)
  })

  // The list of what the scheme itself cannot tell apart. Each of these is genuine by the vendor's own description.
  const ambiguities: Record<string, object> = {
    'a border between two values moved': { ...genuine, Amount: 111, CardId: '1000000' },
    'text in the place of a number or boolean': { ...genuine, Amount: '1111', Success: 'true' },
    'an empty value more': { ...genuine, Message: '' },
    'null more': { ...genuine, Message: null },
    'other nested data': { ...genuine, Data: { Source: 'forged' } },
    'a field of another name in the same place': { ...genuine, ExpDate: undefined, Fabricated: '1111' },
  }
  for (const [name, message] of Object.entries(ambiguities)) {
    it(`cannot tell ${name}`, () => expect(verify(message)).toBe(true))
  }
})

describe('of 100,000 random mutations of genuine messages', () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  const random = mulberry32(seed)
  const pick = (below: number) => Math.floor(random() * below)
  const messages = [
    genuine,
    ...vectors.vectors.slice(3).map(({ params, token }) => ({ ...params, Token: token })),
    sign({
      TerminalKey: '1234567890DEMO',
      OrderId: 'pay_0123456789abcdefghijkl_1',
      Success: true,
      Status: 'CONFIRMED',
      PaymentId: 8_742_591,
      ErrorCode: '0',
      Amount: 123_456,
      Description: 'Чай «Пуэр», 普洱茶 🍵',
      Data: { Source: 'cards', Route: 'ACQ' },
    }),
    sign({
      TerminalKey: '1234567890DEMO',
      RequestKey: '13660',
      AccountToken: 'a1b2c3',
      NotificationType: 'LINKACCOUNT',
      Success: true,
      ErrorCode: '0',
      Message: 'None',
      Status: 'ACTIVE',
    }),
  ]
  const passwords = [password, 'TinkoffBankTest', 'TinkoffBankTest', password, password]

  function sign(params: Record<string, unknown>) {
    return { ...params, Token: tbankToken(params, password) }
  }

  const alphabet = bytes('0123456789abcdefABCDEFzZ_*"\\{}[]:, .-+truefalsnull\u00ff\n')
  const edits: ((body: number[]) => void)[] = [
    (body) => body.splice(pick(body.length), 1, pick(256)),
    (body) => body.splice(pick(body.length), 1, alphabet[pick(alphabet.length)]!),
    (body) => body.splice(pick(body.length + 1), 0, alphabet[pick(alphabet.length)]!),
    (body) => body.splice(pick(body.length), 1 + pick(8)),
    (body) => {
      const at = pick(body.length - 1)
      body.splice(at, 2, body[at + 1]!, body[at]!)
    },
    (body) => {
      const at = pick(body.length)
      body[at] = body[at]! ^ (1 << pick(8))
    },
    (body) => {
      const from = pick(body.length)
      body.splice(pick(body.length), 0, ...body.slice(from, from + 1 + pick(20)))
    },
  ]

  it('none is accepted that says anything else', { timeout: 120_000 }, () => {
    const accepted: string[] = []
    const originals = messages.map((message) => bytes(JSON.stringify(message)))
    for (let round = 0; round < 100_000; round++) {
      const index = round % messages.length
      const body = [...originals[index]!]
      const count = 1 + pick(3)
      for (let edit = 0; edit < count; edit++) edits[pick(edits.length)]!(body)
      const mutated = Uint8Array.from(body)
      if (!verifyTbankToken(mutated, passwords[index]!)) continue
      const text = new TextDecoder().decode(mutated)
      const [said, original] = [scalars(JSON.parse(text)), scalars(messages[index]!)]
      if (JSON.stringify(said) === JSON.stringify(original)) continue
      // Several edits of one name may make it another, in the same place: the scheme cannot tell.
      const values = (pairs: string[][]) => JSON.stringify(pairs.map(([, value]) => value).sort())
      const isRenamed = values(said) === values(original)
      if (count === 1 || !isRenamed) accepted.push(text)
    }
    expect(accepted, `seed ${seed}`).toEqual([])
  })

  /** What the token covers: spaces between tokens and nested data do not change it. */
  function scalars(message: object): string[][] {
    return Object.entries(message)
      .filter(([, value]) => typeof value !== 'object' && value !== '')
      .map(([name, value]) => [name, String(value)])
      .sort()
  }
})

function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
