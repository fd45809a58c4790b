import type { Logger } from '../config.ts'
import type { Policy } from '../domain/observe-payment.ts'
import type { OperationRecord, SessionState } from '../domain/records.ts'
import { isKeyForgotten, mayOutliveKey, type Outcome, settleOperation } from '../domain/settle-operation.ts'
import { failpoint } from '../failpoint.ts'
import { LEASE_MS, type Lease } from '../jobs/leases.ts'
import { performOperation } from '../jobs/perform-operation.ts'
import { type Provider, type ProviderContext, ProviderFault } from '../provider.ts'
import type { Store } from '../store/store.ts'
import type { CallWatch, ProviderHealth } from './provider-health.ts'
import type { SessionChanges } from './session-changes.ts'

/** What the workers need of the engine. */
export interface WorkContext {
  readonly store: Store
  readonly changes: SessionChanges
  readonly providers: ReadonlyMap<string, Provider>
  readonly provider: ProviderContext
  readonly policy: Policy
  readonly health: ProviderHealth
  readonly logger: Logger
}

/**
 * Asks the provider what a claimed operation says and applies what comes of it.
 *
 * @param known The session's state, where it has just been written by this process.
 */
export async function workOnOperation(
  operation: OperationRecord,
  lease: Lease,
  context: WorkContext,
  known?: SessionState,
): Promise<void> {
  const { store, changes, logger, policy } = context
  const provider = context.providers.get(operation.account)
  const state = known ?? (await store.read(operation.sessionId))
  if (state === null) return
  const sentVersion = state.payments.find(({ id }) => id === operation.paymentId)?.version ?? 0
  // By the database's clock, which is the one that keys are dated by.
  const claimedAt = (operation.leaseUntil ?? 0) - LEASE_MS
  const keyLife = (provider?.createKeyTtlSeconds ?? 86_400) * 1000
  // An hour before the provider forgets; of a short life a quarter.
  const keyTtlMs = keyLife - Math.min(3_600_000, keyLife / 4)
  const forgotten = isKeyForgotten(operation, state, { at: claimedAt, keyTtlMs })
  failpoint('operation.begun', operation)
  // This process stood still: whoever has taken the row over may have sent it, been answered and gone on, and the provider may
  // have forgotten the key. Nothing is sent that late; the row is due again.
  if (lease.mayBeOver()) {
    logger.warn({ operation: operation.id }, 'not sent: this process stood still for longer than its lease')
    return
  }
  let outcome: Outcome
  if (provider === undefined) {
    logger.error(
      { operation: operation.id, account: operation.account },
      'a payment waits for an account that is not configured',
    )
    outcome = { kind: 'postponed', delayMs: 60_000 }
  } else if (forgotten && !mayOutliveKey(operation, state)) {
    // Due in time, and claimed too late: everything was down meanwhile.
    const fault = new ProviderFault(
      'unknown',
      'key_expired',
      'not repeated: the provider has forgotten the key',
    )
    outcome = { kind: 'fault', fault }
  } else {
    const method = state.payments.find(({ id }) => id === operation.paymentId)?.method ?? ''
    const isCreate = operation.kind === 'create'
    const call = context.health.began({ account: operation.account, method, isCreate })
    outcome = await performOperation(operation, state, provider, context.provider, {
      isKeyForgotten: forgotten,
    })
    tellHealth(call, outcome)
  }
  failpoint('operation.answered', operation)
  if (outcome.kind === 'fault') {
    const { kind, code, message } = outcome.fault
    logger.warn({ operation: operation.id, kind, code, error: message }, 'a provider call gave no answer')
  }
  const { decided: alert } = await lease.keep(() =>
    changes.change(operation.sessionId, (draft) =>
      settleOperation(draft, operation, outcome, { policy, sentVersion, keyTtlMs }),
    ),
  )
  if (alert !== null) {
    logger.error(
      { operation: operation.id, alert: alert.kind, detail: alert.detail },
      'a provider and we disagree',
    )
  }
}

function tellHealth(call: CallWatch, outcome: Outcome): void {
  if (outcome.kind === 'moot' || outcome.kind === 'postponed') call.dropped()
  else if (outcome.kind !== 'fault' || outcome.fault.kind === 'rejected') call.answered()
  // A provider that asks to slow down is there.
  else call.failed(outcome.fault.kind === 'unknown' || outcome.fault.retryAfterMs !== undefined)
}
