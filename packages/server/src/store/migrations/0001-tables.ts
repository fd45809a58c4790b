import {
  LIVE_PAYMENT_STATUSES,
  PAYMENT_STATUSES,
  REFUND_STATUSES,
  SESSION_STATUSES,
  SUCCESS_PAYMENT_STATUSES,
} from '@teabrick/core/contract'
import { OPERATION_KINDS, OPERATION_STATES, REFUND_ORIGINS } from '../invariants.ts'

const oneOf = (column: string, values: readonly string[]): string =>
  `${column} in (${values.map((value) => `'${value}'`).join(', ')})`

/** Amounts stay within what a JavaScript number holds exactly. */
const AMOUNT = 'between 0 and 9007199254740991'
const POSITIVE_AMOUNT = 'between 1 and 9007199254740991'
const BUCKET = 'bucket smallint not null check (bucket between 0 and 255)'
const TEXT = 'text collate "C"'

// Queue rows are due while not_before is set; a lease puts that off.
const DUE = 'greatest(not_before, lease_until)'
const queueColumns = `
  attempts integer not null default 0 check (attempts >= 0),
  not_before timestamptz(3) default date_trunc('milliseconds', now()),
  lease_until timestamptz(3),
  lease_token text`
const queueState = `
  state text not null default 'pending' check (${oneOf('state', ['pending', 'done', 'exhausted'])}),
  check ((state = 'pending') = (not_before is not null)),
  check ((lease_until is null) = (lease_token is null))`

/**
 * All tables. Every one that grows begins its primary key with `bucket`, then the session's id, and every unique constraint
 * has both, so that a cluster can distribute the tables by `bucket`. Lists of states are the contract's: a state added there
 * needs a migration here.
 */
export const tables: readonly string[] = [
  `create table teabrick.session (
    ${BUCKET},
    id ${TEXT} not null,
    merchant_id ${TEXT} not null,
    status text not null,
    version integer not null,
    revision integer not null default 1,
    amount bigint not null,
    currency text not null,
    reference text not null,
    "order" json not null,
    capture text not null,
    methods json,
    buyer json,
    receipt json,
    splits json,
    return_url text not null,
    locale text,
    metadata json not null,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    completed_at timestamptz(3),
    closing_to text,
    closing_until timestamptz(3),
    due_at timestamptz(3),
    event_count integer not null,
    primary key (bucket, id),
    constraint session_status check (${oneOf('status', SESSION_STATUSES)}),
    constraint session_amount check (amount ${POSITIVE_AMOUNT}),
    constraint session_version check (version >= 0),
    constraint session_closing check (status <> 'closing' or (closing_to is not null and closing_until is not null)),
    constraint session_completed check (status <> 'complete' or completed_at is not null)
  )`,
  'create index session_by_merchant on teabrick.session (merchant_id, created_at desc, id desc)',
  'create index session_by_reference on teabrick.session (merchant_id, reference, created_at desc, id desc)',
  'create index session_due on teabrick.session (merchant_id, due_at) where due_at is not null',

  `create table teabrick.payment (
    ${BUCKET},
    session_id ${TEXT} not null,
    id ${TEXT} not null,
    number integer not null,
    method text not null,
    account text not null,
    status text not null,
    amount bigint not null,
    currency text not null,
    charge bigint not null,
    charge_currency text not null,
    quote json,
    provider_ref text,
    captured bigint not null,
    refunded bigint not null,
    action json,
    failure_code text,
    dead boolean not null,
    device json,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    ended_at timestamptz(3),
    version integer not null,
    primary key (bucket, session_id, id),
    constraint payment_status check (${oneOf('status', PAYMENT_STATUSES)}),
    constraint payment_number check (number > 0),
    constraint payment_amount check (amount ${POSITIVE_AMOUNT}),
    constraint payment_charge check (charge ${POSITIVE_AMOUNT}),
    constraint payment_money check (0 <= refunded and refunded <= captured and captured <= amount)
  )`,
  `create unique index payment_one_live on teabrick.payment (bucket, session_id)
    where ${oneOf('status', LIVE_PAYMENT_STATUSES)}`,
  `create unique index payment_one_success on teabrick.payment (bucket, session_id)
    where ${oneOf('status', SUCCESS_PAYMENT_STATUSES)}`,
  `create unique index payment_provider_ref on teabrick.payment (bucket, session_id, account, provider_ref)
    where provider_ref is not null`,

  `create table teabrick.refund (
    ${BUCKET},
    session_id ${TEXT} not null,
    id ${TEXT} not null,
    payment_id ${TEXT} not null,
    number integer not null,
    amount bigint not null,
    charge bigint not null,
    status text not null,
    reason text,
    origin text not null,
    provider_ref text,
    failure_code text,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    primary key (bucket, session_id, id),
    constraint refund_status check (${oneOf('status', REFUND_STATUSES)}),
    constraint refund_origin check (${oneOf('origin', REFUND_ORIGINS)}),
    constraint refund_number check (number > 0),
    constraint refund_amount check (amount ${POSITIVE_AMOUNT}),
    constraint refund_charge check (charge ${AMOUNT})
  )`,

  `create table teabrick.operation (
    ${BUCKET},
    session_id ${TEXT} not null,
    id ${TEXT} not null,
    merchant_id ${TEXT} not null,
    position integer not null,
    payment_id ${TEXT} not null,
    refund_id ${TEXT},
    account text not null,
    kind text not null,
    state text not null,
    idempotency_key text not null,
    request json,
    attempts integer not null,
    not_before timestamptz(3),
    first_sent_at timestamptz(3),
    lease_until timestamptz(3),
    lease_token text,
    created_at timestamptz(3) not null,
    primary key (bucket, session_id, id),
    constraint operation_kind check (${oneOf('kind', OPERATION_KINDS)}),
    constraint operation_state check (${oneOf('state', OPERATION_STATES)}),
    constraint operation_attempts check (attempts >= 0),
    constraint operation_over check (state not in ('done', 'failed') or not_before is null),
    constraint operation_lease check ((lease_until is null) = (lease_token is null))
  )`,
  `create unique index operation_one_query on teabrick.operation (bucket, session_id, payment_id)
    where kind = 'query'`,
  `create unique index operation_idempotency_key on teabrick.operation (bucket, session_id, kind, idempotency_key)
    where kind <> 'query'`,
  `create index operation_due on teabrick.operation (merchant_id, ${DUE}, bucket) where not_before is not null`,

  `create table teabrick.event (
    ${BUCKET},
    session_id ${TEXT} not null,
    number integer not null,
    merchant_id ${TEXT} not null,
    type text not null,
    sequence integer not null,
    body text not null,
    created_at timestamptz(3) not null,
    primary key (bucket, session_id, number)
  )`,
  `create index event_by_merchant on teabrick.event
    (merchant_id, created_at desc, session_id desc, number desc)`,

  `create table teabrick.delivery (
    ${BUCKET},
    session_id ${TEXT} not null,
    event_number integer not null,
    endpoint ${TEXT} not null,
    merchant_id ${TEXT} not null,
    last_status integer,
    ${queueColumns},
    ${queueState},
    primary key (bucket, session_id, event_number, endpoint)
  )`,
  `create index delivery_due on teabrick.delivery (merchant_id, ${DUE}, bucket) where not_before is not null`,

  `create table teabrick.idempotency (
    ${BUCKET},
    session_id ${TEXT} not null,
    scope ${TEXT} not null,
    key ${TEXT} not null,
    fingerprint text not null,
    target text,
    created_at timestamptz(3) not null,
    primary key (bucket, session_id, scope, key)
  )`,

  // Of no session yet: which one it concerns is known when the provider has been asked.
  `create table teabrick.notification (
    ${BUCKET},
    merchant_id ${TEXT} not null,
    account ${TEXT} not null,
    event_key ${TEXT} not null,
    subject json not null,
    raw_body bytea not null,
    received_at timestamptz(3) not null default date_trunc('milliseconds', now()),
    ${queueColumns},
    ${queueState},
    primary key (bucket, merchant_id, account, event_key)
  )`,
  `create index notification_due on teabrick.notification (merchant_id, ${DUE}, bucket) where not_before is not null`,

  `create table teabrick.rail_set (
    merchant_id ${TEXT} primary key,
    version integer not null check (version > 0)
  )`,
  `create table teabrick.rail (
    merchant_id ${TEXT} not null,
    id ${TEXT} not null,
    state text not null check (${oneOf('state', ['active', 'suspended'])}),
    reason text not null,
    until timestamptz(3),
    changed_at timestamptz(3) not null,
    changed_by text not null,
    primary key (merchant_id, id)
  )`,
]
