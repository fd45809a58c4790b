import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Invented: no app of theirs is on any phone, and the page in the browser leads to the sandbox: see `bank-page.ts`. */
const NAMES = [
  'Самовар-Банк',
  'Кяхта',
  'Чайный путь',
  'Банк Щедрый',
  'Ёлочка',
  'Цейлон Кредит',
  'Юрьев Посад',
  'Эльбрус',
  'Банк Жемчуг',
  'Пряничный',
]

/**
 * Writes the list of SBP banks that the demo offers, in the shape of NSPK's `c2bmembers.json`: what a real shop fetches, this one
 * makes for its own address. Every second bank takes payments in the browser, on the sandbox's page of the payment.
 * One file per port, as for the orders.
 *
 * @returns Its path.
 */
export function writeBankFile(folder: string, origin: string): string {
  const file = join(folder, `banks-${new URL(origin).port}.json`)
  const dictionary = NAMES.map((bankName, index) => ({
    bankName,
    schema: `bank${900_000_000_001 + index}`,
    ...(index % 2 === 0 && { webClientUrl: `${origin}/bank`, isWebClientActive: 'true' }),
  }))
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify({ version: '1.0', dictionary }, null, 2))
  return file
}
