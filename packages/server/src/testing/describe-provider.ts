import assert from 'node:assert/strict'
import { FAILURE_CODES, isSupportedCurrency, type Money, PRESENTATIONS } from '@teabrick/core/contract'
import {
  type CreatePayment,
  NotificationRefused,
  type NotificationRequest,
  type Provider,
  ProviderFault,
  type ProviderPayment,
  type ProviderRail,
  type RefundPayment,
} from '../provider.ts'
import { createProviderWire, type ProviderWire } from './provider-wire.ts'

/** An adapter under test, the provider it speaks to, and the buyer. Made anew for each test. */
export interface ProviderSubject {
  readonly provider: Provider
  /** The provider, played: gets every request of the adapter. */
  readonly double: (request: Request) => Promise<Response>
  /** The method that is tried. */
  readonly method: string
  readonly charge: Money
  /** A method that can hold money, when one of the rails can. */
  readonly holdMethod?: string | undefined
  /** Keys and passwords: never in a message. */
  readonly secrets: readonly string[]
  /** Whether the provider signs notifications. */
  readonly signsNotifications: boolean
  /** The signature of a notification stands in its body, not in headers. Default false. */
  readonly signsInBody?: boolean | undefined
  /** Whether the provider can be asked about a refund whose answer was lost. Default true. */
  readonly findsRefunds?: boolean | undefined
  /** A request that only asks: where an adapter asks before it acts, the answer that gets lost is the act's. Default none. */
  readonly isReading?: ((request: Request) => boolean) | undefined
  /** Whether the provider notifies of refunds that it has answered already. */
  readonly notifiesRefunds: boolean
  /** The buyer pays. */
  approve(payment: ProviderPayment): Promise<void>
  /** The buyer's bank or wallet says no. */
  decline(payment: ProviderPayment): Promise<void>
  /** The time to pay is over at the provider. */
  expire(payment: ProviderPayment): Promise<void>
  /** What the provider has sent since the last call, oldest first. */
  notifications(): Promise<readonly NotificationRequest[]>
  /** An answer with another body, as the provider itself would send it: signed, where it signs. */
  reissue(request: Request, answer: Response, body: string): Response
  /** Puts a state that nobody knows into the JSON of an answer about a payment. */
  unmapStatus(json: Record<string, unknown>): void
  close?(): void
}

/** What {@link describeProvider} needs. */
export interface DescribeProviderOptions {
  /** The test runner's own, such as vitest's. */
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>) => unknown
  readonly open: () => ProviderSubject | Promise<ProviderSubject>
}

type Bench = ProviderSubject & { readonly wire: ProviderWire; readonly rail: ProviderRail }

const HOSTILE_URLS = [
  'https://evil.example/pay',
  'http://example.org/pay',
  'javascript://%0aalert(1)',
  'https://user@evil.example/',
]

/** The contract that every adapter meets, whoever wrote it. */
export function describeProvider(name: string, { describe, it, open }: DescribeProviderOptions): void {
  /** A test with a subject of its own. */
  function fact(title: string, body: (bench: Bench) => Promise<void>): void {
    it(title, async () => {
      const subject = await open()
      const rail = subject.provider.rails.find(({ method }) => method === subject.method)
      assert(rail, `no rail for ${subject.method}`)
      try {
        await body({ ...subject, wire: createProviderWire(subject.double, subject.isReading), rail })
      } finally {
        subject.close?.()
      }
    })
  }

  describe(`${name} is a provider`, () => {
    fact('that names itself and its rails', async ({ provider }) => {
      assert.match(provider.id, /^[a-z0-9_]{1,32}$/)
      assert.match(provider.account, /^[a-z0-9_-]{1,32}$/)
      assert(['test', 'live'].includes(provider.mode))
      assert(provider.createKeyTtlSeconds > 0)
      assert(provider.rails.length > 0)
      const methods = provider.rails.map(({ method }) => method)
      assert.equal(new Set(methods).size, methods.length, 'one rail per method')
      for (const rail of provider.rails) checkRail(rail)
    })

    fact('that creates a payment the buyer can act on', async ({ provider, method, charge, rail, wire }) => {
      const request = newPayment(method, charge)
      const payment = await provider.createPayment(request, wire.context)
      assert.equal(payment.status, 'requires_action')
      assert.deepEqual(payment.charge, charge)
      assert(payment.reference === null || payment.reference === request.paymentId)
      assert(payment.providerRef.length > 0)
      assert.equal(payment.dead, false)
      assert.equal(payment.failureCode, null)
      const { expiresAt, ...ways } = payment.nextAction ?? assert.fail('no next action')
      const offered = Object.keys(ways)
      assert(offered.length > 0)
      for (const way of offered) assert(rail.presentations.includes(way as never), `${way} is not promised`)
      assert(expiresAt === null || Date.parse(expiresAt) > Date.now())
    })

    fact('that takes amounts to the last minor unit', async ({ provider, method, charge, rail, wire }) => {
      const { currency } = charge
      const { min, max } = rail.limits[currency] ?? assert.fail(`no limits for ${currency}`)
      for (const minorUnits of new Set([min, min + 1, 12_345, max - 1, max])) {
        const request = newPayment(method, { currency, minorUnits })
        const made = await provider.createPayment(request, wire.context)
        assert.deepEqual(made.charge, request.charge)
        assert.deepEqual((await read(provider, made, request, wire)).charge, request.charge)
      }
    })

    fact('that makes one payment of one key', async ({ provider, method, charge, wire }) => {
      const request = newPayment(method, charge)
      const first = await provider.createPayment(request, wire.context)
      assert.deepEqual(await provider.createPayment(request, wire.context), first)
      const other = await provider.createPayment(newPayment(method, charge), wire.context)
      assert.notEqual(other.providerRef, first.providerRef)
    })

    fact('that does not know payments and refunds nobody made', async ({ provider, charge, wire }) => {
      const { paymentId } = newPayment('none', charge)
      const refundId = paymentId.replace('pay', 're')
      assert.equal(await provider.getPayment({ paymentId }, wire.context), null)
      const ref = { refundId, paymentId, paymentProviderRef: '0'.repeat(36) }
      assert.equal(await provider.getRefund(ref, wire.context), null)
    })

    fact('that refuses a method it does not have', async ({ provider, charge, wire }) => {
      const fault = await faultOf(provider.createPayment(newPayment('barter', charge), wire.context))
      assert.equal(fault.kind, 'rejected')
    })

    fact('that tells a success', async ({ provider, method, charge, approve, wire }) => {
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await approve(made)
      const paid = await read(provider, made, request, wire)
      assert.equal(paid.status, 'succeeded')
      assert.deepEqual(paid.charge, charge)
      assert.deepEqual(paid.captured, charge)
      assert(paid.refunded === null || paid.refunded.minorUnits === 0)
      assert.equal(paid.dead, false)
    })

    fact('that tells a decline, and why', async ({ provider, method, charge, decline, wire }) => {
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await decline(made)
      const declined = await read(provider, made, request, wire)
      assert.equal(declined.status, 'failed')
      assert(FAILURE_CODES.includes(declined.failureCode as never))
      assert.equal(declined.nextAction, null)
    })

    fact('that tells when the time is over', async ({ provider, method, charge, expire, wire }) => {
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await expire(made)
      const expired = await read(provider, made, request, wire)
      assert.equal(expired.status, 'expired')
      assert.equal(expired.dead, true)
    })

    fact('that cancels a waiting payment, or says that it cannot', async (bench) => {
      const { provider, method, charge, rail, wire } = bench
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      const cancel = { ...refOf(made, request), idempotencyKey: newKey() }
      if (!rail.cancelPending) {
        assert.equal((await faultOf(provider.cancelPayment(cancel, wire.context))).kind, 'rejected')
        assert.equal((await read(provider, made, request, wire)).status, 'requires_action')
        return
      }
      for (const repeated of [false, true, false]) {
        const canceled = await provider.cancelPayment({ ...cancel, repeated }, wire.context)
        assert.equal(canceled.status, 'canceled')
        assert.equal(canceled.dead, true)
        assert.deepEqual(canceled.charge, charge)
      }
      assert.equal((await read(provider, made, request, wire)).status, 'canceled')
    })

    fact('that leaves a paid payment alone when it is to end a waiting one', async (bench) => {
      const { provider, method, charge, rail, approve, wire } = bench
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await approve(made)
      const cancel = provider.cancelPayment(
        { ...refOf(made, request), idempotencyKey: newKey() },
        wire.context,
      )
      if (rail.cancelPending) assert.equal((await cancel).status, 'succeeded')
      else assert.equal((await faultOf(cancel)).kind, 'rejected')
      assert.equal((await read(provider, made, request, wire)).status, 'succeeded')
    })

    fact('that sees a cancel through whose answer was lost, also when the buyer has paid', async (bench) => {
      const { provider, method, charge, rail, approve, wire } = bench
      if (!rail.cancelReturnsMoney) return
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await approve(made)
      const cancel = { ...refOf(made, request), idempotencyKey: newKey(), repeated: true }
      wire.loseNextAnswer()
      assert.equal((await faultOf(provider.cancelPayment(cancel, wire.context))).kind, 'unknown')
      const canceled = await provider.cancelPayment(cancel, wire.context)
      assert.equal(canceled.status, 'canceled')
      assert.equal(canceled.captured, null)
    })

    fact('that holds money, and takes a part of it or lets it go', async (bench) => {
      const { provider, holdMethod, charge, approve, wire } = bench
      assert.equal(
        holdMethod !== undefined,
        provider.rails.some(({ capture }) => capture === 'both'),
        'holdMethod names a rail that can hold',
      )
      if (holdMethod === undefined) return
      const part = { ...charge, minorUnits: charge.minorUnits - 1 }
      for (const end of ['part', 'whole', 'cancel'] as const) {
        const request: CreatePayment = { ...newPayment(holdMethod, charge), capture: 'manual' }
        const made = await provider.createPayment(request, wire.context)
        await approve(made)
        assert.equal((await read(provider, made, request, wire)).status, 'authorized')
        const order = { ...refOf(made, request), idempotencyKey: newKey() }
        if (end === 'cancel') {
          const canceled = await provider.cancelPayment(order, wire.context)
          assert.deepEqual([canceled.status, canceled.dead], ['canceled', true])
          continue
        }
        const taken = end === 'part' ? part : charge
        for (const _ of ['asked', 'asked again']) {
          const nothing = { ...charge, minorUnits: 0 }
          const known = { charge, captured: nothing, refunded: nothing }
          const captured = await provider.capturePayment({ ...order, charge: taken, known }, wire.context)
          assert.equal(captured.status, 'succeeded')
          assert.deepEqual(captured.captured, taken)
          assert.deepEqual(captured.charge, charge, 'what was asked stays what it was')
        }
        assert.deepEqual((await read(provider, made, request, wire)).captured, taken)
      }
    })

    fact('that gives money back in parts, to the last minor unit', async (bench) => {
      const { provider, method, charge, rail, approve, wire } = bench
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await approve(made)
      const parts = rail.partialRefund ? [1, 2, charge.minorUnits - 3] : [charge.minorUnits]
      let before = 0
      for (const [index, minorUnits] of parts.entries()) {
        const known = { charge, captured: charge, refunded: { ...charge, minorUnits: before } }
        const refund = { ...newRefund(made, request, index + 1, { ...charge, minorUnits }), known }
        before += minorUnits
        const given = await provider.refundPayment({ ...refund, repeated: false }, wire.context)
        assert.equal(given.status, 'succeeded')
        assert.deepEqual(given.charge, refund.charge)
        assert(given.reference === null || given.reference === refund.refundId)
        const again = await provider.refundPayment({ ...refund, repeated: true }, wire.context)
        assert.equal(again.providerRef, given.providerRef, 'one refund of one key')
        const ref = {
          refundId: refund.refundId,
          paymentId: request.paymentId,
          paymentProviderRef: made.providerRef,
          known,
        }
        const found = await provider.getRefund({ ...ref, providerRef: given.providerRef }, wire.context)
        assert.deepEqual([found?.status, found?.charge], ['succeeded', refund.charge])
      }
      const { status, refunded } = await read(provider, made, request, wire)
      assert.equal(status, 'succeeded')
      assert(refunded === null || refunded.minorUnits === charge.minorUnits)
      const more = { ...newRefund(made, request, 9, { ...charge, minorUnits: 1 }), repeated: false }
      assert.equal((await faultOf(provider.refundPayment(more, wire.context))).kind, 'rejected')
    })

    fact(
      'that finds a payment whose answer was lost, by its key',
      async ({ provider, method, charge, wire }) => {
        const request = newPayment(method, charge)
        wire.loseNextAnswer()
        const first = { ...request, repeated: false }
        assert.equal((await faultOf(provider.createPayment(first, wire.context))).kind, 'unknown')
        const again = { ...request, repeated: true }
        const found = await provider.createPayment(again, wire.context)
        assert.equal(found.status, 'requires_action')
        assert.equal((await provider.createPayment(again, wire.context)).providerRef, found.providerRef)
      },
    )

    fact('that finds a refund whose answer was lost', async (bench) => {
      const { provider, method, charge, rail, approve, findsRefunds, wire } = bench
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await approve(made)
      const rest = rail.partialRefund ? { ...charge, minorUnits: charge.minorUnits - 2 } : charge
      const knownWith = (refunded: number) => ({
        known: { charge, captured: charge, refunded: { ...charge, minorUnits: refunded } },
      })
      const refund = newRefund(made, request, 2, rest)
      wire.loseNextAnswer()
      const first = provider.refundPayment({ ...refund, repeated: false, ...knownWith(0) }, wire.context)
      assert.equal((await faultOf(first)).kind, 'unknown')
      // Another one after it, where a payment can have two.
      const one = { ...charge, minorUnits: 1 }
      if (rail.partialRefund) {
        const other = { ...newRefund(made, request, 1, one), repeated: false, ...knownWith(0) }
        await provider.refundPayment(other, wire.context)
      }
      const repetition = { ...refund, repeated: true, ...knownWith(rail.partialRefund ? 1 : 0) }
      if (findsRefunds === false) {
        for (const _ of ['made', 'made again']) {
          assert.equal((await provider.refundPayment(repetition, wire.context)).status, 'succeeded')
        }
        const ref = { ...refOf(made, request), ...knownWith(0) }
        const { refunded } = (await provider.getPayment(ref, wire.context)) ?? {}
        assert.equal(refunded?.minorUnits, rest.minorUnits + (rail.partialRefund ? 1 : 0), 'each refund once')
        return
      }
      const { refundId, paymentId } = refund
      const ref = { refundId, paymentId, paymentProviderRef: made.providerRef }
      const found = await provider.getRefund(ref, wire.context)
      assert.equal(found?.status, 'succeeded')
      assert.deepEqual(found.charge, rest)
      const again = await provider.refundPayment(repetition, wire.context)
      assert.equal(again.providerRef, found?.providerRef)
    })

    fact('that knows what an accident on the way means', async (bench) => {
      const { wire } = bench
      const accidents: Record<string, () => void> = {
        'not_done: connection refused': () => wire.refuse(),
        'not_done: 429': () =>
          wire.answerAll(() => new Response('', { status: 429, headers: { 'retry-after': '3' } })),
        'unknown: 500': () => wire.answerAll(() => Response.json({}, { status: 500 })),
        'unknown: 502 of a proxy': () => wire.answerAll(() => new Response('<h1>Bad', { status: 502 })),
        'unknown: 403 of a firewall': () => wire.answerAll(() => new Response('<h1>No', { status: 403 })),
        'unknown: a redirect': () => wire.answerAll(() => Response.redirect('https://evil.example/', 307)),
        'unknown: a login page': () => wire.answerAll(() => new Response('<title>Wi-Fi</title>')),
        'unknown: nothing': () => wire.answerAll(() => new Response('')),
        'unknown: another form': () => wire.answerAll(() => Response.json([{ id: 1 }])),
      }
      for (const [accident, happen] of Object.entries(accidents)) {
        happen()
        for (const [operation, call] of Object.entries(everyCall(bench))) {
          const fault = await faultOf(call())
          assert.equal(fault.kind, accident.split(':')[0], `${operation} after ${accident}`)
          if (accident.endsWith('429')) assert.equal(fault.retryAfterMs, 3000)
          assertNoSecret(fault, bench.secrets)
        }
      }
    })

    fact('that takes a state nobody has mapped for no news', async (bench) => {
      const { provider, method, charge, wire } = bench
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      wire.changeAnswers((sent, answer) => rewrite(bench, sent, answer, bench.unmapStatus))
      const payment = await read(provider, made, request, wire)
      assert.equal(payment.status, 'unknown')
      assert.equal(payment.dead, false)
      assert.equal(payment.failureCode, null)
      assert.equal(payment.captured, null)
    })

    fact('that sends the buyer to no foreign place', async (bench) => {
      const { provider, method, charge, rail, wire } = bench
      if (rail.presentations.every((presentation) => presentation === 'wait')) return
      for (const url of HOSTILE_URLS) {
        wire.changeAnswers((sent, answer) => rewrite(bench, sent, answer, (json) => replaceUrls(json, url)))
        const fault = await faultOf(provider.createPayment(newPayment(method, charge), wire.context))
        assert.deepEqual([fault.kind, fault.code], ['unknown', 'url_refused'])
      }
    })

    fact('that reads its notifications', async (bench) => {
      const { provider, method, charge, approve, notifications, wire } = bench
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await notifications()
      await approve(made)
      const [sent] = await notifications()
      assert(sent, 'a success is notified')
      const read = await provider.parseNotification(sent, wire.context)
      assert.equal(read.subject.kind, 'payment')
      const { paymentId, providerRef } = { providerRef: undefined, paymentId: undefined, ...read.subject }
      assert(paymentId === request.paymentId || providerRef === made.providerRef)
      assert(read.eventKey.length > 0 && read.eventKey.length <= 128)
      assert.equal(read.reply.status, 200)
      assert.equal((await provider.parseNotification(sent, wire.context)).eventKey, read.eventKey)

      const other = await provider.createPayment(newPayment(method, charge), wire.context)
      await approve(other)
      const [news] = await notifications()
      assert(news)
      assert.notEqual((await provider.parseNotification(news, wire.context)).eventKey, read.eventKey)
    })

    fact('that reads notifications of refunds', async (bench) => {
      const { provider, method, charge, approve, notifications, notifiesRefunds, wire } = bench
      if (!notifiesRefunds) return
      const request = newPayment(method, charge)
      const made = await provider.createPayment(request, wire.context)
      await approve(made)
      await notifications()
      const refund = newRefund(made, request, 1, charge)
      const given = await provider.refundPayment(refund, wire.context)
      const [sent] = await notifications()
      assert(sent, 'a refund is notified')
      const { subject } = await provider.parseNotification(sent, wire.context)
      assert(subject.kind === 'refund')
      assert(subject.refundId === refund.refundId || subject.providerRef === given.providerRef)
    })

    fact('that believes no notification it should not', async (bench) => {
      const { provider, method, charge, approve, notifications, wire } = bench
      const { signsNotifications, signsInBody } = bench
      const made = await provider.createPayment(newPayment(method, charge), wire.context)
      await notifications()
      await approve(made)
      const [sent] = await notifications()
      assert(sent)
      const garbage = ['', '{', '[]', '"x"', 'null', '\u0000', '['.repeat(10_000), '{"__proto__":{"id":"1"}}']
      const bodies = garbage.map((text) => new TextEncoder().encode(text))
      if (signsNotifications) bodies.push(tampered(sent.rawBody))
      for (const rawBody of bodies) {
        await assert.rejects(
          provider.parseNotification({ ...sent, rawBody }, wire.context),
          (error) => error instanceof NotificationRefused,
        )
      }
      if (!signsNotifications) {
        const { subject } = await provider.parseNotification(sent, wire.context)
        assert(
          !('paymentId' in subject) || subject.paymentId === undefined,
          'an unsigned claim names no payment',
        )
        return
      }
      if (signsInBody) return
      const headers = new Headers()
      await assert.rejects(
        provider.parseNotification({ ...sent, headers }, wire.context),
        (error) => error instanceof NotificationRefused,
      )
    })
  })
}

function checkRail(rail: ProviderRail): void {
  assert.match(rail.method, /^[a-z0-9_]{1,32}$/)
  assert(rail.name.length > 0)
  assert(rail.currencies.length > 0 && rail.currencies.every(isSupportedCurrency))
  assert(rail.presentations.length > 0)
  assert(rail.presentations.every((presentation) => PRESENTATIONS.includes(presentation)))
  for (const currency of rail.currencies) {
    const limits = rail.limits[currency]
    assert(limits, `limits for ${currency}`)
    assert(Number.isSafeInteger(limits.min) && Number.isSafeInteger(limits.max))
    assert(limits.min >= 1 && limits.min <= limits.max)
  }
  assert(rail.timeoutSeconds > 0)
  assert.equal(rail.capture === 'both', rail.holdSeconds !== undefined, 'holdSeconds where money can be held')
  assert(rail.capture === 'both' || !rail.partialCapture)
  assert(rail.cancelPending || !rail.cancelReturnsMoney)
  assert.equal(new URL(rail.source).protocol, 'https:')
  assert.match(rail.asOf, /^\d{4}-\d{2}-\d{2}$/)
}

/** One call of each operation, about things that need not exist. */
function everyCall({ provider, method, charge, wire }: Bench): Record<string, () => Promise<unknown>> {
  const request = newPayment(method, charge)
  const { paymentId } = request
  const providerRef = '2dc3c1c1-000f-5000-9000-1b68e7b15f3f'
  const refund = newRefund({ providerRef }, request, 1, charge)
  const { refundId } = refund
  const order = { paymentId, providerRef, idempotencyKey: newKey() }
  return {
    createPayment: () => provider.createPayment(request, wire.context),
    getPayment: () => provider.getPayment({ paymentId, providerRef }, wire.context),
    cancelPayment: () => provider.cancelPayment(order, wire.context),
    refundPayment: () => provider.refundPayment(refund, wire.context),
    getRefund: () =>
      provider.getRefund({ refundId, paymentId, paymentProviderRef: providerRef }, wire.context),
  }
}

async function read(
  provider: Provider,
  made: ProviderPayment,
  request: CreatePayment,
  { context }: ProviderWire,
): Promise<ProviderPayment> {
  const payment = await provider.getPayment(refOf(made, request), context)
  assert(payment, 'the provider knows the payment')
  assert.equal(payment.providerRef, made.providerRef)
  return payment
}

async function faultOf(work: Promise<unknown>): Promise<ProviderFault> {
  try {
    await work
  } catch (error) {
    if (error instanceof ProviderFault) return error
    throw error
  }
  return assert.fail('no fault')
}

function assertNoSecret(error: unknown, secrets: readonly string[]): void {
  for (let one = error; one instanceof Error; one = one.cause) {
    const told = `${one.message}\n${one.stack}\n${JSON.stringify(one)}`
    for (const secret of secrets) assert(!told.includes(secret), 'a secret in an error')
  }
}

async function rewrite(
  { reissue }: Bench,
  request: Request,
  answer: Response,
  change: (json: Record<string, unknown>) => void,
): Promise<Response> {
  const json = (await answer.clone().json()) as Record<string, unknown>
  change(json)
  return reissue(request, answer, JSON.stringify(json))
}

function replaceUrls(json: Record<string, unknown>, url: string): void {
  for (const [key, value] of Object.entries(json)) {
    if (typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\/\//i.test(value)) json[key] = url
    else if (typeof value === 'object' && value !== null) replaceUrls(value as Record<string, unknown>, url)
  }
}

/** Another digit in the place of one: still JSON of the same form. */
function tampered(rawBody: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(rawBody)
  return new TextEncoder().encode(text.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)))
}

function refOf({ providerRef }: ProviderPayment, { paymentId }: CreatePayment) {
  return { paymentId, providerRef }
}

function newPayment(method: string, charge: Money): CreatePayment {
  const session = newKey().slice(0, 22)
  return {
    paymentId: `pay_${session}_1`,
    idempotencyKey: newKey(),
    method,
    charge,
    amount: charge,
    description: 'Чай «Пуэр», 普洱茶',
    orderReference: 'A-1001',
    capture: 'automatic',
    contact: { phone: '+79990000000', email: 'buyer@example.com' },
    locale: 'ru-RU',
    returnUrl: `https://shop.example/pay/r/st_${session}`,
    notificationUrl: 'https://shop.example/pay/v1/providers/account/notifications',
    expiresAt: new Date(Date.now() + 14 * 60_000).toISOString(),
  }
}

function newRefund(
  { providerRef }: Pick<ProviderPayment, 'providerRef'>,
  { paymentId }: CreatePayment,
  number: number,
  charge: Money,
): RefundPayment {
  const refundId = `${paymentId.replace('pay', 're').slice(0, -1)}${number}`
  return { refundId, paymentId, providerRef, idempotencyKey: newKey(), charge, reason: 'Не понравился вкус' }
}

/** 32 letters and digits. */
function newKey(): string {
  return crypto.randomUUID().replaceAll('-', '')
}
