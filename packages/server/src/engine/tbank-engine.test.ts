import { sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import { tbank } from '../providers/tbank.ts'
import { tbankToken } from '../signatures/tbank.ts'
import { createEngineRig, type EngineRig } from './engine-rig.ts'

let rig: EngineRig
afterEach(() => rig.close())

async function open(): Promise<void> {
  const { terminalKey, password } = sandboxAccounts.tbank
  rig = await createEngineRig({
    providers: [tbank({ terminalKey, password, apiUrl: 'http://127.0.0.1:4250/tbank/v2' })],
  })
}

const ledger = () => rig.sandbox.control.state().doubles.find(({ id }) => id === 'tbank')!.ledger
const payUrl = () => ledger().payments.at(-1)!.payUrl
const refund = (paymentId: string, minorUnits: number) =>
  rig.running(rig.engine.refundPayment(paymentId, { amount: { currency: 'RUB', minorUnits } }, rig.key()))
/** The doubles' refunds by SBP take a few seconds of real time. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await rig.sandbox.control.apply({ advanceSeconds: 1 })
    await rig.clock.advance(1000)
  }
}

describe('through T-Bank', () => {
  for (const method of ['sbp', 't_pay', 'bank_card']) {
    it(`a purchase by ${method} is complete`, async () => {
      await open()
      const { session } = await rig.session()
      expect((await rig.pay(session.id, method)).payment?.status).toBe('requires_action')
      expect(await rig.buyer(payUrl(), 'approve')).toBe(200)
      const { session: after, payments } = await rig.state(session.id)
      expect(after.status).toBe('complete')
      expect(payments).toMatchObject([{ status: 'succeeded', captured: 123_456 }])
      expect(await rig.events()).toContain('session.completed')
    })
  }

  it('a lost answer makes no second payment', async () => {
    await open()
    const scenario = { name: 'lost-answer', double: 'tbank', operation: 'pay', times: 1 }
    await rig.sandbox.control.apply({ scenario })
    const { session } = await rig.session()
    expect((await rig.pay(session.id, 'sbp')).payment?.status).toBe('processing')
    await rig.clock.advance(3000)
    expect((await rig.state(session.id)).payments).toMatchObject([{ status: 'requires_action' }])
    expect(ledger().payments).toHaveLength(1)
  })

  it('another method ends the first', async () => {
    await open()
    const { session } = await rig.session()
    await rig.pay(session.id, 'sbp')
    await rig.running(rig.engine.cancelCheckout(session.id, rig.key(), {}))
    await rig.clock.advance(2000)
    expect((await rig.state(session.id)).payments).toMatchObject([{ status: 'canceled' }])
    await rig.pay(session.id, 't_pay')
    await rig.buyer(payUrl(), 'approve')
    expect((await rig.state(session.id)).session.status).toBe('complete')
    expect(rig.charges()).toHaveLength(1)
  })

  it('a hold is taken in part and given back in parts, all by our books', async () => {
    await open()
    const { session } = await rig.session({ capture: 'manual' })
    await rig.pay(session.id, 'bank_card')
    await rig.buyer(payUrl(), 'approve')
    const [payment] = (await rig.state(session.id)).payments
    expect(payment).toMatchObject({ status: 'authorized' })
    const part = { amount: { currency: 'RUB', minorUnits: 100_000 } }
    await rig.running(rig.engine.capturePayment(payment!.id, part, rig.key()))
    await rig.clock.advance(2000)
    expect((await rig.state(session.id)).payments).toMatchObject([{ status: 'succeeded', captured: 100_000 }])
    for (const kopecks of [1000, 1000, 98_000]) await refund(payment!.id, kopecks)
    await rig.clock.advance(120_000)
    const { payments, refunds } = await rig.state(session.id)
    expect(payments).toMatchObject([{ captured: 100_000, refunded: 100_000 }])
    expect(refunds.map(({ status, origin }) => `${status} ${origin}`)).toEqual(
      Array(3).fill('succeeded merchant'),
    )
    expect(ledger().payments).toMatchObject([{ captured: 100_000, refunded: 100_000 }])
  })

  it('refunds by SBP of one sum, with answers lost, are each made once', async () => {
    await open()
    const { session } = await rig.session()
    await rig.pay(session.id, 'sbp')
    await rig.buyer(payUrl(), 'approve')
    const [payment] = (await rig.state(session.id)).payments
    for (const _ of [1, 2, 3]) {
      const scenario = { name: 'lost-answer', double: 'tbank', operation: 'refund', times: 1 }
      await rig.sandbox.control.apply({ scenario })
      await refund(payment!.id, 1000)
    }
    await pass(90)
    const { refunds } = await rig.state(session.id)
    expect(refunds.map(({ status, origin }) => `${status} ${origin}`)).toEqual(
      Array(3).fill('succeeded merchant'),
    )
    expect(ledger().payments).toMatchObject([{ refunded: 3000 }])
  })

  it('a refund made in the cabinet is adopted', async () => {
    await open()
    const { session } = await rig.session()
    await rig.pay(session.id, 't_pay')
    await rig.buyer(payUrl(), 'approve')
    const [payment] = (await rig.state(session.id)).payments
    await refund(payment!.id, 1000)
    const { terminalKey, password } = sandboxAccounts.tbank
    const params = { TerminalKey: terminalKey, PaymentId: payment!.providerRef, Amount: 500 }
    const body = JSON.stringify({ ...params, Token: tbankToken(params, password) })
    await rig.sandbox.fetch(new Request('http://127.0.0.1:4250/tbank/v2/Cancel', { method: 'POST', body }))
    await rig.clock.advance(300_000)
    await pass(2)
    await rig.clock.advance(3_600_000)
    const { refunds } = await rig.state(session.id)
    expect(refunds.map(({ charge, origin }) => [charge, origin])).toEqual([
      [1000, 'merchant'],
      [500, 'provider'],
    ])
  })
})
