import type { SessionState } from '../domain/records.ts'

/** How many are remembered: the payments of some minutes on a busy day. */
const KEPT = 10_000

/** Whose a provider's reference is, as far as this process has seen it. A hint that saves a question, never a proof. */
export interface KnownReferences {
  /** Learns from a state that was just written. */
  learn(state: SessionState): void
  /** Our id of the payment. */
  paymentId(account: string, providerRef: string): string | undefined
}

export function createKnownReferences(): KnownReferences {
  const paymentIds = new Map<string, string>()
  return {
    learn({ payments }) {
      for (const { id, account, providerRef } of payments) {
        if (providerRef === null) continue
        paymentIds.set(`${account} ${providerRef}`, id)
        const [oldest] = paymentIds.keys()
        if (paymentIds.size > KEPT && oldest !== undefined) paymentIds.delete(oldest)
      }
    },
    paymentId: (account, providerRef) => paymentIds.get(`${account} ${providerRef}`),
  }
}
