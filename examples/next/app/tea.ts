/** What is sold. The server says what it costs; a page only shows it. */
export const TEA = {
  sku: 'da-hong-pao',
  name: 'Da Hong Pao, 100 g',
  price: { currency: 'RUB', minorUnits: 189_000 },
  priceText: '1,890 ₽',
} as const
