export { deviceFromUserAgent, type UserAgentHints } from '../device.ts'
export { formatMoney, type MoneyLocale } from '../format-money.ts'
export { formatRemaining } from '../format-remaining.ts'
export type { Money } from '../money.ts'
export {
  fromDecimalString,
  isSupportedCurrency,
  minorUnitExponent,
  supportedCurrencies,
  toDecimalString,
} from '../money.ts'
export { type Bank, type BankList, bank, bankList } from './bank-list.ts'
export {
  type CheckoutMethod,
  type CheckoutPayment,
  type CheckoutView,
  checkoutCancelRequest,
  checkoutMethod,
  checkoutPayment,
  checkoutView,
  type PayRequest,
  payRequest,
  type ReturnStatus,
  returnStatus,
} from './checkout.ts'
export {
  type Device,
  device,
  OPERATING_SYSTEMS,
  type OperatingSystem,
  SURFACES,
  type Surface,
} from './device.ts'
export {
  EVENT_TYPES,
  type EventList,
  type EventRecord,
  type EventType,
  eventList,
  eventRecord,
  type WebhookEvent,
  webhookEvent,
} from './event.ts'
export { FAILURE_CODES, type FailureCode, UNAVAILABLE_REASONS, type UnavailableReason } from './failure.ts'
export { EVENT_ID, PAYMENT_ID, REFUND_ID, SESSION_ID, sessionIdOf } from './ids.ts'
export { MAX_MINOR_UNITS, money, positiveMoney } from './money.ts'
export { type NextAction, nextAction, PRESENTATIONS, type Presentation } from './next-action.ts'
export { type Order, type OrderLine, order, orderLine, orderRequest } from './order.ts'
export {
  type CancelRequest,
  type CaptureRequest,
  cancelRequest,
  captureRequest,
  type Payment,
  payment,
} from './payment.ts'
export { PROBLEM_STATUS, type Problem, type ProblemCode, problem } from './problem.ts'
export { type Quote, quote } from './quote.ts'
export {
  RAIL_STATES,
  type Rail,
  type RailExplanation,
  type RailFacts,
  type RailList,
  type RailQuery,
  type RailState,
  type RailSuccess,
  type RailUpdateRequest,
  rail,
  railExplanation,
  railFacts,
  railList,
  railQuery,
  railSuccess,
  railUpdateRequest,
} from './rail.ts'
export { type Receipt, receiptRequest, type Split, splitRequest } from './receipt.ts'
export { type Refund, type RefundRequest, refund, refundRequest } from './refund.ts'
export {
  CAPTURE_MODES,
  type CaptureMode,
  type CreateSessionRequest,
  createSessionRequest,
  metadata,
  type ParsedCreateSessionRequest,
  SESSION_EXPIRY,
  type Session,
  type SessionList,
  session,
  sessionList,
  sessionListQuery,
} from './session.ts'
export {
  isLivePaymentStatus,
  LIVE_PAYMENT_STATUSES,
  PAYMENT_STATUSES,
  PAYMENT_TRANSITIONS,
  type PaymentStatus,
  REFUND_STATUSES,
  REFUND_TRANSITIONS,
  type RefundStatus,
  SESSION_STATUSES,
  SESSION_TRANSITIONS,
  type SessionStatus,
  SUCCESS_PAYMENT_STATUSES,
} from './states.ts'
