export { createShop, type Shop, type ShopOptions } from './create-shop.ts'
export { SECRET_KEY, WEBHOOK_SECRET } from './keys.ts'
