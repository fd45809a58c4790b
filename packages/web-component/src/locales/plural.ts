/**
 * The Russian plural form of a whole number: 1, 21 → one; 2, 23 → few; 5, 11, 100 → many. Our own table: engines differ in
 * what their ICU holds. Source: CLDR plural rules, ru.
 */
export function pluralRu(count: number, one: string, few: string, many: string): string {
  const tens = count % 100
  const units = count % 10
  if (units === 1 && tens !== 11) return one
  return units >= 2 && units <= 4 && (tens < 12 || tens > 14) ? few : many
}
