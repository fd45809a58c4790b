import { createMerchantClient, type MerchantClient } from '@teabrick/core/merchant'
import { SECRET_KEY } from '@teabrick-examples/shop'
import type { RunningShop } from './start-shop.ts'

/** The merchant's own program, beside the shop. */
export function merchantOf({ origin }: RunningShop): MerchantClient {
  return createMerchantClient({ apiUrl: `${origin}/pay`, secretKey: SECRET_KEY })
}
