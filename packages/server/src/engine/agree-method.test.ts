import { describe, expect, it } from 'vitest'
import { AMOUNT, cny, NOW, openSession, railInUse, rub } from '../domain/domain-fixtures.ts'
import type { OfferContext } from '../domain/eligibility.ts'
import { fixedRate } from '../fixed-rate.ts'
import { agreeMethod } from './agree-method.ts'
import { createQuoteTokens, type QuoteTerms } from './quote-token.ts'

const quoteTokens = createQuoteTokens(['sk_sandbox_agree_method_key'])
const alipay = railInUse('alipay', { currencies: ['CNY'] })
const context = (change: Partial<OfferContext> = {}) => ({
  rails: [railInUse('sbp', { onlyOs: ['android'] }), alipay],
  quotes: [fixedRate({ pair: 'RUB/CNY', rate: '12.50', marginBps: 120 })],
  now: NOW,
  quoteTokens,
  ...change,
})
const terms: QuoteTerms = {
  sessionId: openSession().session.id,
  railId: 'acme:alipay',
  amount: AMOUNT,
  charge: cny(9999),
  quote: { rate: '12.35', marginBps: 100, reference: 'seen before' },
  validUntil: NOW,
}
const agree = (change: Partial<QuoteTerms> = {}) =>
  agreeMethod(
    openSession().session,
    { method: 'alipay', quoteId: quoteTokens.sign({ ...terms, ...change }) },
    context(),
  )
const code = (text: string) => expect.objectContaining({ code: text })

describe('a quote', () => {
  it('binds us to the charge that the buyer has seen, until the very end of its life', () => {
    expect(agree()).toEqual({ rail: alipay, charge: cny(9999), quote: terms.quote })
  })

  it.each<[string, Partial<QuoteTerms>]>([
    ['that is over', { validUntil: NOW - 1 }],
    ['of another order', { sessionId: 'cs_0123456789abcdefghijkm' }],
    ['for another rail', { railId: 'acme:alipay_hk' }],
    ['for another amount', { amount: rub(1) }],
    ['for the amount in another currency', { amount: cny(123_456) }],
  ])('%s is not taken', (_what, change) => {
    expect(() => agree(change)).toThrow(code('quote_changed'))
  })

  it('that nobody has signed is not taken, and neither is one for a method that needs none', () => {
    const withQuote = (method: string, quoteId: string) =>
      agreeMethod(openSession().session, { method, quoteId }, context({ device: undefined }))
    expect(() => withQuote('alipay', 'q_x')).toThrow(code('quote_changed'))
    expect(() => withQuote('sbp', quoteTokens.sign({ ...terms, railId: 'acme:sbp' }))).toThrow(
      code('quote_changed'),
    )
  })

  it('that nobody was shown is the one of this moment', () => {
    expect(agreeMethod(openSession().session, { method: 'alipay' }, context())).toEqual({
      rail: alipay,
      charge: cny(9876),
      quote: { rate: '12.50', marginBps: 120, reference: null },
    })
  })
})

it('refuses a method that is not offered, or not on this device, with the others', () => {
  const pay = (method: string, os: 'ios' | 'android', seen?: 'ios' | 'android') =>
    agreeMethod(
      openSession().session,
      { method, ...(seen === undefined ? {} : { device: { surface: 'mobile', os: seen } }) },
      context({ device: { surface: 'mobile', os } }),
    )
  expect(() => pay('vk_pay', 'ios')).toThrow(code('method_unavailable'))
  expect(() => pay('sbp', 'ios')).toThrow(code('method_unavailable'))
  expect(pay('sbp', 'ios', 'android').rail.id).toBe('acme:sbp')
  expect(() => pay('sbp', 'android', 'ios')).toThrow(/device_not_supported.*alipay/)
})
