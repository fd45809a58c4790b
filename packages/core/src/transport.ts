import ky from 'ky'
import { type Problem, problem } from './contract/problem.ts'
import { PayError } from './errors.ts'
import type { TransportPort } from './platform.ts'

/** How long to wait for one kind of request, and how often to repeat it. */
export interface RetryRule {
  /** For one try, until the last byte of its answer. */
  readonly timeoutMs: number
  readonly tries: number
  /** All tries and pauses together. */
  readonly withinMs: number
  /** Of a pause d: `full` is uniform(0, d); `equal` is d/2 + uniform(0, d/2). */
  readonly jitter: 'full' | 'equal'
  /** First pause; each further one is twice as long, up to 5 s. */
  readonly baseMs: number
}

/** The retry matrix of the checkout. A write is always repeated with the same idempotency key. */
export const RETRY_RULES = {
  read: { timeoutMs: 5_000, tries: 4, withinMs: 30_000, jitter: 'full', baseMs: 300 },
  /** The schedule of the watch is its retry. */
  poll: { timeoutMs: 5_000, tries: 1, withinMs: 5_000, jitter: 'full', baseMs: 300 },
  longPoll: { timeoutMs: 35_000, tries: 1, withinMs: 35_000, jitter: 'full', baseMs: 300 },
  pay: { timeoutMs: 15_000, tries: 4, withinMs: 45_000, jitter: 'equal', baseMs: 300 },
  cancel: { timeoutMs: 10_000, tries: 3, withinMs: 30_000, jitter: 'equal', baseMs: 300 },
} as const satisfies Record<string, RetryRule>

/** How long the server is asked to hold an answer. */
export const HOLD_SECONDS = 25

const MAX_PAUSE_MS = 5_000
const MAX_RETRY_AFTER_MS = 120_000
const RETRY_BUDGET = 10

/** A schema of the contract, as far as the transport needs it. */
export interface AnswerSchema<T> {
  readonly safeParse: (
    value: unknown,
  ) => { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown }
}

export interface TransportRequest<T> {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Below `apiUrl`, with the query: `/v1/checkout?surface=desktop`. */
  readonly path: string
  readonly rule: RetryRule
  readonly schema: AnswerSchema<T>
  /** Of a write. With it the signal only ends pauses: a write that has left is left to finish. */
  readonly idempotencyKey?: string | undefined
  readonly body?: unknown
  readonly etag?: string | undefined
  /** Asks the server to hold the answer until something changes (RFC 7240 `wait`). */
  readonly waitSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** How a request ended, after its retries. */
export type Answer<T> =
  | { readonly kind: 'value'; readonly value: T; readonly etag: string | undefined }
  | { readonly kind: 'unchanged' }
  /** The API said no, and would again. `extra` holds the members of the problem. */
  | { readonly kind: 'refused'; readonly error: PayError; readonly extra: Readonly<Record<string, unknown>> }
  /** No usable answer. `isUnknown`: the request may have had its effect all the same. */
  | { readonly kind: 'failed'; readonly error: PayError; readonly isUnknown: boolean }

export type Transport = <T>(request: TransportRequest<T>) => Promise<Answer<T>>

export interface TransportOptions {
  /** Without a trailing slash. */
  readonly apiUrl: string
  readonly token: string
  readonly port: TransportPort
  /**
   * Whether a write outlives the page that sends it; absent, it does. On a server there is no page, and a fetch that sends
   * bodies as streams, as Next.js does, refuses to keep one alive.
   */
  readonly keepalive?: boolean | undefined
  /** Told after every try whether the API could be reached. */
  readonly onReach?: ((reached: boolean) => void) | undefined
}

/** One HTTP client for one token, with one retry budget: a storm of retries ends by itself. */
export function createTransport({
  apiUrl,
  token,
  port,
  keepalive = true,
  onReach,
}: TransportOptions): Transport {
  let budget = RETRY_BUDGET

  return async (request) => {
    const { rule, signal, idempotencyKey } = request
    const deadline = port.now() + rule.withinMs
    let isUnknown = false
    for (let tried = 1; ; tried++) {
      const answer = await attempt(request, Math.min(rule.timeoutMs, deadline - port.now()))
      const aborted = signal?.aborted
      if (!aborted || idempotencyKey) onReach?.(answer.kind !== 'failed' || !answer.isUnknown)
      if (answer.kind === 'refused' && isUnknown && [401, 403].includes(answer.error.status ?? 0)) {
        // The token ran out between the tries: that says nothing about the one that was lost.
        return { kind: 'failed', error: answer.error, isUnknown }
      }
      if (answer.kind !== 'failed') {
        budget = Math.min(RETRY_BUDGET, budget + 1)
        return answer
      }
      isUnknown ||= answer.isUnknown
      const failed = { ...answer, isUnknown }
      const { retryAfterMs = 0 } = answer.error
      const full = Math.min(MAX_PAUSE_MS, rule.baseMs * 2 ** (tried - 1))
      const isEqual = rule.jitter === 'equal' || retryAfterMs > 0
      const jittered = isEqual ? full / 2 + (port.random() * full) / 2 : port.random() * full
      const pauseMs = Math.max(retryAfterMs, jittered)
      if (aborted || tried >= rule.tries || budget < 1 || port.now() + pauseMs >= deadline) return failed
      budget--
      await pause(port, pauseMs, signal)
      if (signal?.aborted) return failed
    }
  }

  async function attempt<T>(request: TransportRequest<T>, timeoutMs: number): Promise<Answer<T>> {
    const { method, path, schema, body, etag, waitSeconds, idempotencyKey, signal } = request
    const what = `${method} ${path.split('?')[0]}`
    const exchange = new AbortController()
    const abort = () => exchange.abort('aborted')
    const cancelTimer = port.after(timeoutMs, () => exchange.abort('timeout'))
    const caller = idempotencyKey ? undefined : signal
    caller?.addEventListener('abort', abort)
    if (caller?.aborted) abort()
    try {
      const response = await ky(apiUrl + path, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(etag && { 'if-none-match': etag }),
          ...(waitSeconds && { prefer: `wait=${waitSeconds}` }),
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { json: body }),
        fetch: port.fetch,
        signal: exchange.signal,
        keepalive: keepalive && !!idempotencyKey,
        cache: 'no-store',
        credentials: 'omit',
        // The tries and their timeouts are counted above: ky's cover only the head of an answer.
        retry: 0,
        timeout: false,
        throwHttpErrors: false,
      })
      if (response.status === 304) return { kind: 'unchanged' }
      // Awaited here: the time limit covers the body too.
      return await read(what, response, schema)
    } catch (cause) {
      const error = new PayError(exchange.signal.reason ?? 'network_error', `${what}: no answer`, { cause })
      return { kind: 'failed', error, isUnknown: true }
    } finally {
      cancelTimer()
      caller?.removeEventListener('abort', abort)
    }
  }
}

async function read<T>(what: string, response: Response, schema: AnswerSchema<T>): Promise<Answer<T>> {
  const { status, headers, ok } = response
  let cause: unknown
  // A captive portal, or a proxy that speaks for the API, answers something else: no proof of anything.
  if (/\bjson\b/.test(headers.get('content-type') ?? '')) {
    const json: unknown = await response.json()
    const parsed = ok ? schema.safeParse(json) : problem().safeParse(json)
    if (!parsed.success) cause = parsed.error
    else if (!ok) return refusal(what, response, parsed.data as Problem)
    else return { kind: 'value', value: parsed.data as T, etag: headers.get('etag') ?? undefined }
  }
  const error = new PayError(
    'unexpected_response',
    `${what}: ${status}, not as the contract says; is apiUrl right?`,
    {
      status,
      cause,
    },
  )
  return { kind: 'failed', error, isUnknown: true }
}

function refusal<T>(what: string, { status, headers }: Response, extra: Problem): Answer<T> {
  const { code, detail, title, requestId, path, docUrl } = extra
  const error = new PayError(code, `${what}: ${status} ${code}: ${detail ?? title}`, {
    status,
    requestId,
    path,
    docUrl,
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), headers.get('date')),
  })
  const isRefused = status < 500 && ![408, 425, 429].includes(status) && code !== 'idempotency_key_in_flight'
  if (isRefused) return { kind: 'refused', error, extra }
  // 425 and 429 were answered before anything was done.
  return { kind: 'failed', error, isUnknown: status !== 425 && status !== 429 }
}

/**
 * Milliseconds from a `Retry-After` header, seconds or HTTP-date, at most two minutes. A date counts from the response's
 * own `Date`, never from the client's clock. Undefined when absent, past or garbage.
 */
export function parseRetryAfter(value: string | null, date: string | null): number | undefined {
  if (!value) return undefined
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : / GMT$/.test(value)
      ? Date.parse(value) - Date.parse(date ?? '')
      : 0
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined
}

/** Resolves after `ms`, or as soon as the signal fires. */
export function pause(port: TransportPort, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = port.after(ms, end)
    signal?.addEventListener('abort', end)
    if (signal?.aborted) end()
  })
}
