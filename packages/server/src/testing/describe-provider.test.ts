import type { Money } from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import {
  NotificationRefused,
  type NotificationRequest,
  type Provider,
  type ProviderContext,
  ProviderFault,
  type ProviderPayment,
  type ProviderPaymentStatus,
} from '../provider.ts'
import { readJson, retryAfterMs } from '../provider-http.ts'
import { createUrlGate } from '../provider-url.ts'
import { describeProvider, type ProviderSubject } from './index.ts'

// A provider that nobody has, whole: adding one touches no file that is there already.

const toyStatus: ReadonlyMap<string, ProviderPaymentStatus> = new Map([
  ['NEW', 'requires_action'],
  ['PAID', 'succeeded'],
  ['REJECTED', 'failed'],
  ['LATE', 'expired'],
])

const wirePayment = z.object({
  id: z.string(),
  ref: z.string(),
  state: z.string(),
  sum: z.int(),
  returned: z.int(),
  payUrl: z.string(),
})
const wireRefund = z.object({ id: z.string(), ref: z.string(), sum: z.int() })
const wireRefusal = z.object({ refused: z.string() })
const wireNews = z.object({ kind: z.enum(['payment', 'refund']), id: z.string(), ref: z.string() })

const secretKey = 'toy-secret-key'
const apiUrl = 'https://api.toy.example'
const passUrl = createUrlGate({ hosts: ['toy.example'], apiUrl })

function toy(): Provider {
  async function call(method: 'GET' | 'POST', path: string, body: object | null, context: ProviderContext) {
    const response = await context.http.send({
      method,
      url: `${apiUrl}${path}`,
      headers: { authorization: `Bearer ${secretKey}` },
      ...(body && { body: JSON.stringify(body) }),
    })
    const { status, headers } = response
    if (status === 429) {
      const retry = { retryAfterMs: retryAfterMs(headers, context.now()) }
      throw new ProviderFault('not_done', '429', 'Toy asks to slow down', retry)
    }
    if (status === 400)
      throw new ProviderFault('rejected', readJson(response, wireRefusal).refused, 'Toy refused')
    if (status !== 200 && status !== 404)
      throw new ProviderFault('unknown', `${status}`, `Toy answered ${status}`)
    return response
  }

  function toPayment({
    id,
    ref,
    state,
    sum,
    returned,
    payUrl,
  }: z.infer<typeof wirePayment>): ProviderPayment {
    const status = toyStatus.get(state) ?? 'unknown'
    const money = (minorUnits: number): Money => ({ currency: 'RUB', minorUnits })
    const url = passUrl(payUrl)
    return {
      providerRef: id,
      reference: ref,
      charge: money(sum),
      status,
      dead: status === 'failed' || status === 'expired',
      failureCode: status === 'failed' ? 'declined' : null,
      nextAction: status === 'requires_action' && url ? { expiresAt: null, redirect: { url } } : null,
      captured: status === 'succeeded' ? money(sum) : null,
      refunded: money(returned),
    }
  }

  const toRefund = ({ id, ref, sum }: z.infer<typeof wireRefund>) => ({
    providerRef: id,
    reference: ref,
    charge: { currency: 'RUB', minorUnits: sum },
    status: 'succeeded' as const,
    failureCode: null,
  })

  return {
    id: 'toy',
    account: 'toy',
    mode: 'test',
    createKeyTtlSeconds: 60,
    rails: [
      {
        method: 'toy_pay',
        name: 'Toy Pay',
        currencies: ['RUB'],
        presentations: ['redirect'],
        capture: 'automatic',
        partialCapture: false,
        partialRefund: true,
        cancelPending: false,
        limits: { RUB: { min: 1, max: 10_000_000 } },
        timeoutSeconds: 600,
        requires: [],
        split: false,
        source: 'https://toy.example/docs',
        asOf: '2026-11-24',
      },
    ],
    async createPayment({ method, paymentId, charge, idempotencyKey }, context) {
      if (method !== 'toy_pay') throw new ProviderFault('rejected', 'method_unknown', `no method ${method}`)
      const body = { key: idempotencyKey, ref: paymentId, sum: charge.minorUnits }
      const payment = toPayment(readJson(await call('POST', '/payments', body, context), wirePayment))
      if (payment.nextAction === null)
        throw new ProviderFault('unknown', 'url_refused', 'no link of Toy’s own')
      return payment
    },
    async getPayment({ paymentId }, context) {
      const response = await call('GET', `/payments/${paymentId}`, null, context)
      return response.status === 404 ? null : toPayment(readJson(response, wirePayment))
    },
    capturePayment: () => Promise.reject(new ProviderFault('rejected', 'capture', 'Toy takes at once')),
    async cancelPayment({ paymentId }, context) {
      return toPayment(
        readJson(await call('POST', `/payments/${paymentId}/cancel`, null, context), wirePayment),
      )
    },
    async refundPayment({ refundId, paymentId, charge }, context) {
      const body = { ref: refundId, of: paymentId, sum: charge.minorUnits }
      return toRefund(readJson(await call('POST', '/refunds', body, context), wireRefund))
    },
    async getRefund({ refundId }, context) {
      const response = await call('GET', `/refunds/${refundId}`, null, context)
      return response.status === 404 ? null : toRefund(readJson(response, wireRefund))
    },
    async parseNotification({ rawBody, headers }) {
      if (headers.get('toy-secret') !== secretKey) throw new NotificationRefused(401, 'not from Toy')
      const news = wireNews.safeParse(parse(rawBody))
      if (!news.success) throw new NotificationRefused(400, 'not readable')
      const { kind, id, ref } = news.data
      return {
        eventKey: `${kind}:${id}`,
        subject: kind === 'payment' ? { kind, providerRef: id } : { kind, refundId: ref, providerRef: id },
        reply: { status: 200, headers: {}, body: 'OK' },
      }
    },
  }
}

function parse(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(rawBody))
  } catch {
    return undefined
  }
}

/** Toy's own side. */
function toySubject(provider: Provider = toy()): ProviderSubject {
  const payments = new Map<string, z.infer<typeof wirePayment>>()
  const refunds = new Map<string, z.infer<typeof wireRefund>>()
  const sent: NotificationRequest[] = []

  function notify(news: z.infer<typeof wireNews>): void {
    sent.push({
      rawBody: new TextEncoder().encode(JSON.stringify(news)),
      headers: new Headers({ 'toy-secret': secretKey }),
      requestUri: '/toy',
      remoteAddress: null,
    })
  }

  function answer(path: string, body: Record<string, unknown>): Response {
    const [, collection, ref = '', action] = path.split('/')
    if (collection === 'payments') {
      const known = payments.get(String(body['ref'] ?? ref))
      if (action === 'cancel') return Response.json({ refused: 'cancel' }, { status: 400 })
      if (ref || known) return known ? Response.json(known) : new Response('', { status: 404 })
      const id = `toy-${payments.size + 1}`
      const payUrl = `https://pay.toy.example/${id}`
      const payment = {
        id,
        ref: String(body['ref']),
        state: 'NEW',
        sum: Number(body['sum']),
        returned: 0,
        payUrl,
      }
      payments.set(payment.ref, payment)
      return Response.json(payment)
    }
    const known = refunds.get(String(body['ref'] ?? ref))
    if (ref || known) return known ? Response.json(known) : new Response('', { status: 404 })
    const payment = payments.get(String(body['of']))
    const sum = Number(body['sum'])
    if (!payment || payment.returned + sum > payment.sum)
      return Response.json({ refused: 'sum' }, { status: 400 })
    payment.returned += sum
    const refund = { id: `toy-r-${refunds.size + 1}`, ref: String(body['ref']), sum }
    refunds.set(refund.ref, refund)
    notify({ kind: 'refund', id: refund.id, ref: refund.ref })
    return Response.json(refund)
  }

  async function settle({ providerRef }: ProviderPayment, state: string): Promise<void> {
    for (const payment of payments.values()) if (payment.id === providerRef) payment.state = state
    notify({ kind: 'payment', id: providerRef, ref: '' })
  }

  return {
    provider,
    double: async (request) => {
      const text = await request.text()
      return answer(new URL(request.url).pathname, text ? JSON.parse(text) : {})
    },
    method: 'toy_pay',
    charge: { currency: 'RUB', minorUnits: 12_345 },
    secrets: [secretKey],
    signsNotifications: false,
    notifiesRefunds: true,
    approve: (payment) => settle(payment, 'PAID'),
    decline: (payment) => settle(payment, 'REJECTED'),
    expire: (payment) => settle(payment, 'LATE'),
    notifications: async () => sent.splice(0),
    reissue: (_, answer, body) => new Response(body, { status: answer.status }),
    unmapStatus(json) {
      json['state'] = 'FROZEN'
    },
  }
}

describeProvider('toy', { describe, it, open: () => toySubject() })

/** Titles of the facts that do not hold. */
async function broken(change: (whole: Provider) => Partial<Provider>): Promise<string[]> {
  const facts: { title: string; body: () => Promise<void> }[] = []
  describeProvider('toy', {
    describe: (_, body) => body(),
    it: (title, body) => facts.push({ title, body }),
    open: () => {
      const whole = toy()
      return toySubject({ ...whole, ...change(whole) })
    },
  })
  const failed: string[] = []
  for (const { title, body } of facts) await body().catch(() => failed.push(title))
  return failed
}

/** The adapter with something done to each payment it gives. */
const everyPayment =
  (edit: (payment: ProviderPayment) => ProviderPayment) =>
  ({ createPayment, getPayment }: Provider): Partial<Provider> => ({
    createPayment: async (...args) => edit(await createPayment(...args)),
    getPayment: async (...args) => {
      const payment = await getPayment(...args)
      return payment && edit(payment)
    },
  })

/** The adapter with its faults turned into others. */
const everyFault =
  (edit: (fault: ProviderFault) => ProviderFault) =>
  ({ createPayment }: Provider): Partial<Provider> => ({
    createPayment: (...args) =>
      createPayment(...args).catch((error: unknown) => {
        throw error instanceof ProviderFault ? edit(error) : error
      }),
  })

describe('describeProvider catches an adapter', () => {
  const mutants: [string, (whole: Provider) => Partial<Provider>, string][] = [
    ['that is whole, in nothing', () => ({}), ''],
    [
      'that guesses about a state',
      everyPayment((payment) => (payment.status === 'unknown' ? { ...payment, status: 'failed' } : payment)),
      'that takes a state nobody has mapped for no news',
    ],
    [
      'that loses a kopeck',
      everyPayment((payment) => ({
        ...payment,
        charge: { ...payment.charge, minorUnits: payment.charge.minorUnits - 1 },
      })),
      'that takes amounts to the last minor unit',
    ],
    [
      'that calls a lost answer a refusal',
      everyFault(
        ({ kind, code, message }) => new ProviderFault(kind === 'unknown' ? 'rejected' : kind, code, message),
      ),
      'that finds a payment whose answer was lost, by its key',
    ],
    [
      'that calls a refused connection unknown',
      everyFault(
        ({ kind, code, message }) => new ProviderFault(kind === 'not_done' ? 'unknown' : kind, code, message),
      ),
      'that knows what an accident on the way means',
    ],
    [
      'that tells its key',
      everyFault(
        ({ kind, code, retryAfterMs }) =>
          new ProviderFault(kind, code, `with ${secretKey}`, { retryAfterMs }),
      ),
      'that knows what an accident on the way means',
    ],
    [
      'that makes a payment of each try',
      ({ createPayment }) => ({
        createPayment: (request, context) =>
          createPayment({ ...request, paymentId: `${request.paymentId}${Math.random()}` }, context),
      }),
      'that makes one payment of one key',
    ],
    [
      'that sends the buyer anywhere',
      ({ createPayment }) => ({
        createPayment: (request, context) =>
          createPayment(request, context).catch((error: ProviderFault) => {
            if (error.code !== 'url_refused') throw error
            return {
              nextAction: { expiresAt: null, redirect: { url: 'https://evil.example' } },
            } as ProviderPayment
          }),
      }),
      'that sends the buyer to no foreign place',
    ],
    [
      'that believes any notification',
      () => ({
        parseNotification: async () => ({
          eventKey: 'x',
          subject: { kind: 'none' as const },
          reply: { status: 200, headers: {}, body: '' },
        }),
      }),
      'that believes no notification it should not',
    ],
    [
      'that promises what it cannot',
      ({ rails }) => ({ rails: rails.map((rail) => ({ ...rail, cancelPending: true })) }),
      'that cancels a waiting payment, or says that it cannot',
    ],
    [
      'whose facts have no source',
      ({ rails }) => ({ rails: rails.map((rail) => ({ ...rail, source: 'somebody said' })) }),
      'that names itself and its rails',
    ],
  ]
  for (const [name, change, fact] of mutants) {
    it(name, async () => {
      const failed = await broken(change)
      if (fact === '') expect(failed).toEqual([])
      else expect(failed).toContain(fact)
    })
  }
})
