import type { Bank } from '../contract/bank-list.ts'
import { searchKey } from './search-key.ts'

/** Names that buyers still look for. */
const ALIASES: Readonly<Record<string, string>> = { '100000000004': 'тинькофф' }

/** What a bank is found by: the {@link searchKey} of its name, and of the name it had before. */
export function bankKey({ id, name }: Bank): string {
  return searchKey(`${name} ${ALIASES[id] ?? ''}`)
}

/**
 * Whether a bank has a word that begins with what was typed; from three characters on, anywhere and across blanks. Nothing typed
 * is every bank.
 *
 * @param key Of {@link bankKey}.
 * @param typed The {@link searchKey} of what was typed.
 */
export function isBankMatch(key: string, typed: string): boolean {
  const joined = typed.replaceAll(' ', '')
  return ` ${key}`.includes(` ${typed}`) || (joined.length > 2 && key.replaceAll(' ', '').includes(joined))
}
