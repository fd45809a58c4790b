import type { Clock } from '../clock.ts'

/** `degraded`: it has failed lately and is being tried again. `down`: it is not offered. */
export type Health = 'up' | 'degraded' | 'down'

/** How the accounts at providers answer, as seen by this process. */
export interface ProviderHealth {
  of(account: string): Health
  /** An answer was read, a refusal too: a declined payment says nothing against the provider. */
  answered(account: string): void
  /** Nothing was answered, or nothing readable. */
  failed(account: string): void
}

/** This many failures in {@link WINDOW_MS}, or in a row, and an account is down. */
const FAILURES = 3
const WINDOW_MS = 10_000
/** So long it is not offered; then it is tried again, and the first answer or failure decides. */
const OPEN_MS = 10_000

interface Record {
  failures: number[]
  inARow: number
  /** Since when it is down; null while it is up. */
  downSince: number | null
}

/**
 * A circuit breaker per account. Our own and not a library's, because it must run on the clock that the simulation moves: the
 * libraries read the machine's. Calls to providers are never held back by it (money under way must be looked after): it
 * decides what is offered.
 *
 * @param onChange An account went down or came back: what is offered has changed.
 */
export function createProviderHealth(
  clock: Pick<Clock, 'now'>,
  onChange: (account: string, health: Health) => void,
): ProviderHealth {
  const records = new Map<string, Record>()
  const recordOf = (account: string): Record => {
    const record = records.get(account) ?? { failures: [], inARow: 0, downSince: null }
    records.set(account, record)
    return record
  }
  return {
    of(account) {
      const record = records.get(account)
      if (record === undefined || record.downSince === null) return 'up'
      return clock.now() - record.downSince < OPEN_MS ? 'down' : 'degraded'
    },
    answered(account) {
      const record = records.get(account)
      if (record === undefined) return
      record.inARow = 0
      if (record.downSince === null) return
      record.downSince = null
      record.failures = []
      onChange(account, 'up')
    },
    failed(account) {
      const record = recordOf(account)
      const now = clock.now()
      record.failures = [...record.failures.filter((at) => at > now - WINDOW_MS), now]
      record.inARow++
      if (record.failures.length < FAILURES && record.inARow < FAILURES) return
      const wasDown = record.downSince !== null && now - record.downSince < OPEN_MS
      record.downSince = now
      if (!wasDown) onChange(account, 'down')
    },
  }
}
