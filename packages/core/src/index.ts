export type { Checkout, CheckoutState, CheckoutStatus, Connection, PayOptions } from './checkout-state.ts'
export { isPayError, PAY_ERROR_CODES, PayError, type PayErrorCode, type PayErrorOptions } from './errors.ts'
export type { Money } from './money.ts'
export {
  fromDecimalString,
  isSupportedCurrency,
  minorUnitExponent,
  supportedCurrencies,
  toDecimalString,
} from './money.ts'
