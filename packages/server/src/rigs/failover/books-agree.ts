import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '@teabrick/core/contract'
import type { SandboxState } from '@teabrick/sandbox'
import { toSession } from '../../domain/views.ts'
import type { Store } from '../../store/store.ts'
import { compareBooks } from './compare-books.ts'

/** All sessions of a merchant, as its API tells them. */
export async function readBooks(
  store: Pick<Store, 'listSessions'>,
  merchantId: string,
): Promise<readonly Session[]> {
  const sessions: Session[] = []
  let cursor: string | undefined
  do {
    const page = await store.listSessions({ merchantId, limit: 100, cursor })
    sessions.push(...page.items.map(toSession))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return sessions
}

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
