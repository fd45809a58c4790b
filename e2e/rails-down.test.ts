import type { CheckoutView } from '@teabrick/core/contract'
import { inspect, stay } from './rig/buyer.ts'
import { GAIWAN_IN_YUAN } from './rig/goods.ts'
import { merchantOf } from './rig/merchant.ts'
import { sheetOf } from './rig/sheet.ts'
import type { RunningShop } from './rig/start-shop.ts'
import { expectPaidOnce, it } from './rig/test.ts'

/** Other buyers try whatever is offered until nothing is: that is how the shop learns that nobody answers. */
async function tryEverything(shop: RunningShop): Promise<void> {
  const merchant = merchantOf(shop)
  for (let tries = 0; tries < 60; tries++) {
    const { clientToken } = await merchant.sessions.create({
      amount: { currency: 'RUB', minorUnits: 100_000 },
      order: { reference: `E2E-${tries}`, description: 'Чай' },
      returnUrl: `${shop.origin}/return`,
    })
    const ask = async (path: string, init: RequestInit = {}): Promise<CheckoutView> => {
      const headers = {
        authorization: `Bearer ${clientToken}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      }
      const response = await fetch(`${shop.origin}/pay/v1/${path}`, { ...init, headers })
      return (await response.json()) as CheckoutView
    }
    const [method] = (await ask('checkout')).methods
    if (!method) return
    await ask('checkout/payments', { method: 'POST', body: JSON.stringify({ method: method.id }) })
  }
  throw new Error('something is still offered')
}

it('shows an open sheet that nothing can be paid with, keeps it, and brings it back by itself', async ({
  shop,
  newBuyer,
  onPhone,
}) => {
  const buyer = await newBuyer()
  const page = await buyer.open('/tea/gaiwan')
  await stay(page)
  const sheet = sheetOf(page)
  const { reference } = await sheet.open()
  await shop.control({ scenario: { name: 'down' } })
  try {
    await tryEverything(shop)
    await sheet.dialog.getByRole('heading', { name: 'You cannot pay right now' }).waitFor()
    await inspect(page, 'rails-down/1-nothing')
  } finally {
    await shop.control({ clear: 'down' })
  }
  await sheet.pay.waitFor()
  await inspect(page, 'rails-down/2-alive')
  await sheet.choose('alipay')
  await onPhone(await sheet.scan())
  await sheet.paid.waitFor()
  await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
})
