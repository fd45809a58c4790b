/** Every code a {@link PayError} can carry besides the problem codes that the payment API answers with. */
export const PAY_ERROR_CODES = [
  'invalid_request',
  'config_invalid',
  'config_locked',
  'network_error',
  'timeout',
  'aborted',
  'outcome_unknown',
  'unexpected_response',
  'url_refused',
  'chunk_failed',
  'webhook_signature_invalid',
  'webhook_timestamp_invalid',
  'webhook_body_invalid',
] as const
export type PayErrorCode = (typeof PAY_ERROR_CODES)[number] | (string & {})

/** Extra facts of a {@link PayError}. */
export interface PayErrorOptions {
  readonly cause?: unknown
  /** HTTP status, where the payment API answered. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** The field that is wrong: `order.lines[2].quantity`. */
  readonly path?: string | undefined
  /** Where the code is explained. */
  readonly docUrl?: string | undefined
  /** How long to wait before the same request is worth repeating. */
  readonly retryAfterMs?: number | undefined
  /** Of a write whose answer was lost: the same call with this key finds out, and cannot act twice. */
  readonly idempotencyKey?: string | undefined
}

const BRAND = '@teabrick/PayError'

/**
 * The one error class of the client packages. Outcomes are values (`status: 'failed'`), faults are these. The message
 * states what happened with the offending value and the remedy; it never holds secrets or contacts, and is not for buyers.
 */
export class PayError extends Error {
  override readonly name = 'PayError'
  /** Recognised across bundles and frames, where `instanceof` fails. */
  readonly brand: string = BRAND
  declare readonly status: number | undefined
  declare readonly requestId: string | undefined
  declare readonly path: string | undefined
  declare readonly docUrl: string | undefined
  declare readonly retryAfterMs: number | undefined
  declare readonly idempotencyKey: string | undefined

  constructor(
    readonly code: PayErrorCode,
    message: string,
    { cause, ...facts }: PayErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    Object.assign(this, facts)
  }
}

/** Whether a value is a {@link PayError}, of this or another copy of the package. */
export function isPayError(value: unknown): value is PayError {
  return typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === BRAND
}
