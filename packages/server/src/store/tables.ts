import type { ColumnType } from 'kysely'

/**
 * The tables as Kysely types, for writing. Rows are read as JSON ({@link ./rows.ts}), which is the same whatever date style
 * the server is set to. Moments are written as ISO 8601 text, JSON as text that is kept word for word.
 */
export interface Tables {
  'teabrick.session': SessionTable
  'teabrick.payment': PaymentTable
  'teabrick.refund': RefundTable
  'teabrick.operation': OperationTable
  'teabrick.event': EventTable
  'teabrick.delivery': DeliveryTable
  'teabrick.idempotency': IdempotencyTable
  'teabrick.notification': NotificationTable
  'teabrick.rail_set': RailSetTable
  'teabrick.rail': RailTable
  'teabrick.migration': MigrationTable
}

type Json = ColumnType<unknown, string | null>
type Moment = ColumnType<unknown, string | null>
type WithDefault<T> = ColumnType<T, T | undefined>

export interface SessionTable {
  bucket: number
  id: string
  merchant_id: string
  status: string
  version: number
  /** +1 in every transaction that writes anything of the session: tells a reading from a stale one. */
  revision: WithDefault<number>
  amount: number
  currency: string
  reference: string
  order: Json
  capture: string
  methods: Json
  buyer: Json
  receipt: Json
  splits: Json
  return_url: string
  locale: string | null
  metadata: Json
  created_at: Moment
  expires_at: Moment
  completed_at: Moment
  closing_to: string | null
  closing_until: Moment
  due_at: Moment
  event_count: number
}

export interface PaymentTable {
  bucket: number
  session_id: string
  id: string
  number: number
  method: string
  account: string
  status: string
  amount: number
  currency: string
  charge: number
  charge_currency: string
  quote: Json
  provider_ref: string | null
  captured: number
  refunded: number
  action: Json
  failure_code: string | null
  dead: boolean
  device: Json
  created_at: Moment
  updated_at: Moment
  ended_at: Moment
  version: number
}

export interface RefundTable {
  bucket: number
  session_id: string
  id: string
  payment_id: string
  number: number
  amount: number
  charge: number
  status: string
  reason: string | null
  origin: string
  provider_ref: string | null
  failure_code: string | null
  created_at: Moment
  updated_at: Moment
}

export interface OperationTable {
  bucket: number
  session_id: string
  id: string
  merchant_id: string
  /** Place in the session's list. */
  position: number
  payment_id: string
  refund_id: string | null
  account: string
  kind: string
  state: string
  idempotency_key: string
  request: Json
  attempts: number
  not_before: Moment
  first_sent_at: Moment
  lease_until: Moment
  lease_token: string | null
  created_at: Moment
}

export interface EventTable {
  bucket: number
  session_id: string
  number: number
  merchant_id: string
  type: string
  sequence: number
  body: string
  created_at: Moment
}

export interface DeliveryTable {
  bucket: number
  session_id: string
  event_number: number
  endpoint: string
  merchant_id: string
  state: WithDefault<string>
  attempts: WithDefault<number>
  not_before: Moment
  lease_until: ColumnType<unknown, string | null | undefined>
  lease_token: WithDefault<string | null>
  last_status: WithDefault<number | null>
  revive_at: ColumnType<unknown, string | null | undefined>
}

export interface IdempotencyTable {
  bucket: number
  session_id: string
  scope: string
  key: string
  fingerprint: string
  target: string | null
  created_at: Moment
}

export interface NotificationTable {
  bucket: number
  merchant_id: string
  account: string
  event_key: string
  subject: Json
  raw_body: Uint8Array
  state: WithDefault<string>
  attempts: WithDefault<number>
  received_at: ColumnType<unknown, string | undefined>
  not_before: ColumnType<unknown, string | null | undefined>
  lease_until: ColumnType<unknown, string | null | undefined>
  lease_token: WithDefault<string | null>
}

/** One row per merchant: its rails' common version. A small table, the same on every machine of a cluster. */
export interface RailSetTable {
  merchant_id: string
  version: number
}

export interface RailTable {
  merchant_id: string
  id: string
  state: string
  reason: string
  until: Moment
  changed_at: Moment
  changed_by: string
}

export interface MigrationTable {
  name: string
  applied_at: ColumnType<unknown, string | undefined>
}
