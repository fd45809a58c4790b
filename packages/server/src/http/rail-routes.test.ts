import type { RailList } from '@teabrick/core/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, problemOf } from '../api-rig.ts'
import { validateOptions } from '../validate-options.ts'

let rig: ApiRig
afterEach(() => rig.close())

describe('GET /v1/rails with a purchase', () => {
  const explanations = async (query: string, changes: Parameters<typeof createApiRig>[0] = {}) => {
    rig = await createApiRig(changes)
    const { items } = (await (await rig.merchant('GET', `/v1/rails?${query}`)).json()) as RailList
    return Object.fromEntries(
      items.map(({ id, explanation }) => [id, explanation?.reason ?? explanation?.offered]),
    )
  }

  it('says of every rail whether it would be offered, and why not', async () => {
    expect(await explanations('amount=70000001&currency=RUB')).toEqual({
      'antom:alipay': true,
      'yookassa:sbp': 'amount_too_large',
      'yookassa:bank_card': 'amount_too_large',
    })
  })

  it('says it in Russian, English and Chinese, with the charge where it can be priced', async () => {
    rig = await createApiRig()
    const { items } = (await (
      await rig.merchant('GET', '/v1/rails?amount=123456&currency=RUB&capture=manual')
    ).json()) as RailList
    const of = (id: string) => items.find((item) => item.id === id)?.explanation
    expect(of('yookassa:bank_card')).toMatchObject({
      offered: true,
      reason: null,
      charge: { currency: 'RUB', minorUnits: 123_456 },
    })
    expect(of('antom:alipay')).toMatchObject({ offered: false, reason: 'hold_not_supported', charge: null })
    expect(Object.values(of('antom:alipay')?.text ?? {})).toEqual([
      expect.stringMatching(/[а-я]/),
      expect.stringMatching(/hold/),
      expect.stringMatching(/预授权/),
    ])
  })

  it('knows announced departures, from the minute on', async () => {
    const departures = [
      { rail: 'yookassa:bank_card', from: '2022-03-10T00:01:00+03:00', reason: 'Visa and Mastercard leave' },
      { rail: 'antom:*', from: '2099-01-01T00:00:00Z', reason: 'not yet' },
    ]
    expect(await explanations('amount=100000&currency=RUB', { departures })).toEqual({
      'antom:alipay': true,
      'yookassa:sbp': true,
      'yookassa:bank_card': 'departed',
    })
    const { clientToken } = await rig.session()
    const refused = await rig.checkout(clientToken, 'POST', '/v1/checkout/payments', { method: 'bank_card' })
    expect(await problemOf(refused)).toMatchObject({ status: 409, code: 'method_unavailable' })
  })

  it.each([
    ['amount=5', 'currency'],
    ['currency=RUB', 'amount'],
    ['surface=desktop', 'amount'],
    ['amount=1.5&currency=RUB', 'amount'],
    ['amount=1&currency=rub', 'currency'],
    ['amount=1&currency=RUB&colour=red', 'colour'],
  ])('refuses %s and names %s', async (query, path) => {
    rig = await createApiRig()
    expect(await problemOf(await rig.merchant('GET', `/v1/rails?${query}`))).toMatchObject({
      status: 400,
      path,
    })
  })

  it('refuses to start with a departure of a rail that nobody has', () => {
    expect(() =>
      validateOptions({
        ...rig.options,
        departures: [{ rail: 'tbank:sbp', from: '2022-03-10T00:01:00+03:00', reason: 'x' }],
      }),
    ).toThrow(/departures\[0\]\.rail is "tbank:sbp"/)
  })
})
