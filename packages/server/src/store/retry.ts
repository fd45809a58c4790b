import { setTimeout as sleep } from 'node:timers/promises'

/** Conflicts are rare, and lost connections few: more in a row mean that something else is wrong. */
export const MAX_TRIES = 5

/** After a restart of the database each pooled connection is dead; the pool hears of it in a moment. */
export function pauseAfter(tries: number): Promise<void> {
  return sleep(10 * tries)
}
