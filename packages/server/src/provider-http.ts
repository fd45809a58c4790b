import type * as z from 'zod/mini'
import { ProviderFault, type ProviderHttp, type ProviderHttpResponse } from './provider.ts'

/** How to make a {@link ProviderHttp}. */
export interface ProviderHttpOptions {
  readonly fetch?: typeof fetch | undefined
  readonly userAgent?: string | undefined
}

// Longer than the 10 to 11 s after which Node's fetch gives up connecting: a provider that swallows packets is then
// known to have heard nothing, and is not a payment whose outcome nobody knows.
const DEFAULT_TIMEOUT_MS = 12_000

// Answers of payment APIs are a few kilobytes.
const MAX_ANSWER_BYTES = 1_048_576

/**
 * HTTP to providers over `fetch`. No redirect is followed: it would carry credentials to a place nobody configured, and
 * tells nothing about what the first server did, so it is an `unknown` outcome like a lost answer.
 */
export function createProviderHttp({
  fetch = globalThis.fetch,
  userAgent = 'teabrick',
}: ProviderHttpOptions = {}): ProviderHttp {
  return {
    async send({ method, url, headers, body, timeoutMs = DEFAULT_TIMEOUT_MS }) {
      const call = nameCall(method, url)
      const abort = new AbortController()
      let timer: ReturnType<typeof setTimeout> | undefined
      // Raced, not only aborted: a fetch that ignores its signal must not hold the caller.
      const deadline = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new ProviderFault('unknown', 'timeout', `${call}: no whole answer within ${timeoutMs} ms`))
          abort.abort()
        }, timeoutMs)
      })

      async function exchange(): Promise<ProviderHttpResponse> {
        const response = await fetch(url, {
          method,
          headers: { 'user-agent': userAgent, ...headers },
          body: body ?? null,
          redirect: 'manual',
          signal: abort.signal,
        })
        if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
          void response.body?.cancel().catch(() => {})
          throw new ProviderFault('unknown', 'redirected', `${call}: answered by a redirect, not followed`)
        }
        return {
          status: response.status,
          headers: response.headers,
          rawBody: await readCapped(response, call),
        }
      }

      try {
        return await Promise.race([exchange(), deadline])
      } catch (error) {
        throw error instanceof ProviderFault ? error : toFault(error, call)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/**
 * The JSON of an answer in a known form.
 *
 * @throws ProviderFault `unknown`: an answer that cannot be read tells nothing about money.
 */
export function readJson<Schema extends z.ZodMiniType>(
  { status, rawBody }: ProviderHttpResponse,
  schema: Schema,
): z.output<Schema> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody))
  } catch (cause) {
    throw new ProviderFault('unknown', 'answer_not_json', `the answer (HTTP ${status}) is not JSON`, {
      cause,
    })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  // The path only: values may be contacts.
  const path = parsed.error.issues[0]?.path.join('.') || 'the whole'
  throw new ProviderFault(
    'unknown',
    'answer_unexpected',
    `the answer (HTTP ${status}) has an unexpected form: ${path}`,
  )
}

/**
 * `Retry-After` as milliseconds; undefined when there is none or it cannot be read.
 *
 * @param now Milliseconds since 1970.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

async function readCapped(response: Response, call: string): Promise<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return new Uint8Array(0)
  const reader = response.body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > MAX_ANSWER_BYTES) {
      void reader.cancel().catch(() => {})
      throw new ProviderFault('unknown', 'answer_too_large', `${call}: more than ${MAX_ANSWER_BYTES} bytes`)
    }
    chunks.push(value)
  }
  const whole = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

function toFault(error: unknown, call: string): ProviderFault {
  const cause = rootOf(error)
  const code = codeOf(cause) ?? 'network_error'
  const kind = wasNeverSent(cause) ? 'not_done' : 'unknown'
  return new ProviderFault(
    kind,
    code,
    `${call}: ${kind === 'not_done' ? 'never sent' : 'answer lost'} (${code})`,
    {
      cause: error,
    },
  )
}

// What happens before the first byte of a request leaves. What is not here may have happened after, and is `unknown`.
const NEVER_SENT: ReadonlySet<string> = new Set([
  // https://nodejs.org/api/errors.html#common-system-errors, https://nodejs.org/api/dns.html#error-codes
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  // https://undici.nodejs.org/#/docs/api/Errors: the connection, the TLS handshake included, was not made in time.
  'UND_ERR_CONNECT_TIMEOUT',
  // https://nodejs.org/api/tls.html#x509-certificate-error-codes: refused by us at the end of the handshake.
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  // Alerts that only a handshake can end with.
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
])

function wasNeverSent(error: unknown): boolean {
  // Every address of the host was tried.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(wasNeverSent)
  if (!(error instanceof Error)) return false
  if (NEVER_SENT.has(codeOf(error) ?? '')) return true
  const { syscall } = error as { syscall?: unknown }
  return syscall === 'connect' || syscall === 'getaddrinfo'
}

/** `fetch failed` says nothing; its cause does. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}

/** `POST api.acme.example/v3/payments`: without the query, which may carry what logs must not. */
function nameCall(method: string, url: string): string {
  const { host, pathname } = new URL(url)
  return `${method} ${host}${pathname}`
}
