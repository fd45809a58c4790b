import { describe, expect, it } from 'vitest'
import { BANK_SNAPSHOT } from './bank-snapshot.ts'
import { BankFileError, compareVersions, parseBankFile } from './parse-bank-file.ts'

const SBER = { bankName: 'Сбербанк', schema: 'bank100000000111', logoURL: 'https://qr.nspk.ru/x.png' }
const read = (dictionary: readonly unknown[], rest: object = {}, allowsLocalHttp = false) =>
  parseBankFile(JSON.stringify({ version: '1.0', dictionary, ...rest }), allowsLocalHttp)
const readOne = (extra: object, allowsLocalHttp = false) => {
  const { banks, flaws } = read([{ ...SBER, ...extra }, SBER], {}, allowsLocalHttp)
  return { bank: banks[0], flaws: flaws.filter((flaw) => !flaw.includes('of another bank')) }
}

it('reads the bundled snapshot without a flaw', () => {
  const { banks, flaws } = parseBankFile(JSON.stringify(BANK_SNAPSHOT), false)
  expect(flaws).toEqual([])
  expect(banks).toHaveLength(BANK_SNAPSHOT.dictionary.length)
  expect(banks[2]).toEqual({
    id: '110000000005',
    name: 'Банк ВТБ',
    packageName: 'ru.vtb24.mobilebanking.android',
    webUrl: 'https://online.vtb.ru/i/paymentSbp',
  })
})

it('carries no logo and nothing else that it was not asked for', () => {
  expect(readOne({ isDrActive: true, currency: 'RUB', __proto__: { name: 'x' } }).bank).toEqual({
    id: '100000000111',
    name: 'Сбербанк',
  })
})

it('takes a bank without an Android package (tinkoff-asdk-ios#229, smenateam/sbp#11)', () => {
  expect(readOne({ package_name: '' })).toEqual({ bank: { id: '100000000111', name: 'Сбербанк' }, flaws: [] })
})

describe('a web client', () => {
  const webUrlOf = (webClientUrl: unknown, extra: object = {}, allowsLocalHttp = false) =>
    readOne({ webClientUrl, isWebClientActive: 'true', ...extra }, allowsLocalHttp).bank?.webUrl

  it('is taken where it is active, with and without param_separator, and as a boolean', () => {
    expect(webUrlOf('https://bank.example/sbp/')).toBe('https://bank.example/sbp')
    expect(webUrlOf('https://bank.example/sbp', { param_separator: '/' })).toBe('https://bank.example/sbp')
    expect(webUrlOf('https://bank.example/sbp', { isWebClientActive: true })).toBe('https://bank.example/sbp')
  })

  it('is not taken where it is not active, or is joined in a way nobody has seen', () => {
    expect(webUrlOf('https://bank.example/sbp', { isWebClientActive: undefined })).toBeUndefined()
    expect(webUrlOf('https://bank.example/sbp', { isWebClientActive: 'false' })).toBeUndefined()
    expect(webUrlOf('https://bank.example/sbp', { param_separator: '?qr=' })).toBeUndefined()
  })

  it('may be http on this machine only where the API is', () => {
    expect(webUrlOf('http://127.0.0.1:4242/sandbox', {}, true)).toBe('http://127.0.0.1:4242/sandbox')
    expect(webUrlOf('http://127.0.0.1:4242/sandbox')).toBeUndefined()
    expect(webUrlOf('http://bank.example/sbp', {}, true)).toBeUndefined()
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//https://bank.example',
    'data:text/html,<script>alert(1)</script>',
    'http://bank.example/sbp',
    'https://bank.example@evil.test/',
    'https://bank.example\\@evil.test',
    'https://bank.example/sbp?to=https://evil.test',
    'https://bank.example/#',
    ' https://bank.example/',
    'https://bank.example/\u202egp',
    `https://bank.example/${'x'.repeat(600)}`,
    'bank.example',
    '',
    null,
    7,
    ['https://bank.example'],
  ])('is left out, and its bank kept, for %j', (webClientUrl) => {
    const { bank, flaws } = readOne({ webClientUrl, isWebClientActive: 'true' })
    expect(bank).toEqual({ id: '100000000111', name: 'Сбербанк' })
    expect(flaws).toEqual(['dictionary.0.webClientUrl is not a plain https address'])
  })
})

it.each([
  'ru.bank;S.browser_fallback_url=https://evil.test',
  'ru',
  'ru..bank',
  'ру.банк',
  7,
  `a.${'b'.repeat(200)}`,
])('leaves out the package name %j, which would go into an intent', (package_name) => {
  expect(readOne({ package_name }).bank?.packageName).toBeUndefined()
  expect(readOne({ package_name }).flaws).toEqual(['dictionary.0.package_name is none'])
})

it.each([
  [{ schema: 'javascript' }],
  [{ schema: 'bank1000' }],
  [{ schema: 'bank100000000111\n' }],
  [{ schema: 'xbank100000000111' }],
  [{ schema: undefined }],
  [{ bankName: '' }],
  [{ bankName: '  ' }],
  [{ bankName: 'x'.repeat(101) }],
  [{ bankName: 'Сбер\u202eкнаб' }],
  [{ bankName: 'Сбер\u0000' }],
  [{ bankName: 7 }],
])('leaves out an entry with %j and keeps the others', (bad) => {
  const { banks, flaws } = read([{ ...SBER, ...bad }, SBER])
  expect(banks.map(({ name }) => name)).toEqual(['Сбербанк'])
  expect(flaws).toHaveLength(1)
})

it('keeps the first of two banks with one schema', () => {
  const { banks, flaws } = read([SBER, { ...SBER, bankName: 'Не Сбербанк' }])
  expect(banks.map(({ name }) => name)).toEqual(['Сбербанк'])
  expect(flaws).toEqual(['dictionary.1 has the schema of another bank'])
})

it.each([
  ['nothing', ''],
  ['half a file', '{"version":"1.0","dictionary":[{"bankName":"Сбер'],
  ['an error page', '<!doctype html><title>502 Bad Gateway</title>'],
  ['null', 'null'],
  ['a list', '[]'],
  ['no version', '{"dictionary":[{}]}'],
  ['a version that is none', '{"version":"latest","dictionary":[{}]}'],
  ['no banks', '{"version":"1.0","dictionary":[]}'],
  ['a dictionary that is an object', '{"version":"1.0","dictionary":{"length":1}}'],
  ['a date that is none', '{"version":"1.0","updatedAt":"yesterday","dictionary":[{}]}'],
  ['entries of another kind', '{"version":"1.0","dictionary":[null,1,"x",[],{}]}'],
  ['a nest', `{"version":"1.0","dictionary":${'['.repeat(200_000)}`],
  ['too many', JSON.stringify({ version: '1.0', dictionary: Array(2001).fill(SBER) })],
])('refuses a file with %s', (_, text) => {
  expect(() => parseBankFile(text, false)).toThrow(BankFileError)
})

it('compares versions as numbers', () => {
  expect(compareVersions('1.10', '1.9')).toBeGreaterThan(0)
  expect(compareVersions('1.0', '1')).toBe(0)
  expect(compareVersions('1.0.9', '1.1')).toBeLessThan(0)
})
