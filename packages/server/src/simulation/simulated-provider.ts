import type { Clock } from '../clock.ts'
import {
  type CreatePayment,
  type NotificationRequest,
  type Provider,
  ProviderFault,
  type ProviderPayment,
  type ProviderRail,
  type ProviderRefund,
} from '../provider.ts'
import type { FaultInjector } from './faults.ts'
import type { ChargeAtProvider, ProviderSide } from './provider-side.ts'
import type { SeededRandom } from './seeded-random.ts'

const HOUR = 3_600_000

/** A charge as the provider's books have it. */
interface LedgerPayment {
  readonly providerRef: string
  readonly reference: string
  readonly charge: CreatePayment['charge']
  readonly hold: boolean
  readonly expiresAt: number
  /** `refused`: declined, and the buyer may try again. `processing`: the money is on its way. */
  status: 'pending' | 'processing' | 'refused' | 'held' | 'paid' | 'declined' | 'canceled' | 'expired'
  captured: number
  refunded: number
  /** It says that it is over, and takes the money all the same if the buyer pays. */
  readonly takesLateMoney: boolean
  /** It said "canceled" and did not do it: the next approval is taken. */
  lied: boolean
  everLied: boolean
}

interface LedgerRefund {
  readonly providerRef: string
  readonly reference: string
  readonly paymentRef: string
  readonly amount: number
  status: 'pending' | 'done'
  readonly doneAt: number
}

const KIND_OF = {
  pending: 'payable',
  refused: 'payable',
  processing: 'moving',
  held: 'held',
  paid: 'paid',
  declined: 'dead',
  canceled: 'dead',
  expired: 'dead',
} as const

/** One provider of a simulated world, behind an adapter without HTTP: real money rules, an unreliable wire. */
export function createSimulatedProvider({
  account,
  rails,
  keyTtlMs,
  clock,
  random,
  injector,
  notify,
  committed,
  trace,
}: {
  readonly account: string
  readonly rails: readonly ProviderRail[]
  /** For how long it remembers idempotency keys. */
  readonly keyTtlMs: number
  readonly clock: Clock
  readonly random: SeededRandom
  readonly injector: FaultInjector
  /** Delivers a notification to whichever server process is up. Resolves with whether it was acknowledged. */
  readonly notify: (account: string, body: string) => Promise<boolean>
  /** I10: told of every call that may move money, before it does. */
  readonly committed: (kind: string, key: string, reference: string) => void
  readonly trace: (line: string) => void
}): ProviderSide {
  const payments = new Map<string, LedgerPayment>()
  const byReference = new Map<string, LedgerPayment>()
  /** Strangers' payments that carry our reference: found by their own id only. */
  const forgeries = new Map<string, LedgerPayment>()
  const refunds = new Map<string, LedgerRefund>()
  const byKey = new Map<string, { readonly at: number; readonly request: string; readonly ref: string }>()
  let down = false

  /** One call over the wire: it may never arrive, arrive and be answered late or not at all. */
  async function call<T>(name: string, alive: () => boolean, work: () => T): Promise<T> {
    const never = new Promise<never>(() => {})
    await clock.sleep(random.between(5, 80))
    if (!alive()) return await never
    if (down) {
      trace(`${account} ${name}: down`)
      throw new ProviderFault(random.chance(0.5) ? 'unknown' : 'not_done', 'down', 'the provider is down')
    }
    if (injector.hits('requestLost')) {
      trace(`${account} ${name}: request lost`)
      await clock.sleep(10_000)
      if (!alive()) return await never
      throw new ProviderFault('unknown', 'timeout', 'no answer')
    }
    const result = work()
    if (injector.hits('slow')) await clock.sleep(random.between(1000, 9000))
    if (injector.hits('answerLost')) {
      trace(`${account} ${name}: answer lost`)
      await clock.sleep(10_000)
      if (!alive()) return await never
      throw new ProviderFault('unknown', 'timeout', 'no answer')
    }
    await clock.sleep(random.between(5, 80))
    return alive() ? result : await never
  }

  function railOf(method: string): ProviderRail {
    const rail = rails.find((candidate) => candidate.method === method)
    if (rail === undefined) throw new ProviderFault('rejected', 'no_method', method)
    return rail
  }

  function expire(payment: LedgerPayment): void {
    const now = clock.now()
    if (KIND_OF[payment.status] === 'payable' && now >= payment.expiresAt) payment.status = 'expired'
    if (payment.status === 'held' && now >= payment.expiresAt + 7 * 24 * HOUR) payment.status = 'canceled'
  }

  function tell(payment: LedgerPayment): void {
    const body = JSON.stringify({ ref: payment.providerRef, status: payment.status })
    if (injector.hits('notificationLost')) return
    for (let copies = injector.hits('notificationTwice') ? 2 : 1; copies > 0; copies--) void deliver(body)
  }

  async function deliver(body: string): Promise<void> {
    for (const wait of [random.between(1, 5000), 60_000, 600_000, HOUR, 3 * HOUR]) {
      await clock.sleep(wait)
      if (await notify(account, body)) return
    }
  }

  function toPayment(payment: LedgerPayment): ProviderPayment {
    expire(payment)
    const { currency } = payment.charge
    const status = {
      pending: 'requires_action',
      processing: 'processing',
      refused: 'failed',
      held: 'authorized',
      paid: 'succeeded',
      declined: 'failed',
      canceled: 'canceled',
      expired: 'expired',
    } as const
    return {
      providerRef: payment.providerRef,
      reference: payment.reference,
      charge: payment.charge,
      status: status[payment.status],
      dead: KIND_OF[payment.status] === 'dead',
      failureCode: status[payment.status] === 'failed' ? 'declined' : null,
      nextAction:
        payment.status === 'pending'
          ? { expiresAt: null, qr: { payload: `${account}/${payment.providerRef}` } }
          : null,
      captured: payment.status === 'paid' ? { currency, minorUnits: payment.captured } : null,
      refunded: payment.refunded > 0 ? { currency, minorUnits: payment.refunded } : null,
    }
  }

  function toRefund(refund: LedgerRefund): ProviderRefund {
    const payment = payments.get(refund.paymentRef)
    if (clock.now() >= refund.doneAt) refund.status = 'done'
    return {
      providerRef: refund.providerRef,
      reference: refund.reference,
      charge: { currency: payment?.charge.currency ?? 'RUB', minorUnits: refund.amount },
      status: refund.status === 'done' ? 'succeeded' : 'requested',
      failureCode: null,
    }
  }

  function find(providerRef: string | undefined, reference: string | undefined): LedgerPayment | undefined {
    if (providerRef !== undefined) return payments.get(providerRef) ?? forgeries.get(providerRef)
    return byReference.get(reference ?? '')
  }

  function mustHave(providerRef: string | undefined, reference: string | undefined): LedgerPayment {
    const found = find(providerRef, reference)
    if (found === undefined) throw new ProviderFault('rejected', 'not_found', 'no such payment')
    expire(found)
    return found
  }

  /** A key makes one thing as long as it is remembered; with another request it is refused. */
  function once(key: string, request: string, make: () => string): string {
    const known = byKey.get(key)
    if (known !== undefined && clock.now() - known.at < keyTtlMs) {
      if (known.request !== request) throw new ProviderFault('rejected', 'key_reused', 'another request')
      return known.ref
    }
    const ref = make()
    byKey.set(key, { at: clock.now(), request, ref })
    return ref
  }

  function create(request: CreatePayment, rail: ProviderRail): string {
    const ref = `${account}-${payments.size + 1}`
    const payment: LedgerPayment = {
      providerRef: ref,
      reference: request.paymentId,
      charge: request.charge,
      hold: request.capture === 'manual',
      // Some providers do not take a deadline: theirs may be later than ours.
      expiresAt: random.chance(0.5)
        ? Date.parse(request.expiresAt)
        : clock.now() + rail.timeoutSeconds * 1000,
      status: 'pending',
      captured: 0,
      refunded: 0,
      takesLateMoney: injector.hits('lateSuccess'),
      lied: false,
      everLied: false,
    }
    payments.set(ref, payment)
    byReference.set(request.paymentId, payment)
    if (injector.hits('toldEarly')) tell(payment)
    if (injector.hits('forged')) forge(payment)
    return ref
  }

  function forge(original: LedgerPayment): void {
    const forgery: LedgerPayment = {
      ...original,
      providerRef: `${original.providerRef}-forged`,
      charge: { ...original.charge, minorUnits: 1 },
      status: 'paid',
      captured: 1,
    }
    forgeries.set(forgery.providerRef, forgery)
    trace(`a stranger pays 1 with ${original.reference} in it`)
    tell(forgery)
  }

  const adapter = (alive: () => boolean): Provider => ({
    id: account,
    account,
    mode: 'test',
    rails,
    createKeyTtlSeconds: keyTtlMs / 1000,

    createPayment: (request) =>
      call('create', alive, () => {
        committed('create', request.idempotencyKey, request.paymentId)
        if (!byKey.has(request.idempotencyKey) && injector.hits('rejected'))
          throw new ProviderFault('rejected', 'risk', 'refused', { failureCode: 'fraud_suspected' })
        const rail = railOf(request.method)
        // What only this side needs to know does not go over the wire.
        const sent = JSON.stringify({ ...request, repeated: undefined })
        const ref = once(request.idempotencyKey, sent, () => create(request, rail))
        return toPayment(mustHave(ref, undefined))
      }),

    getPayment: ({ paymentId, providerRef }) =>
      call('get', alive, () => {
        const found = find(providerRef, paymentId)
        return found === undefined ? null : toPayment(found)
      }),

    capturePayment: ({ paymentId, providerRef, idempotencyKey, charge }) =>
      call('capture', alive, () => {
        committed('capture', idempotencyKey, paymentId)
        const payment = mustHave(providerRef, undefined)
        if (payment.status === 'paid' && payment.captured === charge.minorUnits) return toPayment(payment)
        if (payment.status !== 'held') throw new ProviderFault('rejected', 'not_held', payment.status)
        payment.status = 'paid'
        payment.captured = charge.minorUnits
        tell(payment)
        return toPayment(payment)
      }),

    cancelPayment: ({ paymentId, providerRef, idempotencyKey, repeated }) =>
      call('cancel', alive, () => {
        committed('cancel', idempotencyKey, paymentId)
        const payment = mustHave(providerRef, paymentId)
        // Like Antom: the adapter asks before it cancels, but a buyer can pay in between, and then the money goes back.
        const returnsMoney = rails.some((candidate) => candidate.cancelReturnsMoney)
        if (
          returnsMoney &&
          payment.status === 'paid' &&
          payment.refunded === 0 &&
          (repeated || random.chance(0.5))
        ) {
          payment.status = 'canceled'
          payment.captured = 0
          tell(payment)
        }
        const pending = KIND_OF[payment.status] === 'payable'
        if (payment.status === 'held' || (pending && rails.some(({ cancelPending }) => cancelPending))) {
          if (pending && injector.hits('liar')) {
            payment.lied = true
            payment.everLied = true
          }
          payment.status = 'canceled'
          tell(payment)
        }
        return toPayment(payment)
      }),

    refundPayment: ({ paymentId, providerRef, refundId, idempotencyKey, charge }) =>
      call('refund', alive, () => {
        committed('refund', idempotencyKey, paymentId)
        const payment = mustHave(providerRef, undefined)
        const request = JSON.stringify([providerRef, refundId, charge])
        if (!byKey.has(idempotencyKey) && injector.hits('refundRefused'))
          throw new ProviderFault('rejected', 'no_balance', 'nothing to refund from')
        const ref = once(idempotencyKey, request, () => {
          if (payment.status !== 'paid' || payment.refunded + charge.minorUnits > payment.captured) {
            throw new ProviderFault(
              'rejected',
              'too_much',
              `${payment.refunded} + ${charge.minorUnits} of ${payment.captured}`,
            )
          }
          payment.refunded += charge.minorUnits
          const providerRefundRef = `${account}-r${refunds.size + 1}`
          refunds.set(providerRefundRef, {
            providerRef: providerRefundRef,
            reference: refundId,
            paymentRef: payment.providerRef,
            amount: charge.minorUnits,
            status: 'pending',
            doneAt: clock.now() + (random.chance(0.3) ? random.between(1000, 600_000) : 0),
          })
          return providerRefundRef
        })
        const refund = refunds.get(ref)
        if (refund === undefined) throw new ProviderFault('rejected', 'key_reused', 'it made something else')
        return toRefund(refund)
      }),

    getRefund: ({ providerRef }) =>
      call('getRefund', alive, () => {
        const refund = refunds.get(providerRef ?? '')
        return refund === undefined ? null : toRefund(refund)
      }),

    async parseNotification({ rawBody }: NotificationRequest) {
      const { ref, status } = JSON.parse(new TextDecoder().decode(rawBody)) as { ref: string; status: string }
      return {
        eventKey: `${ref}.${status}`,
        subject: { kind: 'payment', providerRef: ref },
        reply: { status: 200, headers: {}, body: '' },
      }
    },
  })

  function settle(payment: LedgerPayment): void {
    payment.status = payment.hold ? 'held' : 'paid'
    if (payment.status === 'paid') payment.captured = payment.charge.minorUnits
    trace(`${payment.providerRef} is ${payment.status}`)
    tell(payment)
  }

  return {
    account,
    adapter,
    charges(prefix) {
      const found: ChargeAtProvider[] = []
      for (const payment of payments.values()) {
        if (!payment.reference.startsWith(prefix)) continue
        expire(payment)
        found.push({
          reference: payment.reference,
          kind: KIND_OF[payment.status],
          captured: payment.captured,
          refunded: payment.refunded,
          canSurprise: payment.everLied || payment.takesLateMoney,
        })
      }
      return found
    },
    buyer(payload, does) {
      const payment = payments.get(payload.split('/')[1] ?? '')
      if (payment === undefined) return
      expire(payment)
      const open =
        KIND_OF[payment.status] === 'payable' ||
        payment.lied ||
        (payment.status === 'expired' && payment.takesLateMoney)
      if (!open || payment.captured > 0) return
      payment.lied = false
      trace(`the buyer ${does}s ${payment.providerRef}`)
      if (does === 'decline') {
        payment.status = injector.hits('softDecline') ? 'refused' : 'declined'
        tell(payment)
      } else if (injector.hits('processing')) {
        payment.status = 'processing'
        tell(payment)
        void clock.sleep(random.between(500, 900_000)).then(() => settle(payment))
      } else {
        settle(payment)
      }
    },
    setDown(next) {
      if (next && !down) injector.count('outage')
      down = next
    },
    get payments() {
      return payments.size
    },
  }
}
