import * as z from 'zod/mini'
import { lazy } from './lazy.ts'

/**
 * Every problem code of the payment API with its HTTP status. Codes are never renamed; a client that meets a code it does
 * not know goes by the status.
 */
export const PROBLEM_STATUS = {
  invalid_request: 400,
  idempotency_key_missing: 400,
  idempotency_key_invalid: 400,
  card_number_refused: 400,
  unauthorized: 401,
  token_expired: 401,
  origin_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  payment_in_progress: 409,
  session_not_open: 409,
  invalid_state: 409,
  amount_exceeds_remaining: 409,
  quote_changed: 409,
  method_unavailable: 409,
  attempts_exhausted: 409,
  idempotency_key_in_flight: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
} as const satisfies Readonly<Record<string, number>>

export type ProblemCode = keyof typeof PROBLEM_STATUS

/** RFC 9457 problem details, as every error of the payment API is written. */
export const problem = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    type: z.optional(z.string()),
    title: z.optional(z.string()),
    status: z.number(),
    /** A code of {@link PROBLEM_STATUS}; newer servers may send others. */
    code: z.string(),
    /** What is wrong, with the offending value, and the remedy. For developers, never for buyers. */
    detail: z.optional(z.string()),
    /** The bad field as a path: `order.lines[2].quantity`. */
    path: z.optional(z.string()),
    requestId: z.optional(z.string()),
    docUrl: z.optional(z.string()),
  }),
)
export type Problem = z.infer<ReturnType<typeof problem>>
