/** Long polls that are held open, by session. One more than the limit answers the oldest. */
export interface HeldRequests {
  /** @returns A signal that aborts when this waiter must be answered, and what to call when it is. */
  join(
    sessionId: string,
    clientGone: AbortSignal,
  ): { readonly signal: AbortSignal; readonly leave: () => void }
  readonly size: number
}

export function createHeldRequests(perSession: number): HeldRequests {
  const bySession = new Map<string, AbortController[]>()
  let size = 0
  return {
    get size() {
      return size
    },
    join(sessionId, clientGone) {
      const waiter = new AbortController()
      const waiting = bySession.get(sessionId) ?? []
      bySession.set(sessionId, waiting)
      waiting.push(waiter)
      size++
      if (waiting.length > perSession) waiting.shift()?.abort()
      return {
        signal: AbortSignal.any([waiter.signal, clientGone]),
        leave() {
          size--
          const index = waiting.indexOf(waiter)
          if (index >= 0) waiting.splice(index, 1)
          if (waiting.length === 0 && bySession.get(sessionId) === waiting) bySession.delete(sessionId)
        },
      }
    },
  }
}
