/** Puts values into a text's places: `fill('Order {reference}', { reference: 'A-1001' })`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
