import type { EventRecord, RailState, SessionStatus } from '@teabrick/core/contract'
import type { IdempotencyRecord, NewEvent, OperationRecord, SessionState } from '../domain/records.ts'
import type { ProviderNotification } from '../provider.ts'

/**
 * Where everything is kept. Two implementations meet one contract test: PostgreSQL, and memory for tests and simulation.
 *
 * All changes of a session go through {@link Store.change}: one lock, one pure decision, one transaction.
 */
export interface Store extends HealthReports {
  /** The store's clock, milliseconds since 1970: the only clock for persisted moments. */
  now(): Promise<number>

  /**
   * Locks the session, lets `decide` choose, and writes what it chose, all in one transaction. `decide` is pure and may run
   * more than once; whatever it throws undoes everything. Records of `next` that are the same objects as in `current` are
   * not written; records are never left out or reordered, new ones come last. A session that does not exist is
   * `current: null`; `decide` may then create it: of two that create the same id at once, one creates and the other decides
   * again on what is there.
   *
   * @throws StoreError `invariant_violated` if what was chosen cannot be true; nothing is written then.
   * @throws StoreError `unavailable` if the database cannot be reached. If the answer to the commit was lost, the change may
   * have been made: ask again.
   */
  change<T>(target: ChangeTarget, decide: (input: ChangeInput) => ChangeDecision<T>): Promise<T>

  /** A consistent reading without a lock. */
  read(sessionId: string): Promise<SessionState | null>

  /** Sessions of a merchant, newest first. */
  listSessions(
    query: SessionQuery,
  ): Promise<{ readonly items: readonly SessionState[]; readonly nextCursor: string | null }>

  /** Current versions by primary key, in one statement. Sessions that do not exist are absent. */
  versions(sessionIds: readonly string[]): Promise<ReadonlyMap<string, number>>

  /** A merchant's sessions whose `dueAt` has come, oldest first. A hint: the decision is taken again under the lock. */
  dueSessions(query: { readonly merchantId: string; readonly limit: number }): Promise<readonly string[]>

  /**
   * Takes due rows of a merchant's queue for `leaseMs`: another merchant's instance has other accounts and secrets. Nobody else
   * gets them until the lease is over; a finish with another token changes nothing.
   *
   * Claiming an operation counts as sending it: `attempts` + 1 and `firstSentAt` (if null) are set in the same statement, so
   * that after a crash nobody takes a request that may have left for one that never did.
   */
  claimOperations(options: ClaimOptions): Promise<readonly OperationRecord[]>
  claimNotifications(options: ClaimOptions): Promise<readonly NotificationRecord[]>
  claimDeliveries(options: ClaimDeliveriesOptions): Promise<readonly DeliveryRecord[]>
  /**
   * Prolongs leases that are still held by these tokens, to `leaseMs` from now. Resolves with whether each was: false if it is
   * another's by now, over, or locked by a change at this moment. Renewing twice is renewing once.
   */
  renewLeases(held: HeldRows, leaseMs: number): Promise<readonly boolean[]>
  /**
   * When the merchant's next row of any queue, or next session, is due; null if nothing ever is. Lets a loop sleep. Cheap for
   * one merchant; without one it is the next of all.
   */
  nextDueAt(merchantId?: string | undefined): Promise<number | null>

  /** Stores one once per (merchant, account, eventKey). `duplicate`: it was there; a done one is not opened again. */
  addNotification(notification: NewNotification): Promise<'stored' | 'duplicate'>
  /**
   * Stores one and leases it to this process in the same step, for whoever works on it at once; reads the session it says to
   * be about along with it. Null: it was there already, and whoever claims it works on it.
   */
  takeNotification(
    notification: NewNotification,
    options: { readonly leaseMs: number; readonly sessionId: string | undefined },
  ): Promise<TakenNotification | null>
  /** @returns false if the lease is no longer ours; then nothing was changed. */
  finishNotification(record: NotificationRecord, outcome: QueueOutcome): Promise<boolean>
  finishDelivery(record: DeliveryRecord, outcome: DeliveryOutcome): Promise<boolean>
  /**
   * Makes given-up deliveries to an endpoint due again whose `reviveInMs` is over: the oldest events first, due one after the
   * other in that order, for one attempt more each. @returns how many.
   */
  reviveDeliveries(options: {
    readonly merchantId: string
    readonly endpoint: string
    readonly limit: number
  }): Promise<number>

  /** Events newest first with their deliveries. */
  listEvents(query: {
    readonly merchantId: string
    readonly cursor: string | null
    readonly limit: number
  }): Promise<{ readonly items: readonly EventRecord[]; readonly nextCursor: string | null }>
  /** Makes all deliveries of an event due now with all their attempts, delivered ones included. @returns false if there is no such event of the merchant. */
  redeliver(merchantId: string, eventId: string): Promise<boolean>

  /** Operator's switches of a merchant's rails. Rails never switched are absent. */
  rails(merchantId: string): Promise<{ readonly version: number; readonly items: readonly RailSwitch[] }>
  /** Writes a switch, raises the rails' version and writes the event, in one transaction. */
  putRail(
    merchantId: string,
    rail: Omit<RailSwitch, 'changedAt'>,
    event: (now: number, number: number) => NewEvent,
    endpoints: readonly string[],
  ): Promise<RailSwitch>

  close(): Promise<void>
}

export interface ChangeTarget {
  readonly sessionId: string
  /** Looks up a key in the same transaction. */
  readonly idempotency?: { readonly scope: string; readonly key: string } | undefined
}

export interface ChangeInput {
  readonly current: SessionState | null
  /** The record of the key asked for in {@link ChangeTarget.idempotency}; null if it is new. */
  readonly idempotency: IdempotencyRecord | null
  /** The transaction's time. */
  readonly now: number
}

export interface ChangeDecision<T> {
  readonly result: T
  /** What is to be stored; undefined or the very `current` for no change. */
  readonly next?: SessionState | null | undefined
  /** Written to the outbox with one delivery per endpoint, in the same transaction. */
  readonly events?: readonly NewEvent[] | undefined
  readonly endpoints?: readonly string[] | undefined
  /** Leases the deliveries of these events to these endpoints to this process, for whoever sends them at once. */
  readonly deliveryLease?: DeliveryLease | undefined
  /** A notification that this decision answers. Finished in the same transaction; left alone if its lease is another's by now. */
  readonly finishes?: FinishedNotification | undefined
  /** A key to remember. */
  readonly remember?: IdempotencyRecord | undefined
}

export interface DeliveryLease {
  readonly endpoints: readonly string[]
  readonly token: string
  readonly leaseMs: number
}

export interface FinishedNotification {
  readonly notification: NotificationRecord
  readonly outcome: QueueOutcome
  /** Told after the commit whether the lease was still ours. */
  readonly onEnd?: ((wasOurs: boolean) => void) | undefined
}

export interface SessionQuery {
  readonly merchantId: string
  readonly reference?: string | undefined
  readonly status?: SessionStatus | undefined
  /** Opaque; from a former answer. A cursor that cannot be read throws {@link StoreError} `cursor_invalid`. */
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface ClaimOptions {
  readonly merchantId: string
  readonly limit: number
  readonly leaseMs: number
}

export interface ClaimDeliveriesOptions extends ClaimOptions {
  /** Deliveries to one endpoint, so that a slow one holds up nobody else; or to none of those named. */
  readonly endpoint: string | { readonly noneOf: readonly string[] }
}

/** Claimed rows of one queue. */
export type HeldRows =
  | { readonly queue: 'operations'; readonly rows: readonly OperationRecord[] }
  | { readonly queue: 'notifications'; readonly rows: readonly NotificationRecord[] }
  | { readonly queue: 'deliveries'; readonly rows: readonly DeliveryRecord[] }

/** How a queue row ends: over, or due again. `exhausted`: given up, kept for operators. */
export type QueueOutcome =
  | { readonly state: 'done' | 'exhausted' }
  | { readonly state: 'pending'; readonly delayMs: number }

/** How an attempt to deliver ended, with the endpoint's HTTP status if it gave one. */
export type DeliveryOutcome = { readonly status: number | null } & (
  | { readonly state: 'done' }
  | { readonly state: 'pending'; readonly delayMs: number }
  /** `reviveInMs`: from when on {@link Store.reviveDeliveries} may take it up again. Without it: never. */
  | { readonly state: 'exhausted'; readonly reviveInMs?: number | undefined }
)

/** A provider's notification as received, verified and waiting to be asked about. */
export interface NewNotification {
  readonly merchantId: string
  readonly account: string
  readonly eventKey: string
  readonly subject: ProviderNotification['subject']
  readonly rawBody: Uint8Array<ArrayBuffer>
}

export interface NotificationRecord extends NewNotification {
  readonly receivedAt: number
  readonly attempts: number
  readonly leaseToken: string
}

export interface TakenNotification {
  readonly notification: NotificationRecord
  /** The session it says to be about, as it was then; null if it names none or it was not read. */
  readonly state: SessionState | null
}

/** One event on its way to one endpoint. */
export interface DeliveryRecord {
  readonly eventId: string
  readonly sessionId: string
  readonly endpoint: string
  readonly body: string
  /** Tries before this one. */
  readonly attempts: number
  readonly createdAt: number
  readonly leaseToken: string
}

export interface RailSwitch {
  /** `<account>:<method>`. */
  readonly id: string
  readonly state: RailState
  readonly reason: string
  readonly until: number | null
  readonly changedAt: number
  readonly changedBy: string
}

/** An instance says that a rail or an account does not answer it. */
export interface HealthReport {
  /** `<account>` or `<account>:<method>`. */
  readonly name: string
  readonly instance: string
  readonly since: number
  /** It runs out with the instance that renews it. */
  readonly until: number
}

/** What instances tell each other of how providers answer. Hints: what an instance hears itself outweighs them. */
export interface HealthReports {
  /** Those that have not run out, by name and instance. */
  healthReports(merchantId: string): Promise<readonly HealthReport[]>
  /** Reports, or renews. */
  putHealthReport(
    merchantId: string,
    report: Pick<HealthReport, 'name' | 'instance'> & { readonly ttlMs: number },
  ): Promise<void>
  dropHealthReport(merchantId: string, report: Pick<HealthReport, 'name' | 'instance'>): Promise<void>
}

/** The store cannot do what was asked; the message says what and the remedy. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code:
    | 'cursor_invalid'
    | 'invariant_violated'
    | 'unavailable'
    | 'folder_in_use'
    | 'folder_other_version'
    | 'embedded_missing'
    | 'schema_newer'

  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
