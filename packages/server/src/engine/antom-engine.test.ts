import {
  type Operation,
  SCENARIOS,
  type Scenario,
  type ScenarioName,
  sandboxAccounts,
} from '@teabrick/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chargeOf } from '../domain/charge.ts'
import type { PaymentRecord } from '../domain/records.ts'
import { fixedRate } from '../fixed-rate.ts'
import { antom } from '../providers/antom.ts'
import { createEngineRig, type EngineRig } from './engine-rig.ts'

let rig: EngineRig

beforeEach(async () => {
  const { clientId, merchantPrivateKey, antomPublicKey } = sandboxAccounts.antom
  rig = await createEngineRig({
    providers: [
      antom({
        clientId,
        privateKey: merchantPrivateKey,
        antomPublicKey,
        gatewayUrl: 'http://127.0.0.1:4250/antom',
        methods: ['alipay', 'bank_card'],
      }),
    ],
    quotes: [
      fixedRate({ pair: 'RUB/CNY', rate: '12.50', marginBps: 120 }),
      fixedRate({ pair: 'RUB/USD', rate: '90', marginBps: 120 }),
    ],
  })
})
afterEach(() => rig.close())

const ledger = () => rig.sandbox.control.state().doubles.find(({ id }) => id === 'antom')!.ledger
const rub = (minorUnits: number) => ({ amount: { currency: 'RUB', minorUnits } })

/** The double's clock and the engine's go on together: both may have something to do. */
async function pass(seconds: number, stepSeconds = 1): Promise<void> {
  for (let second = 0; second < seconds; second += stepSeconds) {
    await rig.sandbox.control.apply({ advanceSeconds: stepSeconds })
    await rig.clock.advance(stepSeconds * 1000)
  }
}

const HAS_MONEY = ['authorized', 'succeeded', 'late_success', 'late_refunded']

/** Every payment of Antom's ledger against our books: what the buyer was charged, what he has back, who knows of it. */
async function compare(sessionId: string): Promise<readonly PaymentRecord[]> {
  const { payments, session } = await rig.state(sessionId)
  for (const theirs of ledger().payments) {
    const ours = payments.find(({ id }) => id === theirs.reference)
    expect(ours, theirs.reference).toBeDefined()
    expect(theirs.approvals, 'one charge at most').toBeLessThan(2)
    expect(theirs.amount).toEqual(ours!.charge)
    expect(theirs.captured - theirs.refunded, `${ours!.status} is ${theirs.status} to Antom`).toBe(
      chargeOf(ours!.captured, ours!) - chargeOf(ours!.refunded, ours!),
    )
    if (theirs.status === 'authorized') expect(ours!.status).toBe('authorized')
    if (theirs.captured > theirs.refunded) expect(HAS_MONEY).toContain(ours!.status)
  }
  const kept = payments.filter(({ captured, refunded }) => captured > refunded)
  expect(kept.length).toBeLessThan(2)
  if (kept.length > 0) expect(session.status).toBe('complete')
  return payments
}

describe.each(['alipay', 'bank_card'])('through Antom, by %s', (method) => {
  it('a purchase is complete, and goes back in parts', async () => {
    const { session } = await rig.session()
    expect((await rig.pay(session.id, method)).payment?.status).toBe('requires_action')
    expect(await rig.buyer(ledger().payments[0]!.payUrl, 'approve')).toBe(200)
    await pass(5)
    const [payment] = await compare(session.id)
    expect(payment).toMatchObject({ status: 'succeeded', captured: 123_456 })
    for (const kopecks of [1000, 1000, 121_456]) {
      await rig.running(rig.engine.refundPayment(payment!.id, rub(kopecks), rig.key()))
    }
    await pass(60)
    expect(await compare(session.id)).toMatchObject([{ captured: 123_456, refunded: 123_456 }])
    expect(ledger().payments).toMatchObject([{ captured: payment!.charge.minorUnits }])
  })

  // Each scenario of the sandbox where it strikes by itself; `npm run test:full` puts it at each operation.
  const names = SCENARIOS.filter((name) => name !== 'hang' && name !== 'slow')
  const everywhere = ['pay', 'inquire', 'cancel', 'refund', 'notify', 'approve'] as const
  const cases = names.flatMap((name): [ScenarioName, Operation | undefined][] =>
    process.env['TEABRICK_LEDGER'] === 'all'
      ? everywhere.map((operation) => [name, operation])
      : [[name, undefined]],
  )
  it.each(cases)('%s (%s) leaves Antom’s ledger and our books alike', async (name, operation) => {
    const scenario: Scenario = { name, double: 'antom', operation, times: 2 }
    await rig.sandbox.control.apply({ scenario })
    const { session } = await rig.session({ expiresInSeconds: 600 })
    await rig.pay(session.id, method).catch(() => {})
    await pass(3)
    const begun = ledger().payments.at(-1)
    if (begun) await rig.buyer(begun.payUrl, 'approve')
    await pass(6)
    await rig.running(rig.engine.cancelCheckout(session.id, rig.key(), {})).catch(() => {})
    await pass(6)
    if (begun) await rig.buyer(begun.payUrl, 'approve')
    await pass(30, 15)
    const [payment] = await compare(session.id)
    if (payment && ['succeeded', 'late_success'].includes(payment.status) && payment.refunded === 0) {
      await rig.running(rig.engine.refundPayment(payment.id, rub(1000), rig.key())).catch(() => {})
    }
    await pass(1800, 300)
    await compare(session.id)
  })
})

describe('a card that is held', () => {
  async function hold() {
    const { session } = await rig.session({ capture: 'manual' })
    await rig.pay(session.id, 'bank_card')
    await rig.buyer(ledger().payments[0]!.payUrl, 'approve')
    await pass(3)
    const [payment] = await compare(session.id)
    expect(payment).toMatchObject({ status: 'authorized', captured: 0 })
    return { session, payment: payment! }
  }

  it('is taken in part, and the part goes back', async () => {
    const { session, payment } = await hold()
    await rig.running(rig.engine.capturePayment(payment.id, rub(100_000), rig.key()))
    await pass(3)
    expect(await compare(session.id)).toMatchObject([{ status: 'succeeded', captured: 100_000 }])
    await rig.running(rig.engine.refundPayment(payment.id, rub(100_000), rig.key()))
    await pass(30)
    expect(await compare(session.id)).toMatchObject([{ captured: 100_000, refunded: 100_000 }])
    expect(ledger().refunds).toHaveLength(1)
  })

  for (const name of ['lost-answer', 'http-500', 'rate-limited', 'reset'] as const) {
    it(`is taken once when ${name} strikes the capture`, async () => {
      const { session, payment } = await hold()
      await rig.sandbox.control.apply({ scenario: { name, double: 'antom', operation: 'capture', times: 2 } })
      await rig.running(rig.engine.capturePayment(payment.id, rub(100_000), rig.key()))
      await pass(60)
      expect(await compare(session.id)).toMatchObject([{ status: 'succeeded', captured: 100_000 }])
    })
  }

  it('is released on demand', async () => {
    const { session, payment } = await hold()
    await rig.running(rig.engine.cancelPayment(payment.id, {}, rig.key()))
    await pass(10)
    expect(await compare(session.id)).toMatchObject([{ status: 'canceled' }])
    expect(ledger().payments).toMatchObject([{ status: 'canceled', captured: 0 }])
  })
})
