import { type CreateSessionRequest, createSessionRequest } from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import type { ApiProblem } from '../api-problem.ts'
import { sessionRequest } from '../api-rig.ts'
import { checkSessionRequest } from './check-session-request.ts'

const rub = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
const cny = (minorUnits: number) => ({ currency: 'CNY', minorUnits })
const line = (minorUnits: number, id?: string) => ({
  ...(id ? { id } : {}),
  name: 'Пуэр',
  quantity: '1',
  total: rub(minorUnits),
})
const check = (change: Partial<CreateSessionRequest>) =>
  checkSessionRequest(createSessionRequest().parse({ ...sessionRequest, ...change }), [
    'https://shop.example',
  ])
const problemOf = (change: Partial<CreateSessionRequest>): ApiProblem => {
  try {
    check(change)
  } catch (error) {
    return error as ApiProblem
  }
  throw new Error('it was accepted')
}
const withLines = (...lines: ReturnType<typeof line>[]) => ({ order: { ...sessionRequest.order, lines } })

describe('checkSessionRequest', () => {
  it('takes lines that add up to the amount', () => {
    expect(check(withLines(line(123_000), line(456))).order.lines).toHaveLength(2)
  })

  it('names the kopecks that are missing or too many', () => {
    expect(problemOf(withLines(line(123_000), line(455)))).toMatchObject({
      path: 'order.lines',
      message: 'order.lines add up to 123455 minor units, the amount is 123456: 1 missing',
    })
    expect(problemOf(withLines(line(123_456), line(44))).message).toContain('44 too many')
  })

  it('keeps the return URL as the parser that checked it writes it', () => {
    expect(check({ returnUrl: 'https://SHOP.example:443/a/../thanks' }).returnUrl).toBe(
      'https://shop.example/thanks',
    )
  })

  it('wants one currency everywhere', () => {
    const foreign = { ...line(123_456), total: cny(123_456) }
    expect(problemOf(withLines(foreign)).path).toBe('order.lines[0].total.currency')
    expect(problemOf({ splits: [{ seller: 's', amount: cny(123_456) }] }).path).toBe(
      'splits[0].amount.currency',
    )
    expect(problemOf({ splits: [{ seller: 's', amount: rub(123_456), fee: cny(1) }] }).path).toBe(
      'splits[0].fee.currency',
    )
  })

  it('wants splits that add up, and fees within them', () => {
    expect(problemOf({ splits: [{ seller: 's', amount: rub(123_455) }] })).toMatchObject({
      path: 'splits',
      message: expect.stringContaining('1 missing'),
    })
    expect(problemOf({ splits: [{ seller: 's', amount: rub(123_456), fee: rub(123_457) }] }).path).toBe(
      'splits[0].fee',
    )
    expect(check({ splits: [{ seller: 's', amount: rub(123_456), fee: rub(123_456) }] }).splits).toHaveLength(
      1,
    )
  })

  it('refuses ids and methods that are there twice', () => {
    expect(problemOf(withLines(line(123_000, 'a'), line(456, 'a'))).path).toBe('order.lines[1].id')
    expect(problemOf({ methods: ['sbp', 'alipay', 'sbp'] }).path).toBe('methods[2]')
  })

  it('wants a receipt that can be sent and refers to lines that exist', () => {
    const item = { description: 'Пуэр', quantity: '1', unitPrice: rub(123_456), vatCode: 1 }
    expect(problemOf({ receipt: { customer: {}, items: [item] } }).path).toBe('receipt.customer')
    const customer = { email: 'buyer@example.test' }
    const foreign = { ...item, unitPrice: cny(123_456) }
    expect(problemOf({ receipt: { customer, items: [item, foreign] } }).path).toBe(
      'receipt.items[1].unitPrice.currency',
    )
    for (const known of [customer, { phone: '+79990000000' }])
      expect(check({ receipt: { customer: known, items: [item] } }).receipt?.customer).toEqual(known)
    expect(problemOf({ receipt: { customer, items: [{ ...item, lineId: 'x' }] } }).path).toBe(
      'receipt.items[0].lineId',
    )
    expect(
      check({ ...withLines(line(123_456, 'x')), receipt: { customer, items: [{ ...item, lineId: 'x' }] } }),
    )
  })

  it('refuses a card number in any free text', () => {
    expect(problemOf({ metadata: { note: '4111111111111111' } })).toMatchObject({
      code: 'card_number_refused',
      path: 'metadata.note',
    })
    expect(problemOf({ order: { reference: '4111111111111111', description: 'x' } }).code).toBe(
      'card_number_refused',
    )
  })
})
