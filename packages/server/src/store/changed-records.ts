import type {
  OperationRecord,
  PaymentRecord,
  RefundRecord,
  SessionRecord,
  SessionState,
} from '../domain/records.ts'
import { parseEventId } from './event-id.ts'
import { type ChangeDecision, StoreError } from './store.ts'

/** What a decision changed: only records that are other objects than before. */
export interface ChangedRecords {
  /** The whole session is new. */
  readonly created: boolean
  readonly session: SessionRecord | null
  readonly payments: readonly PaymentRecord[]
  readonly refunds: readonly RefundRecord[]
  /** With their places in the list, which keep their order. */
  readonly operations: readonly { readonly position: number; readonly record: OperationRecord }[]
}

/**
 * Compares by identity, as {@link SessionState} promises that records are never changed in place.
 *
 * @throws StoreError `invariant_violated` if a record is missing, moved, or of another session: history only grows.
 */
export function changedRecords(
  sessionId: string,
  current: SessionState | null,
  next: SessionState,
): ChangedRecords {
  if (next.session.id !== sessionId) refuse(`session ${next.session.id} cannot be written as ${sessionId}`)
  const changed = <R extends { readonly id: string; readonly sessionId: string }>(
    kind: string,
    before: readonly R[],
    after: readonly R[],
  ): { position: number; record: R }[] => {
    for (const [position, record] of before.entries())
      if (after[position]?.id !== record.id)
        refuse(`${kind} ${record.id} was left out or moved: records only grow`)
    const found: { position: number; record: R }[] = []
    for (const [position, record] of after.entries()) {
      if (record === before[position]) continue
      if (record.sessionId !== sessionId)
        refuse(`${kind} ${record.id} belongs to session ${record.sessionId}, not ${sessionId}`)
      found.push({ position, record })
    }
    return found
  }
  return {
    created: current === null,
    session: current?.session === next.session ? null : next.session,
    payments: changed('payment', current?.payments ?? [], next.payments).map(({ record }) => record),
    refunds: changed('refund', current?.refunds ?? [], next.refunds).map(({ record }) => record),
    operations: changed('operation', current?.operations ?? [], next.operations),
  }
}

/**
 * Events and keys are of the session that changes, and it exists.
 *
 * @throws StoreError `invariant_violated`
 */
export function assertOwnRecords(
  sessionId: string,
  next: SessionState | null,
  { events = [], remember }: Pick<ChangeDecision<unknown>, 'events' | 'remember'>,
): void {
  if (!next && (events.length > 0 || remember))
    refuse(`session ${sessionId} does not exist: nothing can be written for it`)
  if (remember && remember.sessionId !== sessionId)
    refuse(`a key of session ${remember.sessionId} cannot be remembered for ${sessionId}`)
  const foreign = events.find(({ id }) => parseEventId(id)?.sessionId !== sessionId)
  if (foreign) refuse(`event ${foreign.id} is not one of session ${sessionId}`)
}

function refuse(message: string): never {
  throw new StoreError('invariant_violated', message)
}
