export { ApiProblem } from './api-problem.ts'
export { type Clock, systemClock } from './clock.ts'
export type {
  Departure,
  Logger,
  MerchantOptions,
  PaymentApiOptions,
  Routing,
  WebhookEndpoint,
} from './config.ts'
export { DRILL_BUYERS } from './drill/buyers.ts'
export {
  type DrillBuyerInfo,
  DrillError,
  type DrillEvent,
  type DrillLedger,
  type DrillPurchase,
  type DrillReport,
  type DrillRound,
  type DrillScore,
  type DrillText,
  type DrillTry,
} from './drill/drill-report.ts'
export { type DrillOptions, type DrillProgress, runDrill } from './drill/run-drill.ts'
export { fixedRate } from './fixed-rate.ts'
export type { RequestInfo } from './http/app.ts'
export { createPaymentApi, type PaymentApi } from './payment-api.ts'
export type { CheckoutReading, PaymentEngine, RequestKey, ViewContext } from './payment-engine.ts'
export {
  type CancelPayment,
  type CapturePayment,
  type CreatePayment,
  type KnownPayment,
  NotificationRefused,
  type NotificationRequest,
  type PaymentRef,
  type Provider,
  type ProviderAction,
  type ProviderContext,
  ProviderFault,
  type ProviderHttp,
  type ProviderHttpRequest,
  type ProviderHttpResponse,
  type ProviderNotification,
  type ProviderPayment,
  type ProviderPaymentStatus,
  type ProviderRail,
  type ProviderRefund,
  type RefundPayment,
  type RefundRef,
} from './provider.ts'
export {
  type AntomDeclaration,
  type AntomDeclarationRecord,
  type AntomDeclared,
  type AntomOperations,
  type AntomPaymentOption,
  antomOperations,
} from './providers/antom/operations.ts'
export { type AntomMethod, type AntomOptions, antom } from './providers/antom.ts'
export { TBANK_NETWORKS, type TbankMethod, type TbankOptions, tbank } from './providers/tbank.ts'
export {
  YOOKASSA_NETWORKS,
  type YookassaMethod,
  type YookassaOptions,
  yookassa,
} from './providers/yookassa.ts'
export type { FixedRateOptions, QuotedRate, QuoteSource } from './quotes.ts'
export { createMemoryStore } from './store/memory-store.ts'
export { type Store, StoreError } from './store/store.ts'
export { OptionsError } from './validate-options.ts'
