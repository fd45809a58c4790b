import type { Session } from '@teabrick/core/contract'
import { toSession } from '../../domain/views.ts'
import type { Store } from '../../store/store.ts'

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
