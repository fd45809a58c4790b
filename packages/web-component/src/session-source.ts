import { newKey, PayError } from '@teabrick/core'
import { recallKey, rememberKey } from './session-memory.ts'
import { toPayError } from './to-pay-error.ts'

/** A session as the merchant's backend hands it to the page. */
export interface SessionAnswer {
  readonly clientToken: string
  /** The hosted checkout page, for browsers where the sheet cannot work. */
  readonly url?: string | undefined
}

/** A merchant's own way to a session: the client token, or the token with the hosted page's address. */
export type CreateSession = () => Promise<string | SessionAnswer>

export interface SessionSourceOptions {
  readonly clientToken: string | undefined
  readonly sessionUrl: string | undefined
  readonly createSession: CreateSession | undefined
  /** The element's `data-*` attributes. `data-quantity` travels as `quantity`. */
  readonly data: Readonly<Record<string, string | undefined>>
}

/** Where a button's session comes from: one session until it is over, however often it is asked for. */
export interface SessionSource {
  /** The same promise until it fails or {@link SessionSource.forget} is called. @throws PayError */
  readonly get: () => Promise<SessionAnswer>
  /** A payment is under way: a reload of the page is to come back to this session. */
  readonly remember: () => void
  /** Whether there can be another session after this one. */
  readonly isRenewable: boolean
  /** The session is over: the next one is another purchase. */
  readonly forget: () => void
}

const TIMEOUT_MS = 15_000

export function createSessionSource(options: SessionSourceOptions): SessionSource {
  const { clientToken, sessionUrl, createSession, data } = options
  const { quantity, ...rest } = data
  const body = JSON.stringify({
    // The element's own: a page may have put any on `Object.prototype`.
    ...(Object.hasOwn(data, 'quantity') &&
      quantity &&
      /^[1-9]\d{0,6}$/.test(quantity) && { quantity: Number(quantity) }),
    data: rest,
  })
  const purchase = `${sessionUrl}|${body}`
  // One key per purchase: sent again after a lost answer, and after a reload in the middle of a payment, so the merchant's
  // backend can answer with the same session.
  let key: string | undefined
  let pending: Promise<SessionAnswer> | undefined

  async function ask(): Promise<SessionAnswer> {
    if (clientToken) return { clientToken }
    try {
      if (createSession) return parseAnswer(await createSession())
      key ??= recallKey(purchase) ?? newKey()
      return await post(sessionUrl as string, key, body)
    } catch (error) {
      throw toPayError(error, 'network_error', 'the session could not be created')
    }
  }

  return {
    isRenewable: !clientToken,
    get() {
      pending ??= ask().catch((error: unknown) => {
        pending = undefined
        throw error
      })
      return pending
    },
    remember() {
      if (key) rememberKey(purchase, key)
    },
    forget() {
      pending = key = undefined
      rememberKey(purchase, undefined)
    },
  }
}

async function post(url: string, key: string, body: string): Promise<SessionAnswer> {
  const exchange = new AbortController()
  setTimeout(() => exchange.abort(), TIMEOUT_MS)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body,
    mode: 'same-origin',
    signal: exchange.signal,
  })
  const { status, ok } = response
  const answer: unknown = await response.json().catch(() => undefined)
  if (ok) return parseAnswer(answer)
  const code = own(answer, 'code')
  throw new PayError(typeof code === 'string' ? code : 'unexpected_response', `${url} answered ${status}`, {
    status,
  })
}

function parseAnswer(answer: unknown): SessionAnswer {
  const clientToken = typeof answer === 'string' ? answer : own(answer, 'clientToken')
  if (typeof clientToken !== 'string' || !/^[cl]t_[\w.~-]+$/.test(clientToken)) {
    throw new PayError('unexpected_response', 'the answer has no clientToken (ct_…)')
  }
  const url = own(answer, 'url')
  return { clientToken, url: typeof url === 'string' ? url : undefined }
}

/** Own members only: a page may have put anything on `Object.prototype`. */
function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}
