import type { Session } from '@teabrick/core/contract'
import type { SandboxState } from '@teabrick/sandbox'
import { merchantOf } from './merchant.ts'
import type { RunningShop } from './start-shop.ts'

/** What the shop's payment API tells of all its sessions, and the doubles of all their payments. */
export async function readBooks(
  shop: RunningShop,
): Promise<{ readonly sessions: readonly Session[]; readonly doubles: SandboxState['doubles'] }> {
  const merchant = merchantOf(shop)
  const sessions: Session[] = []
  let cursor: string | undefined
  do {
    const page = await merchant.sessions.list({ cursor, limit: 100 })
    sessions.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return { sessions, doubles: (await shop.control()).doubles }
}
