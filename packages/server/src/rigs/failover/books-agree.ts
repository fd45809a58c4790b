import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '@teabrick/core/contract'
import type { SandboxState } from '@teabrick/sandbox'
import { compareBooks } from './compare-books.ts'

/**
 * Waits until the books agree, for what is still on its way.
 *
 * @param patienceMs How long what the provider knows and we do not may stay so.
 * @throws Error naming what does not agree.
 */
export async function booksAgree(
  read: () => Promise<{
    readonly sessions: readonly Session[]
    readonly doubles: SandboxState['doubles']
  }>,
  patienceMs: number,
): Promise<void> {
  const end = performance.now() + patienceMs
  for (;;) {
    const { sessions, doubles } = await read()
    const { wrong, unheard } = compareBooks(sessions, doubles)
    if (wrong.length === 0 && unheard.length === 0) return
    // A reading between two changes of one payment shows them apart: only what stays is a difference.
    if (performance.now() > end)
      throw new Error(`the books and the ledgers disagree:\n${[...wrong, ...unheard].join('\n')}`)
    await sleep(50)
  }
}
