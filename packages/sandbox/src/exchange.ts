import type { Clock } from './clock.ts'
import { isConnectionReset } from './interfere.ts'

/** One request and its answer, as the panel shows it. Credentials and signatures are masked. */
export interface Exchange {
  /** Counts up from 1 until the next reset. */
  readonly id: number
  /** ISO 8601, virtual time. */
  readonly at: string
  readonly double: string
  /** `in`: the merchant called the double. `out`: the double called the merchant. */
  readonly direction: 'in' | 'out'
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  /** 0 when there was no answer. */
  readonly status: number
  readonly responseBody: string
  /** Real milliseconds. */
  readonly tookMs: number
}

export interface Exchanges {
  record(exchange: Omit<Exchange, 'id'>): void
  /** The last 200, newest first. */
  list(): readonly Exchange[]
  reset(): void
}

const KEPT = 200
const LONGEST_BODY = 8_000
const SHOWN_HEADERS = [
  'accept-language',
  'authorization',
  'client-id',
  'content-type',
  'idempotence-key',
  'request-time',
  'signature',
]

export function createExchanges(): Exchanges {
  let kept: Exchange[] = []
  let nextId = 1
  return {
    record(exchange) {
      kept = [
        {
          ...exchange,
          id: nextId++,
          requestBody: exchange.requestBody.slice(0, LONGEST_BODY),
          responseBody: exchange.responseBody.slice(0, LONGEST_BODY),
        },
        ...kept,
      ].slice(0, KEPT)
    },
    list: () => kept,
    reset() {
      kept = []
      nextId = 1
    },
  }
}

/** Answers a request of the merchant and records both. */
export async function recordIncoming(
  { exchanges, clock }: { readonly exchanges: Exchanges; readonly clock: Clock },
  double: string,
  request: Request,
  path: string,
  answer: (body: Buffer) => Promise<Response>,
): Promise<Response> {
  const startedAt = Date.now()
  const body = Buffer.from(await request.arrayBuffer())
  const response = await answer(body)
  exchanges.record({
    at: new Date(clock.now()).toISOString(),
    double,
    direction: 'in',
    method: request.method,
    url: path + new URL(request.url).search,
    requestHeaders: shownHeaders(request.headers),
    requestBody: body.toString('utf8'),
    status: isConnectionReset(response) ? 0 : response.status,
    responseBody: await response.clone().text(),
    tookMs: Date.now() - startedAt,
  })
  return response
}

/** The headers worth showing, with what proves identity taken out. */
export function shownHeaders(headers: Headers): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const name of SHOWN_HEADERS) {
    const value = headers.get(name)
    if (value !== null) shown[name] = mask(name, value)
  }
  return shown
}

function mask(name: string, value: string): string {
  if (name === 'authorization') return `${value.split(' ')[0]} …`
  if (name === 'signature') return value.replace(/(signature=).*/, '$1…')
  return value
}
