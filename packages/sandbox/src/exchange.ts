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
  /** Whether the answer is still to come. */
  readonly isOpen: boolean
  /** 0 when there was no answer, or there is none yet. */
  readonly status: number
  readonly responseBody: string
  /** Real milliseconds. */
  readonly tookMs: number
}

/** What is known when a request begins, and what its answer adds. */
type Begun = Omit<Exchange, 'id' | 'isOpen' | keyof Ended>
type Ended = Pick<Exchange, 'status' | 'responseBody' | 'tookMs'>

export interface Exchanges {
  /** Shows a request at once. To be called back with its answer, or with status 0 when none came. */
  begin(exchange: Begun): (answer: Ended) => void
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
    begin(exchange) {
      const id = nextId++
      const begun = { ...exchange, id, requestBody: exchange.requestBody.slice(0, LONGEST_BODY) }
      kept = [{ ...begun, isOpen: true, status: 0, responseBody: '', tookMs: 0 }, ...kept].slice(0, KEPT)
      const started = kept[0]
      return ({ status, responseBody, tookMs }) => {
        const ended = {
          ...begun,
          isOpen: false,
          status,
          responseBody: responseBody.slice(0, LONGEST_BODY),
          tookMs,
        }
        kept = kept.map((one) => (one === started ? ended : one))
      }
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
  const end = exchanges.begin({
    at: new Date(clock.now()).toISOString(),
    double,
    direction: 'in',
    method: request.method,
    url: path + new URL(request.url).search,
    requestHeaders: shownHeaders(request.headers),
    requestBody: body.toString('utf8'),
  })
  let status = 0
  let responseBody = ''
  try {
    const response = await answer(body)
    if (!isConnectionReset(response)) status = response.status
    responseBody = await response.clone().text()
    return response
  } finally {
    end({ status, responseBody, tookMs: Date.now() - startedAt })
  }
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
