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
import type { Faults } from './faults.ts'
import type { SeededRandom } from './seeded-random.ts'

const HOUR = 3_600_000

/** A charge as the provider's books have it: the truth that ours is compared with. */
export interface LedgerPayment {
  readonly providerRef: string
  readonly reference: string
  readonly charge: CreatePayment['charge']
  readonly hold: boolean
  readonly expiresAt: number
  status: 'pending' | 'held' | 'paid' | 'declined' | 'canceled' | 'expired'
  captured: number
  refunded: number
  /** It said that it is over, and takes the money all the same if the buyer pays. */
  readonly takesLateMoney: boolean
  lied: boolean
}

export interface LedgerRefund {
  readonly providerRef: string
  readonly reference: string
  readonly paymentRef: string
  readonly amount: number
  status: 'pending' | 'done'
  readonly doneAt: number
}

/** One provider of a simulated world: real money rules, an unreliable wire. */
export interface SimulatedProvider {
  /** The adapter that one server process uses. `alive` ends its calls in silence when that process is dead. */
  adapter(alive: () => boolean): Provider
  readonly payments: ReadonlyMap<string, LedgerPayment>
  readonly refunds: ReadonlyMap<string, LedgerRefund>
  /** The buyer acts on what he was shown. */
  buyer(providerRef: string, does: 'approve' | 'decline'): void
  setFaults(faults: Faults): void
  setDown(down: boolean): void
  /** Faults injected so far. */
  readonly injected: number
}

export function createSimulatedProvider({
  account,
  rails,
  clock,
  random,
  notify,
  trace,
}: {
  readonly account: string
  readonly rails: readonly ProviderRail[]
  readonly clock: Clock
  readonly random: SeededRandom
  /** Delivers a notification to whichever server process is up. Resolves with whether it was acknowledged. */
  readonly notify: (account: string, body: string) => Promise<boolean>
  readonly trace: (line: string) => void
}): SimulatedProvider {
  const payments = new Map<string, LedgerPayment>()
  const refunds = new Map<string, LedgerRefund>()
  const byKey = new Map<string, { readonly at: number; readonly providerRef: string }>()
  let faults: Faults | null = null
  let down = false
  let injected = 0

  const hits = (probability: number | undefined): boolean => {
    const hit = random.chance(probability ?? 0)
    if (hit) injected++
    return hit
  }

  /** One call over the wire: it may never arrive, arrive and be answered late or not at all. */
  async function call<T>(name: string, alive: () => boolean, work: () => T): Promise<T> {
    const never = new Promise<never>(() => {})
    await clock.sleep(random.between(5, 80))
    if (!alive()) return await never
    if (down) {
      trace(`${account} ${name}: down`)
      throw new ProviderFault(random.chance(0.5) ? 'unknown' : 'not_done', 'down', 'the provider is down')
    }
    if (hits(faults?.requestLost)) {
      trace(`${account} ${name}: request lost`)
      await clock.sleep(10_000)
      if (!alive()) return await never
      throw new ProviderFault('unknown', 'timeout', 'no answer')
    }
    const result = work()
    if (hits(faults?.slow)) await clock.sleep(random.between(1000, 9000))
    if (hits(faults?.answerLost)) {
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
    if (payment.status === 'pending' && clock.now() >= payment.expiresAt) payment.status = 'expired'
    if (payment.status === 'held' && clock.now() >= payment.expiresAt + 7 * 24 * HOUR)
      payment.status = 'canceled'
  }

  function tell(payment: LedgerPayment): void {
    const body = JSON.stringify({ ref: payment.providerRef, status: payment.status })
    if (hits(faults?.notificationLost)) return
    for (let copies = hits(faults?.notificationTwice) ? 2 : 1; copies > 0; copies--) void deliver(body)
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
      dead: ['declined', 'canceled', 'expired'].includes(payment.status),
      failureCode: payment.status === 'declined' ? 'declined' : null,
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

  function mustHave(providerRef: string | undefined, reference: string | undefined): LedgerPayment {
    const found =
      payments.get(providerRef ?? '') ??
      [...payments.values()].find((payment) => payment.reference === reference)
    if (found === undefined) throw new ProviderFault('rejected', 'not_found', 'no such payment')
    expire(found)
    return found
  }

  function once(key: string, make: () => string): string {
    const known = byKey.get(key)
    if (known !== undefined && clock.now() - known.at < 24 * HOUR) return known.providerRef
    const providerRef = make()
    byKey.set(key, { at: clock.now(), providerRef })
    return providerRef
  }

  const adapter = (alive: () => boolean): Provider => ({
    id: account,
    account,
    mode: 'test',
    rails,
    createKeyTtlSeconds: 86_400,

    createPayment: (request) =>
      call('create', alive, () => {
        if (hits(faults?.rejected) && !byKey.has(request.idempotencyKey))
          throw new ProviderFault('rejected', 'risk', 'refused', { failureCode: 'fraud_suspected' })
        const rail = railOf(request.method)
        const providerRef = once(request.idempotencyKey, () => {
          const ref = `${account}-${payments.size + 1}`
          payments.set(ref, {
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
            takesLateMoney: hits(faults?.lateSuccess),
            lied: false,
          })
          return ref
        })
        return toPayment(mustHave(providerRef, undefined))
      }),

    getPayment: ({ paymentId, providerRef }) =>
      call('get', alive, () => {
        const found =
          payments.get(providerRef ?? '') ??
          [...payments.values()].find(({ reference }) => reference === paymentId)
        return found === undefined ? null : toPayment(found)
      }),

    capturePayment: ({ providerRef, charge }) =>
      call('capture', alive, () => {
        const payment = mustHave(providerRef, undefined)
        if (payment.status === 'paid' && payment.captured === charge.minorUnits) return toPayment(payment)
        if (payment.status !== 'held') throw new ProviderFault('rejected', 'not_held', payment.status)
        payment.status = 'paid'
        payment.captured = charge.minorUnits
        tell(payment)
        return toPayment(payment)
      }),

    cancelPayment: ({ paymentId, providerRef, repeated }) =>
      call('cancel', alive, () => {
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
        if (
          payment.status === 'held' ||
          (payment.status === 'pending' && rails.some(({ cancelPending }) => cancelPending))
        ) {
          if (payment.status === 'pending' && hits(faults?.liar)) payment.lied = true
          payment.status = 'canceled'
          tell(payment)
        }
        return toPayment(payment)
      }),

    refundPayment: ({ providerRef, refundId, idempotencyKey, charge }) =>
      call('refund', alive, () => {
        const payment = mustHave(providerRef, undefined)
        const ref = once(idempotencyKey, () => {
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
        if (refund === undefined)
          throw new ProviderFault('rejected', 'key_reused', 'the key made something else')
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

  return {
    adapter,
    payments,
    refunds,
    buyer(providerRef, does) {
      const payment = payments.get(providerRef)
      if (payment === undefined) return
      expire(payment)
      const open =
        payment.status === 'pending' ||
        payment.lied ||
        (payment.status === 'expired' && payment.takesLateMoney)
      if (!open || payment.captured > 0) return
      payment.lied = false
      payment.status = does === 'decline' ? 'declined' : payment.hold ? 'held' : 'paid'
      if (payment.status === 'paid') payment.captured = payment.charge.minorUnits
      trace(`buyer ${does}s ${providerRef}: ${payment.status}`)
      tell(payment)
    },
    setFaults(next) {
      faults = next
    },
    setDown(next) {
      down = next
    },
    get injected() {
      return injected
    },
  }
}
