import { createSessionRequest, payRequest } from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import { ApiProblem } from '../api-problem.ts'
import { sessionRequest } from '../api-rig.ts'
import { parseRequest } from './parse-request.ts'

const problemOf = (value: unknown, schema = createSessionRequest()): ApiProblem => {
  try {
    parseRequest(schema, value)
  } catch (error) {
    if (error instanceof ApiProblem) return error
    throw error
  }
  throw new Error('it was accepted')
}
const line = { name: 'Пуэр', quantity: '1', total: { currency: 'RUB', minorUnits: 1 } }

describe('parseRequest', () => {
  it('fills defaults in', () => {
    expect(parseRequest(createSessionRequest(), sessionRequest)).toMatchObject({
      capture: 'automatic',
      expiresInSeconds: 3600,
      metadata: {},
    })
  })

  it('names an unknown member by its path, before what is missing', () => {
    const { reference, ...order } = sessionRequest.order
    expect(problemOf({ ...sessionRequest, order: { ...order, refrence: reference } })).toMatchObject({
      path: 'order.refrence',
      message: expect.stringContaining('order.refrence is not a member'),
    })
  })

  it('writes the path of an item with its index', () => {
    const lines = [line, line, { ...line, quantity: 'abc' }]
    const problem = problemOf({ ...sessionRequest, order: { ...sessionRequest.order, lines } })
    expect(problem.path).toBe('order.lines[2].quantity')
    expect(problem.message).toBe(
      'order.lines[2].quantity must be a decimal string such as "2" or "0.250"; got "abc"',
    )
  })

  it('says what is missing and of what type', () => {
    expect(problemOf({ ...sessionRequest, amount: undefined }).message).toBe(
      'amount is missing: it must be an object',
    )
  })

  it.each(['rub', 'RUR', 'RUB ', '643', 'RСB', '__proto__', 'XXX'])(
    'refuses the currency %j: only upper case ISO 4217 (AM-23)',
    (currency) => {
      expect(problemOf({ ...sessionRequest, amount: { currency, minorUnits: 1 } }).path).toBe(
        'amount.currency',
      )
    },
  )

  it.each([0, -1, '100', '', [100], null, true, 1_000_000_000_000])(
    'refuses %j minor units (AM-01, AM-02, AM-08, AM-18)',
    (minorUnits) => {
      expect(problemOf({ ...sessionRequest, amount: { currency: 'RUB', minorUnits } }).path).toBe(
        'amount.minorUnits',
      )
    },
  )

  it('refuses an amount, currency or status in a pay request (AM-26)', () => {
    for (const extra of [{ amount: 1 }, { currency: 'XXX' }, { status: 'succeeded' }, { captured: 1000 }])
      expect(problemOf({ method: 'sbp', ...extra }, payRequest() as never).path).toBe(Object.keys(extra)[0])
  })

  it('never repeats contacts, secrets and card numbers, wherever they are put (LS-01)', () => {
    const canaries = ['canary@example.test', '+79990000000', '4111111111111111', 'sk_CANARY', 'whsec_CANARY']
    for (const canary of canaries) {
      for (const body of [
        { ...sessionRequest, amount: canary },
        { ...sessionRequest, capture: canary },
        { ...sessionRequest, locale: canary },
        { ...sessionRequest, [canary]: 1 },
        { ...sessionRequest, buyer: { phone: `${canary}x` } },
        { ...sessionRequest, metadata: { [`${canary} `]: 'x' } },
        { ...sessionRequest, methods: [`${canary}!`] },
      ]) {
        const { message, path } = problemOf(body)
        expect(`${message} ${path}`).not.toContain(canary)
      }
    }
  })
})
