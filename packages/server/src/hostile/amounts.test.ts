import { fromDecimalString, isSupportedCurrency, minorUnitExponent, toDecimalString } from '@teabrick/core'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, problemOf, SECRET_KEY, sessionRequest } from '../api-rig.ts'

let rig: ApiRig | null = null
afterEach(async () => {
  await rig?.close()
  rig = null
})

const create = async (amount: string) => {
  rig ??= await createApiRig()
  const body = JSON.stringify({ ...sessionRequest, amount: 'AMOUNT' }).replace('"AMOUNT"', amount)
  return await rig.merchant('POST', '/v1/sessions', body)
}

describe('an amount', () => {
  it.each(['"12abc"', '"12"', '12.0', '1e3', '-0', '" 12 "'])(
    'of %s minor units is refused before any provider hears of it (AM-11)',
    async (minorUnits) => {
      const response = await create(`{"currency":"RUB","minorUnits":${minorUnits}}`)
      expect(await problemOf(response)).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(rig?.sandbox.control.state().doubles.flatMap(({ exchanges }) => exchanges)).toEqual([])
    },
  )

  it('survives the way to a decimal string and back, every kopeck to ten thousand roubles (AM-21)', () => {
    for (let minorUnits = 0; minorUnits <= 1_000_000; minorUnits++) {
      const text = toDecimalString({ currency: 'RUB', minorUnits })
      if (fromDecimalString(text, 'RUB').minorUnits !== minorUnits) expect.fail(`${minorUnits} → ${text}`)
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (minorUnits) => {
        const text = toDecimalString({ currency: 'RUB', minorUnits })
        expect(text).toMatch(/^\d+\.\d\d$/)
        expect(fromDecimalString(text, 'RUB').minorUnits).toBe(minorUnits)
      }),
      { numRuns: 5000 },
    )
  })

  it('has the exponent of ISO 4217 or is refused: none is guessed (AM-22)', async () => {
    expect(
      Object.fromEntries(
        ['JPY', 'RUB', 'CNY', 'KZT', 'UZS', 'KRW'].map((code) => [code, minorUnitExponent(code)]),
      ),
    ).toEqual({ JPY: 0, RUB: 2, CNY: 2, KZT: 2, UZS: 2, KRW: 0 })
    for (const currency of ['CLP', 'CVE', 'IDR', 'ISK', 'TWD', 'BHD', 'rub', 'RUR', 'XXX']) {
      expect(isSupportedCurrency(currency), currency).toBe(false)
      const response = await create(`{"currency":"${currency}","minorUnits":1000}`)
      expect(response.status, currency).toBe(400)
    }
  })

  it('that the merchant changes after the session was made is not what is paid (AM-25)', async () => {
    rig = await createApiRig()
    const key = { 'idempotency-key': 'one-order-one-key-0000000001' }
    const first = await rig.merchant('POST', '/v1/sessions', sessionRequest, key)
    const { clientToken } = (await first.json()) as { clientToken: string }
    const dearer = { ...sessionRequest, amount: { currency: 'RUB', minorUnits: 150_000 } }
    expect((await rig.merchant('POST', '/v1/sessions', dearer, key)).status).toBe(422)
    const view = await rig.pay(clientToken, 'sbp')
    expect(view.payment?.charge).toEqual(sessionRequest.amount)
    const [charge] = rig.sandbox.control.state().doubles.flatMap(({ ledger }) => ledger.payments)
    expect(charge?.amount).toEqual(sessionRequest.amount)
  })
})

describe('lines of a refund', () => {
  const rub = (minorUnits: number) => ({ currency: 'RUB', minorUnits })

  it('without an amount give back these lines and no kopeck more; an empty list gives back nothing', async () => {
    const api = await createApiRig()
    rig = api
    const lines = [
      { id: 'puer', name: 'Пуэр', quantity: '1', total: rub(100_000) },
      { id: 'oolong', name: 'Улун', quantity: '2', total: rub(23_456) },
    ]
    const { id, clientToken } = await api.session({ order: { ...sessionRequest.order, lines } })
    const view = await api.pay(clientToken, 'sbp')
    await api.buyer(view.payment?.nextAction?.qr?.payload ?? '', 'approve')
    const read = async () => (await (await api.merchant('GET', `/v1/sessions/${id}`)).json()).payments[0]
    await expect.poll(async () => (await read()).status).toBe('succeeded')

    const refund = (body: unknown) => api.merchant('POST', `/v1/payments/${view.payment?.id}/refunds`, body)
    for (const bad of [
      [],
      [{ id: 'tea' }],
      [{ id: 'oolong' }, { id: 'oolong' }],
      [{ id: 'oolong', quantity: '1' }],
    ])
      expect(await problemOf(await refund({ lines: bad }))).toMatchObject({
        status: 400,
        code: 'invalid_request',
      })
    expect((await read()).refunded).toEqual(rub(0))

    expect(await (await refund({ lines: [{ id: 'oolong' }] })).json()).toMatchObject({ amount: rub(23_456) })
    expect((await read()).refunded).toEqual(rub(23_456))
  })
})

describe('a return URL', () => {
  it('over 8 KB is refused (RU-21)', async () => {
    rig = await createApiRig()
    const returnUrl = `https://shop.example/${'a'.repeat(9000)}`
    const response = await rig.fetch('/v1/sessions', {
      method: 'POST',
      body: JSON.stringify({ ...sessionRequest, returnUrl }),
      headers: {
        authorization: `Bearer ${SECRET_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': 'a-key-that-is-long-enough-01',
      },
    })
    expect(await problemOf(response)).toMatchObject({ status: 400, path: 'returnUrl' })
  })
})
