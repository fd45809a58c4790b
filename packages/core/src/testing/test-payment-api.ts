import * as z from 'zod/mini'
import { checkoutCancelRequest, payRequest } from '../contract/checkout.ts'
import type { WebhookEvent } from '../contract/event.ts'
import type { FailureCode } from '../contract/failure.ts'
import { cancelRequest, captureRequest, type Payment } from '../contract/payment.ts'
import { PROBLEM_STATUS, type ProblemCode } from '../contract/problem.ts'
import { railUpdateRequest } from '../contract/rail.ts'
import { type Refund, refundRequest } from '../contract/refund.ts'
import { createSessionRequest, type Session, sessionListQuery } from '../contract/session.ts'
import { signWebhook } from '../merchant/webhook-signature.ts'
import type { TestScenario } from './scenarios.ts'
import {
  addPayment,
  addRefund,
  createTestSession,
  livePaymentOf,
  methodsOf,
  setCaptured,
  setPayment,
  setSession,
  succeed,
  type TestSession,
  toSession,
  toView,
} from './test-session.ts'

export interface TestPaymentApiOptions {
  readonly scenario?: TestScenario | undefined
}

/** A request as the API in memory got it. Tokens are left out. */
export interface TestRequest {
  readonly method: string
  readonly path: string
  readonly idempotencyKey: string | undefined
  readonly body: unknown
}

/** A payment API in memory: what a merchant's unit tests pass as `fetch`. */
export interface TestPaymentApi {
  /** For `createMerchantClient` and `createPayClient`, with any `apiUrl`. No network, no timers. */
  readonly fetch: typeof globalThis.fetch
  /** Every request that arrived, in order. */
  readonly requests: readonly TestRequest[]
  setScenario(scenario: TestScenario): void
  /** Ends the scenario `offline`. */
  goOnline(): void
  /** The buyer approves an attempt in the wallet or bank. Default: the last one. */
  approve(sessionId: string, paymentId?: string): void
  /** The buyer, or the bank, declines the last attempt. */
  decline(sessionId: string, code?: FailureCode): void
  /** The session's deadline passes. */
  expire(sessionId: string): void
  /** What a merchant's webhook would be sent so far, oldest first. */
  events(sessionId: string): readonly WebhookEvent[]
  /** The same as signed requests, for the merchant's webhook handler. */
  webhooks(sessionId: string, secret: string): Promise<readonly TestWebhook[]>
}

export interface TestWebhook {
  readonly rawBody: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
  }
}

interface Call {
  readonly request: Request
  readonly url: URL
  readonly token: string
  readonly ids: readonly string[]
  readonly body: unknown
}

type Handler = (call: Call) => object | Response | Promise<object | Response>

const RAILS = ['alipay', 'sbp', 'bank_card']

/** @param options.scenario Default: `happy`. */
export function createTestPaymentApi({
  scenario: initial = 'happy',
}: TestPaymentApiOptions = {}): TestPaymentApi {
  let scenario = initial
  let isAnswerLost = false
  const sessions = new Map<string, TestSession>()
  const requests: TestRequest[] = []
  const remembered = new Map<string, { readonly fingerprint: string; readonly render: () => object }>()
  const rails = new Map(
    RAILS.map((method) => [`test:${method}`, { state: 'active', reason: null as string | null }]),
  )

  function sessionById(id: string | undefined): TestSession {
    const session = sessions.get(`${id}`)
    if (!session) throw new Refusal('not_found', 'there is no such thing')
    return session
  }

  function paymentById(id: string | undefined): { session: TestSession; payment: Payment } {
    const session = sessionById(`cs_${id?.split('_')[1]}`)
    const payment = session.payments.find((one) => one.id === id)
    if (!payment) throw new Refusal('not_found', 'there is no such thing')
    return { session, payment }
  }

  function sessionByToken({ token }: Call, scopes: readonly string[]): TestSession {
    const session = sessions.get(token.slice(3))
    if (!session || !scopes.includes(token.slice(0, 2)))
      throw new Refusal('unauthorized', 'this token reads nothing')
    return session
  }

  /** Same key, same effect: the first call acts, every further one shows the same thing as it is now. */
  function once(call: Call, scope: string, act: () => () => object): object {
    const key = call.request.headers.get('idempotency-key')
    if (!key) throw new Refusal('idempotency_key_missing', 'send an Idempotency-Key header')
    if (!/^[\x21-\x7e]{22,255}$/.test(key)) {
      throw new Refusal('idempotency_key_invalid', 'the key must have 22 to 255 characters')
    }
    const name = `${scope} ${call.request.method} ${call.url.pathname} ${key}`
    const fingerprint = JSON.stringify(call.body)
    const known = remembered.get(name)
    if (known && known.fingerprint !== fingerprint) {
      throw new Refusal('idempotency_key_reused', 'this key was used for another body')
    }
    if (known) return known.render()
    const render = act()
    remembered.set(name, { fingerprint, render })
    return render()
  }

  function withTokens(session: TestSession, { url }: Call): Session {
    return {
      ...toSession(session),
      clientToken: `ct_${session.id}`,
      url: `${url.origin}/c/lt_${session.id}`,
    }
  }

  /** Waits for a change where the caller asked to. Ends by a change or by the caller, never by a timer. */
  async function held<T extends { version: number }>(
    call: Call,
    session: TestSession,
    render: () => T,
  ): Promise<Response> {
    const isSame = () => call.request.headers.get('if-none-match') === `W/"${session.version}.1"`
    const wait = /wait=\d+/.exec(call.request.headers.get('prefer') ?? '')?.[0]
    const { signal } = call.request
    if (wait && isSame() && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          session.waiters.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        session.waiters.add(wake)
        signal.addEventListener('abort', wake)
      })
    }
    const headers = { etag: `W/"${session.version}.1"`, ...(wait && { 'preference-applied': wait }) }
    return isSame() ? new Response(null, { status: 304, headers }) : Response.json(render(), { headers })
  }

  function pay(call: Call): object {
    const session = sessionByToken(call, ['ct', 'lt'])
    const view = () => toView(session, call.url.origin)
    const { method, quoteId } = parse(payRequest(), call.body)
    return once(call, session.id, () => {
      if (session.status !== 'open') {
        throw new Refusal('session_not_open', `the session is ${session.status}`, { view: view() })
      }
      const live = livePaymentOf(session)
      if (live && live.method !== method) {
        throw new Refusal('payment_in_progress', `an attempt with ${live.method} is under way`, {
          view: view(),
        })
      }
      if (live) return view
      const offered = methodsOf(session).find(({ id }) => id === method)
      if (!offered || rails.get(`test:${method}`)?.state !== 'active') {
        throw new Refusal('method_unavailable', `${method} is not offered`, { view: view() })
      }
      if (quoteId !== undefined && quoteId !== offered.quote?.id) {
        throw new Refusal('quote_changed', 'show the new quote', { view: view() })
      }
      const payment = addPayment(session, method)
      if (scenario === 'declined') setPayment(session, payment, 'failed', 'declined')
      else setPayment(session, payment, scenario === 'slow' ? 'processing' : 'requires_action')
      if (scenario === 'expires') expire(session.id)
      return view
    })
  }

  function withdraw(call: Call): object {
    const session = sessionByToken(call, ['ct', 'lt'])
    parse(checkoutCancelRequest(), call.body)
    return once(call, session.id, () => {
      const live = livePaymentOf(session)
      if (live?.status === 'requires_action') {
        setPayment(session, live, scenario === 'another-method' ? 'superseded' : 'canceled')
      } else if (live && live.status !== 'canceling') setPayment(session, live, 'canceling')
      return () => toView(session, call.url.origin)
    })
  }

  function createSession(call: Call): object {
    const body = parse(createSessionRequest(), call.body)
    return once(call, 'merchant', () => {
      const id = `cs_${String(sessions.size + 1).padStart(22, '0')}`
      const session = createTestSession(id, body)
      sessions.set(id, session)
      return () => withTokens(session, call)
    })
  }

  function cancelSession(call: Call): object {
    const session = sessionById(call.ids[0])
    parse(cancelRequest(), call.body)
    return once(call, 'merchant', () => {
      if (session.status !== 'open') throw new Refusal('session_not_open', `the session is ${session.status}`)
      const live = livePaymentOf(session)
      if (live) setPayment(session, live, 'canceled')
      setSession(session, 'canceled')
      return () => toSession(session)
    })
  }

  function capture(call: Call): object {
    const { session, payment } = paymentById(call.ids[0])
    const { amount = payment.amount } = parse(captureRequest(), call.body)
    return once(call, 'merchant', () => {
      if (payment.status !== 'authorized')
        throw new Refusal('invalid_state', `the payment is ${payment.status}`)
      checkAmount(amount, payment, payment.amount.minorUnits)
      setCaptured(session, payment, amount)
      return () => payment
    })
  }

  function cancelPayment(call: Call): object {
    const { session, payment } = paymentById(call.ids[0])
    parse(cancelRequest(), call.body)
    return once(call, 'merchant', () => {
      if (livePaymentOf(session) !== payment)
        throw new Refusal('invalid_state', `the payment is ${payment.status}`)
      setPayment(session, payment, 'canceled')
      return () => payment
    })
  }

  function refundPayment(call: Call): object {
    const { session, payment } = paymentById(call.ids[0])
    const left = payment.captured.minorUnits - payment.refunded.minorUnits
    const { amount, reason } = parse(refundRequest(), call.body)
    return once(call, 'merchant', () => {
      if (payment.status !== 'succeeded')
        throw new Refusal('invalid_state', `the payment is ${payment.status}`)
      const asked = amount ?? { ...payment.amount, minorUnits: left }
      checkAmount(asked, payment, left)
      const before = payment.refunded.minorUnits
      const now = new Date().toISOString()
      const refund: Refund = {
        id: `re_${session.id.slice(3)}_${session.payments.flatMap(({ refunds }) => refunds).length + 1}`,
        sessionId: session.id,
        paymentId: payment.id,
        status: 'succeeded',
        amount: asked,
        charge: {
          ...payment.charge,
          minorUnits: chargePart(payment, before + asked.minorUnits) - chargePart(payment, before),
        },
        reason: reason ?? null,
        origin: 'merchant',
        failure: null,
        createdAt: now,
        updatedAt: now,
      }
      addRefund(session, payment, refund)
      return () => refund
    })
  }

  function refundById({ ids }: Call): object {
    const session = sessionById(`cs_${ids[0]?.split('_')[1]}`)
    const refund = session.payments.flatMap(({ refunds }) => refunds).find(({ id }) => id === ids[0])
    if (!refund) throw new Refusal('not_found', 'there is no such thing')
    return refund
  }

  function listSessions(call: Call): object {
    const { reference, status } = parse(sessionListQuery(), Object.fromEntries(call.url.searchParams))
    const items = [...sessions.values()]
      .filter(({ request: { order } }) => reference === undefined || order.reference === reference)
      .filter((session) => status === undefined || session.status === status)
      .map(toSession)
    return { items, nextCursor: null }
  }

  function renderRail(id: string): object {
    const rail = rails.get(id)
    const method = id.split(':')[1]
    if (!rail || !method) throw new Refusal('not_found', 'there is no such thing')
    const changed = { health: 'up', until: null, changedAt: null, changedBy: null, departsAt: null }
    return { id, account: 'test', method, provider: 'test', ...rail, ...changed, currencies: ['RUB', 'CNY'] }
  }

  function updateRail({ ids: [id = ''], body }: Call): object {
    const { state, reason } = parse(railUpdateRequest(), body)
    renderRail(id)
    rails.set(id, { state, reason })
    return renderRail(id)
  }

  function renderEvent({ id, type, timestamp, sequence }: WebhookEvent): object {
    return { id, type, createdAt: timestamp, sequence, deliveries: [] }
  }

  function redeliver(call: Call): object {
    const event = sessions
      .get(`cs_${call.ids[0]?.split('_')[1]}`)
      ?.events.find(({ id }) => id === call.ids[0])
    if (!event) throw new Refusal('not_found', 'there is no such thing')
    return once(call, 'merchant', () => () => renderEvent(event))
  }

  const merchantRoutes: readonly (readonly [string, RegExp, Handler])[] = [
    ['POST', /^\/v1\/sessions$/, createSession],
    ['GET', /^\/v1\/sessions$/, listSessions],
    ['GET', /^\/v1\/sessions\/(\w+)$/, ({ ids }) => toSession(sessionById(ids[0]))],
    ['POST', /^\/v1\/sessions\/(\w+)\/cancel$/, cancelSession],
    ['GET', /^\/v1\/payments\/(\w+)$/, ({ ids }) => paymentById(ids[0]).payment],
    ['POST', /^\/v1\/payments\/(\w+)\/capture$/, capture],
    ['POST', /^\/v1\/payments\/(\w+)\/cancel$/, cancelPayment],
    ['POST', /^\/v1\/payments\/(\w+)\/refunds$/, refundPayment],
    ['GET', /^\/v1\/refunds\/(\w+)$/, refundById],
    ['GET', /^\/v1\/rails$/, () => ({ items: [...rails.keys()].map(renderRail) })],
    ['PUT', /^\/v1\/rails\/([\w:]+)$/, updateRail],
    [
      'GET',
      /^\/v1\/events$/,
      () => ({
        items: [...sessions.values()].flatMap(({ events }) => events.map(renderEvent)),
        nextCursor: null,
      }),
    ],
    ['POST', /^\/v1\/events\/(\w+)\/redeliver$/, redeliver],
  ]

  const checkoutRoutes: typeof merchantRoutes = [
    [
      'GET',
      /^\/v1\/checkout$/,
      (call) => {
        const session = sessionByToken(call, ['ct', 'lt', 'st'])
        return held(call, session, () => {
          const view = toView(session, call.url.origin)
          if (!call.token.startsWith('st_')) return view
          const { version, payment } = view
          return {
            version,
            session: { id: session.id, status: session.status },
            payment: payment && { method: payment.method, status: payment.status, failure: payment.failure },
          }
        })
      },
    ],
    ['POST', /^\/v1\/checkout\/payments$/, pay],
    ['POST', /^\/v1\/checkout\/cancel$/, withdraw],
  ]

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const path = /\/v1\/.*/.exec(decodeURIComponent(url.pathname))?.[0] ?? url.pathname
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    const text = await request.text()
    try {
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      const idempotencyKey = request.headers.get('idempotency-key') ?? undefined
      requests.push({ method: request.method, path, idempotencyKey, body })
      const isMerchant = token.startsWith('sk_')
      for (const [method, pattern, handler] of isMerchant ? merchantRoutes : checkoutRoutes) {
        const match = pattern.exec(path)
        if (!match || method !== request.method) continue
        const result = await handler({ request, url, token, ids: match.slice(1), body })
        if (result instanceof Response) return result
        const headers = 'version' in result ? { etag: `W/"${result.version}.1"` } : undefined
        return Response.json(result, headers && { headers })
      }
      throw token
        ? new Refusal('not_found', 'there is no such thing')
        : new Refusal('unauthorized', 'send a token')
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { code, detail, extra } = error
      const status = PROBLEM_STATUS[code]
      const headers = { 'content-type': 'application/problem+json' }
      return new Response(JSON.stringify({ code, status, detail, ...extra }), { status, headers })
    }
  }

  function expire(sessionId: string): void {
    const session = sessionById(sessionId)
    const live = livePaymentOf(session)
    if (live) setPayment(session, live, 'expired')
    setSession(session, 'expired')
  }

  function lastPayment(sessionId: string): Payment {
    const payment = sessionById(sessionId).payments.at(-1)
    if (!payment) throw new Error(`nobody has tried to pay ${sessionId} yet`)
    return payment
  }

  return {
    requests,
    async fetch(input, init) {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      if (scenario === 'offline') throw new TypeError('Failed to fetch')
      const response = await handle(request)
      request.signal.throwIfAborted()
      if (scenario === 'lost-answer' && !isAnswerLost && request.url.endsWith('/v1/checkout/payments')) {
        isAnswerLost = true
        throw new TypeError('Failed to fetch')
      }
      return response
    },
    setScenario(next) {
      scenario = next
    },
    goOnline() {
      if (scenario === 'offline') scenario = 'happy'
    },
    approve: (sessionId, paymentId) =>
      succeed(
        sessionById(sessionId),
        paymentId === undefined ? lastPayment(sessionId) : paymentById(paymentId).payment,
      ),
    decline: (sessionId, code = 'declined') =>
      setPayment(sessionById(sessionId), lastPayment(sessionId), 'failed', code),
    expire,
    events: (sessionId) => sessionById(sessionId).events,
    webhooks: (sessionId, secret) =>
      Promise.all(
        sessionById(sessionId).events.map(async (event) => {
          const rawBody = new TextEncoder().encode(JSON.stringify(event))
          const timestamp = Math.floor(Date.now() / 1000)
          const signature = await signWebhook({ id: event.id, timestamp, rawBody, secrets: [secret] })
          return {
            rawBody,
            headers: {
              'content-type': 'application/json',
              'webhook-id': event.id,
              'webhook-timestamp': String(timestamp),
              'webhook-signature': signature,
            },
          }
        }),
      ),
  }
}

/** F(x) = ⌊x · charge / amount⌋: the parts of any partition add up to everything. */
function chargePart({ amount, charge }: Payment, x: number): number {
  return Number((BigInt(x) * BigInt(charge.minorUnits)) / BigInt(amount.minorUnits))
}

function checkAmount(
  asked: { currency: string; minorUnits: number },
  { amount }: Payment,
  left: number,
): void {
  if (asked.currency !== amount.currency) {
    throw new Refusal('invalid_request', `the payment is in ${amount.currency}`, { path: 'amount.currency' })
  }
  if (asked.minorUnits > left || asked.minorUnits < 1) {
    throw new Refusal('amount_exceeds_remaining', `${left} minor units are left`)
  }
}

function parse<T extends z.ZodMiniType>(schema: T, body: unknown): z.output<T> {
  const parsed = z.safeParse(schema, body ?? {})
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Refusal('invalid_request', issue?.message ?? 'invalid', { path: issue?.path.join('.') })
}
