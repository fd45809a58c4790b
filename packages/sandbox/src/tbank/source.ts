import type { BuyerPageKind } from '../buyer-texts.ts'

/** How a payment is paid, by the `Source` that T-Bank tells in `Params`. */
export interface TbankSource {
  readonly name: 'cards' | 'qrsbp' | 'TinkoffPay' | 'SberPay' | 'MirPay' | 'AlfaPay'
  readonly title: string
  readonly page: BuyerPageKind
  /** How long money can be held. Undefined where it cannot. */
  readonly holdMs: number | undefined
}

const DAY_MS = 86_400_000

// Terms of T-Pay and SberPay as printed; the term of a card's hold is its bank's affair.
export const SOURCES = {
  cards: { name: 'cards', title: 'Mir', page: 'card', holdMs: 7 * DAY_MS },
  qrsbp: { name: 'qrsbp', title: 'СБП', page: 'bank', holdMs: undefined },
  TinkoffPay: { name: 'TinkoffPay', title: 'T-Pay', page: 'phone', holdMs: 7 * DAY_MS },
  SberPay: { name: 'SberPay', title: 'SberPay', page: 'phone', holdMs: 30 * DAY_MS },
  MirPay: { name: 'MirPay', title: 'Mir Pay', page: 'phone', holdMs: 7 * DAY_MS },
  AlfaPay: { name: 'AlfaPay', title: 'Alfa Pay', page: 'phone', holdMs: 7 * DAY_MS },
} as const satisfies Record<string, TbankSource>
