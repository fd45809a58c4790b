/** Codes and ids may be of newer servers or adapters: whatever they are, only what is written in the table is found. */
export function wordFor(
  words: Readonly<Record<string, string | undefined>>,
  key: string,
): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined
}
