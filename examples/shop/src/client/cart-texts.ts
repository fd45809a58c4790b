import type { Texts } from '../texts/texts.ts'

const NAMES = [
  'cartTitle',
  'cartEmpty',
  'cartEmptyAction',
  'remove',
  'removeGood',
  'less',
  'more',
  'quantity',
  'total',
  'delivery',
  'deliveryFree',
  'checkoutNote',
  'cartError',
  'pay',
  'payNote',
  'statusWaiting',
  'statusProcessing',
  'statusFailed',
  'statusPaid',
  'statusExpired',
] as const

/** The texts that go to the browser with the cart: one language and no more than is shown there. */
export type CartTexts = Pick<Texts, (typeof NAMES)[number]>

export function cartTexts(texts: Texts): CartTexts {
  return Object.fromEntries(NAMES.map((name) => [name, texts[name]])) as unknown as CartTexts
}
