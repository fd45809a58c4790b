import { browserPlatform } from '../browser.ts'
import { parseApiUrl, parseToken } from '../client.ts'
import { type EventList, type EventRecord, eventList, eventRecord } from '../contract/event.ts'
import { EVENT_ID, PAYMENT_ID, REFUND_ID, SESSION_ID } from '../contract/ids.ts'
import { type CancelRequest, type CaptureRequest, type Payment, payment } from '../contract/payment.ts'
import { type Rail, type RailList, type RailUpdateRequest, rail, railList } from '../contract/rail.ts'
import { type Refund, type RefundRequest, refund } from '../contract/refund.ts'
import {
  type CreateSessionRequest,
  type Session,
  type SessionList,
  session,
  sessionList,
} from '../contract/session.ts'
import type { SessionStatus } from '../contract/states.ts'
import { PayError } from '../errors.ts'
import type { TransportPort } from '../platform.ts'
import { type AnswerSchema, createTransport, type RetryRule } from '../transport.ts'

export interface MerchantClientOptions {
  /** Where the payment API is mounted: `https://shop.example/pay`. */
  readonly apiUrl: string
  /** `sk_…`. Only on the merchant's backend, never in a page. */
  readonly secretKey: string
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Clock, timers and randomness, for tests. */
  readonly port?: TransportPort | undefined
}

/** Of every call. */
export interface ReadOptions {
  /** Ends the call: a read at once, a write before its next try. */
  readonly signal?: AbortSignal | undefined
}

/** Of every POST. */
export interface WriteOptions extends ReadOptions {
  /**
   * 22 to 255 characters, the same for the same wish: derived from the order, a repeated call is safe over restarts.
   * Absent: a fresh one, kept over the call's own retries.
   */
  readonly idempotencyKey?: string | undefined
}

export interface SessionQuery {
  readonly reference?: string | undefined
  readonly status?: SessionStatus | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** 1 to 100. */
  readonly limit?: number | undefined
}

/**
 * The merchant API. Every call throws {@link PayError}: a problem code when the API refuses, `network_error` or `timeout`
 * when a read got no answer, and `outcome_unknown` with the `idempotencyKey` when a write got none and may have happened.
 */
export interface MerchantClient {
  readonly sessions: {
    readonly create: (body: CreateSessionRequest, options?: WriteOptions) => Promise<Session>
    readonly get: (id: string, options?: ReadOptions) => Promise<Session>
    readonly list: (query?: SessionQuery, options?: ReadOptions) => Promise<SessionList>
    readonly cancel: (id: string, body?: CancelRequest, options?: WriteOptions) => Promise<Session>
  }
  readonly payments: {
    readonly get: (id: string, options?: ReadOptions) => Promise<Payment>
    /** Takes an authorized payment, whole or in part, once. */
    readonly capture: (id: string, body?: CaptureRequest, options?: WriteOptions) => Promise<Payment>
    readonly cancel: (id: string, body?: CancelRequest, options?: WriteOptions) => Promise<Payment>
    /** Gives back everything that is left, or `amount` in the session's currency. */
    readonly refund: (id: string, body?: RefundRequest, options?: WriteOptions) => Promise<Refund>
  }
  readonly refunds: { readonly get: (id: string, options?: ReadOptions) => Promise<Refund> }
  readonly rails: {
    readonly list: (options?: ReadOptions) => Promise<RailList>
    /** The switch an operator throws. `id` is `<account>:<method>`. */
    readonly update: (id: string, body: RailUpdateRequest, options?: ReadOptions) => Promise<Rail>
  }
  readonly events: {
    readonly list: (
      query?: { readonly cursor?: string | undefined },
      options?: ReadOptions,
    ) => Promise<EventList>
    readonly redeliver: (id: string, options?: WriteOptions) => Promise<EventRecord>
  }
}

/** Retries of a backend: longer than a browser's, nobody is looking at a spinner. */
export const MERCHANT_RETRY_RULES = {
  read: { timeoutMs: 15_000, tries: 4, withinMs: 60_000, jitter: 'equal', baseMs: 500 },
  write: { timeoutMs: 30_000, tries: 4, withinMs: 120_000, jitter: 'equal', baseMs: 500 },
} as const satisfies Record<string, RetryRule>

const RAIL_ID = /^[\w-]{1,64}:[a-z0-9_]{1,32}$/

/** @throws PayError `config_invalid` if an option cannot work. */
export function createMerchantClient({
  apiUrl,
  secretKey,
  fetch,
  port,
}: MerchantClientOptions): MerchantClient {
  const platform = browserPlatform()
  const transport = createTransport({
    apiUrl: parseApiUrl(apiUrl),
    token: parseToken(secretKey, 'secretKey', /^sk_[\w.~-]+$/),
    port: { ...pick(port ?? platform), ...(fetch && { fetch }) },
    keepalive: false,
  })

  async function call<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    schema: AnswerSchema<T>,
    body: unknown,
    { signal, idempotencyKey }: WriteOptions = {},
  ): Promise<T> {
    const key = method === 'POST' ? (idempotencyKey ?? platform.newKey()) : undefined
    const answer = await transport({
      method,
      path,
      schema,
      signal,
      idempotencyKey: key,
      body: method === 'GET' ? undefined : (body ?? {}),
      rule: method === 'GET' ? MERCHANT_RETRY_RULES.read : MERCHANT_RETRY_RULES.write,
    })
    if (answer.kind === 'value') return answer.value
    if (answer.kind === 'unchanged')
      throw new PayError('unexpected_response', `${method} ${path} answered 304`)
    if (method === 'GET' || answer.kind === 'refused' || !answer.isUnknown) throw answer.error
    throw new PayError(
      'outcome_unknown',
      `the answer to ${method} ${path} was lost; repeat the call with the same idempotencyKey to find out`,
      { cause: answer.error, idempotencyKey: key, status: answer.error.status },
    )
  }

  return {
    sessions: {
      create: (body, options) => call('POST', '/v1/sessions', session(), body, options),
      get: async (id, options) =>
        call('GET', `/v1/sessions/${checked(id, SESSION_ID)}`, session(), undefined, options),
      list: (query = {}, options) =>
        call('GET', `/v1/sessions${search(query)}`, sessionList(), undefined, options),
      cancel: async (id, body, options) =>
        call('POST', `/v1/sessions/${checked(id, SESSION_ID)}/cancel`, session(), body, options),
    },
    payments: {
      get: async (id, options) =>
        call('GET', `/v1/payments/${checked(id, PAYMENT_ID)}`, payment(), undefined, options),
      capture: async (id, body, options) =>
        call('POST', `/v1/payments/${checked(id, PAYMENT_ID)}/capture`, payment(), body, options),
      cancel: async (id, body, options) =>
        call('POST', `/v1/payments/${checked(id, PAYMENT_ID)}/cancel`, payment(), body, options),
      refund: async (id, body, options) =>
        call('POST', `/v1/payments/${checked(id, PAYMENT_ID)}/refunds`, refund(), body, options),
    },
    refunds: {
      get: async (id, options) =>
        call('GET', `/v1/refunds/${checked(id, REFUND_ID)}`, refund(), undefined, options),
    },
    rails: {
      list: (options) => call('GET', '/v1/rails', railList(), undefined, options),
      update: async (id, body, options) =>
        call('PUT', `/v1/rails/${checked(id, RAIL_ID)}`, rail(), body, options),
    },
    events: {
      list: (query = {}, options) =>
        call('GET', `/v1/events${search(query)}`, eventList(), undefined, options),
      redeliver: async (id, options) =>
        call('POST', `/v1/events/${checked(id, EVENT_ID)}/redeliver`, eventRecord(), undefined, options),
    },
  }
}

/** An id goes into a path: what has not the form of one never leaves. */
function checked(id: string, pattern: RegExp): string {
  if (!pattern.test(id))
    throw new PayError('invalid_request', `${JSON.stringify(id)} is not an id like ${pattern}`)
  return id
}

function search(query: object): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  return pairs.length === 0
    ? ''
    : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`
}

/** Not a spread: a platform has a storage getter that may throw. */
function pick({ fetch, now, random, after, isOnline }: TransportPort): TransportPort {
  return { fetch, now, random, after, isOnline }
}
