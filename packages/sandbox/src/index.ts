export {
  type AntomAccount,
  type SandboxAccounts,
  sandboxAccounts,
  type TbankAccount,
  type YookassaAccount,
} from './accounts.ts'
export { signAntom, verifyAntom } from './antom/signature.ts'
export { type AccountChange, type Command, ControlError } from './command.ts'
export type { DoubleState, SandboxControl, SandboxState } from './control.ts'
export { DECLINE_REASONS, type DeclineReason } from './decline.ts'
export type { Notification, NotificationAttempt } from './deliver.ts'
export type { Cut, DepartureEvent, DepartureProgress, DepartureStep } from './departure.ts'
export { DEPARTURE_2022_03 } from './departure-2022-03.ts'
export type { AccountView } from './double.ts'
export type { Exchange } from './exchange.ts'
export { isAbruptReset, isConnectionReset } from './interfere.ts'
export type { Ledger, LedgerPayment, LedgerRefund, LedgerStatus, Money } from './ledger.ts'
export {
  createAntomDouble,
  createSandbox,
  createTbankDouble,
  createYookassaDouble,
  type DoubleOptions,
  type Sandbox,
  type SandboxOptions,
} from './sandbox.ts'
export {
  type CardIssuer,
  OPERATIONS,
  type Operation,
  SCENARIOS,
  type Scenario,
  type ScenarioName,
} from './scenario.ts'
export { sbpCrc } from './yookassa/sbp-link.ts'
