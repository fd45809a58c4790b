import type { CheckoutView, Money } from '@teabrick/core/contract'
import { convert } from '../domain/convert.ts'
import type { PaymentRecord } from '../domain/records.ts'
import type { QuoteSource } from '../quotes.ts'

const VALID_FOR_SECONDS = 300
/** What a view may spend on its way from the engine to whoever notes it. */
const SLACK_MS = 2000

/** Rates that change every ten minutes, and a memory of what buyers were told. */
export interface SimulatedQuotes extends QuoteSource {
  note(sessionId: string, view: CheckoutView, now: number): void
  /** Ids of all quotes anybody was shown, of every order. */
  readonly ids: readonly string[]
  /** Whether the charge is at today's rate, or at one the buyer of this order was shown and may still take. */
  isQuoted(sessionId: string, payment: Pick<PaymentRecord, 'amount' | 'charge'>, now: number): boolean
}

export function createSimulatedQuotes(): SimulatedQuotes {
  const shown = new Map<
    string,
    { readonly sessionId: string; readonly charge: Money; readonly until: number }
  >()
  const rateAt = (now: number): string =>
    `12.${String((Math.floor(now / 600_000) * 37) % 100).padStart(2, '0')}`
  const isSame = (a: Money, b: Money) => a.currency === b.currency && a.minorUnits === b.minorUnits
  return {
    rate: ({ currency }, chargeCurrency, now) =>
      currency === 'RUB' && chargeCurrency === 'CNY'
        ? { rate: rateAt(now), marginBps: 0, reference: null, validForSeconds: VALID_FOR_SECONDS }
        : null,
    note(sessionId, view, now) {
      for (const { quote } of view.methods) {
        if (quote === undefined || shown.has(quote.id)) continue
        shown.set(quote.id, { sessionId, charge: quote.charge, until: now + quote.validForMs + SLACK_MS })
      }
    },
    get ids() {
      return [...shown.keys()]
    },
    isQuoted(sessionId, { amount, charge }, now) {
      if (charge.currency === amount.currency) return charge.minorUnits === amount.minorUnits
      const today = convert(amount, charge.currency, rateAt(now))
      if (today !== null && isSame(today, charge)) return true
      return [...shown.values()].some(
        (quote) => quote.sessionId === sessionId && quote.until >= now && isSame(quote.charge, charge),
      )
    },
  }
}
