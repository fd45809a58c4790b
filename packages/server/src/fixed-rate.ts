import { isSupportedCurrency } from '@teabrick/core/contract'
import type { FixedRateOptions, QuoteSource } from './quotes.ts'

/**
 * A rate that stays until it is changed in the configuration.
 *
 * @throws TypeError naming the option, its value and the remedy.
 */
export function fixedRate({
  pair,
  rate,
  marginBps = 0,
  reference,
  validForSeconds = 300,
}: FixedRateOptions): QuoteSource {
  const [order, charge, ...rest] = pair.split('/')
  if (
    order === undefined ||
    charge === undefined ||
    rest.length > 0 ||
    order === charge ||
    !isSupportedCurrency(order) ||
    !isSupportedCurrency(charge)
  ) {
    throw new TypeError(
      `quotes.pair is ${JSON.stringify(pair)}; write two supported ISO 4217 codes, the order's first: "RUB/CNY"`,
    )
  }
  if (!/^\d{1,12}(\.\d{1,8})?$/.test(rate) || /^[0.]+$/.test(rate)) {
    throw new TypeError(
      `quotes.rate is ${JSON.stringify(rate)}; write ${order} per one ${charge} as a decimal string: "12.50"`,
    )
  }
  if (!Number.isInteger(marginBps) || marginBps < 0 || marginBps > 5000) {
    throw new TypeError(`quotes.marginBps is ${marginBps}; write hundredths of a per cent from 0 to 5000`)
  }
  if (!Number.isInteger(validForSeconds) || validForSeconds < 30 || validForSeconds > 86_400) {
    throw new TypeError(`quotes.validForSeconds is ${validForSeconds}; write 30 to 86400`)
  }
  return {
    rate: (amount, chargeCurrency) =>
      amount.currency === order && chargeCurrency === charge
        ? { rate, marginBps, reference: reference ?? null, validForSeconds }
        : null,
  }
}
