import { expect, it } from 'vitest'
import { createQuoteTokens } from './quote-token.ts'

const terms = {
  sessionId: 'cs_0123456789abcdefghijkl',
  railId: 'antom:alipay',
  amount: { currency: 'RUB', minorUnits: 123_456 },
  charge: { currency: 'CNY', minorUnits: 9876 },
  quote: { rate: '12.50', marginBps: 120, reference: null },
  validUntil: 1_800_000_000_000,
}
const tokens = createQuoteTokens(['sk_sandbox_first_key', 'sk_sandbox_second_key'])
const token = tokens.sign(terms)

it('gives back what was signed', () => {
  expect(tokens.read(token)).toEqual(terms)
})

it('reads what any active key has signed, while keys are changed', () => {
  for (const secrets of [['sk_sandbox_first_key'], ['sk_sandbox_new_key', 'sk_sandbox_first_key']])
    expect(createQuoteTokens(secrets).read(token)).toEqual(terms)
  expect(createQuoteTokens(['sk_sandbox_second_key']).read(token)).toBeNull()
  expect(() => createQuoteTokens([]).sign(terms)).toThrow(TypeError)
})

it('reads nothing that was changed in a single character, wherever it is', () => {
  for (let place = 0; place < token.length; place++) {
    // The last character carries two bits that a decoder does not look at.
    const other = token[place] === 'A' ? 'g' : 'A'
    const changed = `${token.slice(0, place)}${other}${token.slice(place + 1)}`
    expect(tokens.read(changed), `place ${place}`).toBeNull()
  }
})

it('takes no cheaper charge under the signature of a dearer one', () => {
  const cheap = tokens.sign({ ...terms, charge: { currency: 'CNY', minorUnits: 1 } })
  const [payload] = cheap.split('.')
  const [, signature] = token.split('.')
  expect(tokens.read(`${payload}.${signature}`)).toBeNull()
  expect(tokens.read(`${payload}.`)).toBeNull()
  expect(tokens.read(`${payload}.${'A'.repeat(43)}`)).toBeNull()
})
