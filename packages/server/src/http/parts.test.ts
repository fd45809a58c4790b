import { sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ApiRig, createApiRig, problemOf } from '../api-rig.ts'
import { yookassa } from '../providers/yookassa.ts'

const { shopId, secretKey } = sandboxAccounts.yookassa
const apiUrl = 'http://127.0.0.1:4250/yookassa/v3'
const RUB = (minorUnits: number) => ({ currency: 'RUB', minorUnits })

let rig: ApiRig
beforeEach(async () => {
  const methods = ['bank_card', 'sbp'] as const
  rig = await createApiRig({ providers: [yookassa({ shopId, secretKey, apiUrl, split: true, methods })] })
})
afterEach(() => rig.close())

/** What YooKassa has on record. */
async function provider(path: string): Promise<{ items: Record<string, unknown>[] }> {
  const authorization = `Basic ${btoa(`${shopId}:${secretKey}`)}`
  const response = await rig.sandbox.fetch(new Request(`${apiUrl}${path}`, { headers: { authorization } }))
  return (await response.json()) as { items: Record<string, unknown>[] }
}

it('carries receipts and shares from a session, a capture and a refund to the provider', async () => {
  const line = { description: 'Чай', quantity: '1', unitPrice: RUB(100_000), vatCode: 11 }
  const receipt = { customer: { email: 'buyer@example.com' }, items: [line] }
  const { clientToken, id } = await rig.session({
    capture: 'manual',
    splits: [{ seller: '1', amount: RUB(123_456) }],
  })
  const view = await rig.pay(clientToken, 'bank_card')
  await rig.buyer(view.payment!.nextAction!.redirect!.url, 'approve')
  const status = async () => (await (await rig.merchant('GET', `/v1/sessions/${id}`)).json()).payments[0]
  await expect.poll(async () => (await status()).status).toBe('authorized')
  const paymentId = (await status()).id as string

  const taken = [{ seller: '2', amount: RUB(100_000), fee: RUB(1000) }]
  const short = await rig.merchant('POST', `/v1/payments/${paymentId}/capture`, { splits: taken })
  expect(await problemOf(short)).toMatchObject({ status: 400, code: 'invalid_request', path: 'splits' })
  const capture = { amount: RUB(100_000), receipt, splits: taken }
  expect((await rig.merchant('POST', `/v1/payments/${paymentId}/capture`, capture)).status).toBe(200)
  await expect.poll(async () => (await status()).status).toBe('succeeded')
  expect((await provider('/payments')).items).toMatchObject([
    {
      transfers: [
        {
          account_id: '2',
          amount: { value: '1000.00' },
          platform_fee_amount: { value: '10.00' },
          status: 'succeeded',
        },
      ],
    },
  ])

  const back = { amount: RUB(40_000), receipt, splits: [{ seller: '2', amount: RUB(40_000) }] }
  expect((await rig.merchant('POST', `/v1/payments/${paymentId}/refunds`, back)).status).toBe(201)
  await expect.poll(async () => (await status()).refunds[0].status).toBe('succeeded')
  expect((await provider('/refunds')).items).toMatchObject([
    { sources: [{ account_id: '2', amount: { value: '400.00' } }] },
  ])
  expect((await provider('/receipts')).items).toMatchObject([
    { type: 'refund', items: [{ description: 'Чай', vat_code: 11 }] },
    { type: 'payment', settlements: [{ amount: { value: '1000.00' } }] },
  ])
})
