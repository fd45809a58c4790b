import { createMerchantClient } from '@teabrick/core/merchant'
import { TEA } from './tea'

/** `npm start` at the root prints address and key of a payment API on this machine. */
export const PAY_API_URL = process.env['PAY_API_URL'] ?? 'http://127.0.0.1:4242/pay'
/** Where this shop is reached: the return URL's origin, which the payment API has to know. */
const SHOP_ORIGIN = process.env['SHOP_ORIGIN'] ?? 'http://127.0.0.1:3000'

/** An order that waits for its money. The same key is the same purchase: a repeated call gets the same session. */
export async function startCheckout(idempotencyKey: string | undefined) {
  const payments = createMerchantClient({
    apiUrl: PAY_API_URL,
    secretKey: process.env['PAY_SECRET_KEY'] ?? 'sk_sandbox_demo',
  })
  const { clientToken, url } = await payments.sessions.create(
    {
      amount: TEA.price,
      order: { reference: `NEXT-${Date.now()}`, description: TEA.name },
      returnUrl: `${SHOP_ORIGIN}/return`,
      locale: 'en',
    },
    { idempotencyKey },
  )
  return { clientToken, url }
}
