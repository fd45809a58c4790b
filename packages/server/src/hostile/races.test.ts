import { afterEach, describe, expect, it } from 'vitest'
import { createEngineRig, type EngineRig } from '../engine/engine-rig.ts'
import { type Faults, NO_FAULTS } from '../simulation/faults.ts'
import { runSeed } from '../simulation/simulated-world.ts'

/** Worlds with a few faults only, so that they meet in every way. */
async function live(faults: Partial<Faults>, from: number, seeds = 60) {
  for (let seed = from; seed < from + seeds; seed++) {
    const { violations, trace } = await runSeed(seed, { wire: false, faults: { ...NO_FAULTS, ...faults } })
    expect(violations, `seed ${seed}\n${trace.join('\n')}`).toEqual([])
  }
}

describe('races', { timeout: 120_000 }, () => {
  it('between the return of the buyer and the notification end in one success (CC-05)', () =>
    live({ notificationTwice: 1, processing: 0.5, slow: 0.5 }, 5000, 100))

  it('between a refund and a late "canceled" give nothing back twice (CC-08)', async () => {
    const { violations } = await runSeed(125_570)
    expect(violations).toEqual([])
    await live({ liar: 1, lateSuccess: 1, answerLost: 0.3 }, 6000)
  })

  it('between the deadline and a buyer who is paying lose nothing (CC-12)', () =>
    live({ processing: 1, lateSuccess: 1, notificationLost: 0.5 }, 7000))

  it('of clocks that step do not expire orders or keep quotes alive (CC-15)', () =>
    live({ clockStep: 0.5, crash: 0.005 }, 8000))
})

describe('a rail that is cut off', () => {
  let rig: EngineRig
  afterEach(() => rig.close())

  it('takes no new payment, and leaves a hundred that are under way to end by themselves (CC-13)', async () => {
    rig = await createEngineRig()
    const paying: { readonly id: string; readonly payUrl: string }[] = []
    for (let count = 0; count < 100; count++) {
      const { session } = await rig.session()
      const view = await rig.pay(session.id, 'sbp')
      paying.push({ id: session.id, payUrl: view.payment?.nextAction?.qr?.payload ?? '' })
    }
    const late = await rig.session()
    await rig.engine.updateRail('yookassa:sbp', { state: 'suspended', reason: 'cut' }, 'operator')
    const { view } = await rig.engine.readCheckout(late.session.id, {})
    expect(view.methods.map(({ id }) => id)).not.toContain('sbp')
    await expect(
      rig.engine.startPayment(late.session.id, { method: 'sbp' }, rig.key(), {}),
    ).rejects.toMatchObject({ code: 'method_unavailable' })
    for (const { id } of paying) {
      const { payments } = await rig.state(id)
      expect(payments.map(({ status, account }) => [account, status])).toEqual([
        ['yookassa', 'requires_action'],
      ])
    }
    for (const { payUrl } of paying.slice(0, 3)) await rig.buyer(payUrl, 'approve')
    await rig.clock.advance(31_000)
    for (const { id } of paying.slice(0, 3)) expect((await rig.state(id)).session.status).toBe('complete')
  })
})
