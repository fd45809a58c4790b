export { browserPlatform, fullUserAgent } from './browser.ts'
export type { Checkout, CheckoutState, CheckoutStatus, Connection, PayOptions } from './checkout-state.ts'
export { createPayClient, type PayClientOptions } from './client.ts'
export { deviceFromUserAgent, type UserAgentHints } from './device.ts'
export { isPayError, PAY_ERROR_CODES, PayError, type PayErrorCode, type PayErrorOptions } from './errors.ts'
export { formatMoney } from './format-money.ts'
export { formatRemaining } from './format-remaining.ts'
export { inAppBrowser } from './in-app.ts'
export {
  CHECKOUT_TRANSITIONS,
  type CheckoutEvent,
  checkoutTransition,
  INITIAL_CHECKOUT_STATE,
} from './machine.ts'
export type { Money } from './money.ts'
export {
  fromDecimalString,
  isSupportedCurrency,
  minorUnitExponent,
  supportedCurrencies,
  toDecimalString,
} from './money.ts'
export { newKey } from './new-key.ts'
export type { KeyValueStorage, Platform, TransportPort } from './platform.ts'
export {
  createReturnClient,
  type ReturnClient,
  type ReturnClientOptions,
  type ReturnState,
} from './return-client.ts'
