/**
 * The Russian plural form of a whole number: 1, 21 → one; 2, 23 → few; 5, 11, 100 → many. Our own table: engines differ in
 * what their ICU holds. Source: CLDR plural rules, ru.
 */
export function pluralRu(count: number, one: string, few: string, many: string): string {
  if (/(^|[^1])1$/.test(`${count}`)) return one
  return /(^|[^1])[2-4]$/.test(`${count}`) ? few : many
}
