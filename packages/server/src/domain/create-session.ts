import type { ParsedCreateSessionRequest } from '@teabrick/core/contract'
import type { SessionState } from './records.ts'

/** A new open session. Everything in the request has been checked. */
export function createSession(
  request: ParsedCreateSessionRequest,
  { id, merchantId, now }: { readonly id: string; readonly merchantId: string; readonly now: number },
): SessionState {
  const expiresAt = now + request.expiresInSeconds * 1000
  return {
    session: {
      id,
      merchantId,
      status: 'open',
      version: 1,
      amount: request.amount,
      order: { ...request.order, lines: request.order.lines ?? [] },
      capture: request.capture,
      methods: request.methods === undefined ? null : [...new Set(request.methods)],
      buyer: request.buyer ?? null,
      receipt: request.receipt ?? null,
      splits: request.splits ?? null,
      returnUrl: request.returnUrl,
      locale: request.locale ?? null,
      metadata: request.metadata,
      createdAt: now,
      expiresAt,
      completedAt: null,
      closing: null,
      dueAt: expiresAt,
      eventCount: 0,
    },
    payments: [],
    refunds: [],
    operations: [],
  }
}
