import type { CheckoutView } from '@teabrick/core/contract'
import type { World } from './simulated-world.ts'

/** A merchant sells one order and a buyer pays for it, both in a hurry, with bad networks and more than one tab. */
export async function liveSession(world: World, onSession: (id: string) => void): Promise<void> {
  const { random, time } = world
  const manual = random.chance(0.3)
  const key = world.key()
  let sessionId: string | null = null
  for (let tries = 0; sessionId === null && tries < 20; tries++) {
    const state = await world.ask('create', (engine) =>
      engine.createSession(
        {
          amount: { currency: 'RUB', minorUnits: random.between(1000, 999_999) },
          order: { reference: 'A-1', description: 'Tea' },
          capture: manual ? 'manual' : 'automatic',
          returnUrl: 'https://shop.example/',
          expiresInSeconds: random.pick([60, 300, 3600]),
          metadata: {},
        },
        key,
      ),
    )
    sessionId = state?.session.id ?? null
    if (sessionId === null) await time.sleep(random.between(500, 10_000))
  }
  if (sessionId === null) return
  onSession(sessionId)
  const id = sessionId
  const seen = new Set<string>()
  const tabs = Array.from({ length: random.between(1, 2) }, () => browse(world, id, seen))
  await Promise.all([...tabs, sell(world, id)])
}

/** One tab: looks, clicks, pays, changes its mind. */
async function browse(
  { ask, buyerPays, key, random, time, trace }: World,
  sessionId: string,
  seen: Set<string>,
): Promise<void> {
  const look = (view: CheckoutView | null | undefined): CheckoutView | null => {
    const payload = view?.payment?.nextAction?.qr?.payload
    if (payload !== undefined) seen.add(payload)
    return view ?? null
  }
  for (let steps = random.between(4, 24); steps > 0; steps--) {
    await time.sleep(random.chance(0.7) ? random.between(50, 20_000) : random.between(50, 300_000))
    const view = look((await ask('look', (engine) => engine.readCheckout(sessionId, {})))?.view)
    const roll = random.next()
    if (roll < 0.4) {
      const method = random.pick(view?.methods.length ? view.methods.map(({ id }) => id) : ['sbp'])
      const wish = key()
      trace(`${sessionId.slice(-4)} pay ${method}`)
      const clicks = Array.from({ length: random.between(1, 3) }, async () => {
        await time.sleep(random.between(0, 300))
        return await ask('pay', (engine) =>
          engine.startPayment(sessionId, { method }, random.chance(0.7) ? wish : key(), {}),
        )
      })
      for (const reading of await Promise.all(clicks)) look(reading?.view)
    } else if (roll < 0.65 && seen.size > 0) {
      // Any code he has ever been shown, the withdrawn ones too.
      buyerPays(random.pick([...seen]), random.chance(0.85) ? 'approve' : 'decline')
    } else if (roll < 0.85) {
      trace(`${sessionId.slice(-4)} another method`)
      look((await ask('another', (engine) => engine.cancelCheckout(sessionId, key(), {})))?.view)
    } else {
      await ask('return', (engine) => engine.recheck(sessionId))
    }
  }
  // Some come back for a code on the phone's screen when the shop has long given up.
  if (seen.size > 0 && random.chance(0.4)) {
    await time.sleep(random.between(60_000, 5_400_000))
    buyerPays(random.pick([...seen]), 'approve')
  }
}

/** The merchant: captures or releases holds, refunds in parts, sometimes gives an order up. */
async function sell({ ask, key, random, store, time, trace }: World, sessionId: string): Promise<void> {
  for (let steps = random.between(2, 8); steps > 0; steps--) {
    await time.sleep(random.between(1000, 1_200_000))
    const state = await store.read(sessionId)
    if (state === null) continue
    if (random.chance(0.05)) {
      trace(`${sessionId.slice(-4)} give up`)
      await ask('cancel session', (engine) => engine.cancelSession(sessionId, {}, key()))
    }
    const authorized = state.payments.find(({ status }) => status === 'authorized')
    if (authorized !== undefined) {
      const amount = { currency: 'RUB', minorUnits: random.between(1000, authorized.amount.minorUnits) }
      trace(`${sessionId.slice(-4)} settle the hold`)
      // Two clerks at once: one captures, the other releases.
      const both = random.chance(0.2)
      await Promise.all([
        random.chance(0.7) || both
          ? ask('capture', (engine) =>
              engine.capturePayment(authorized.id, random.chance(0.5) ? {} : { amount }, key()),
            )
          : null,
        random.chance(0.2) || both
          ? ask('release', (engine) => engine.cancelPayment(authorized.id, {}, key()))
          : null,
      ])
    }
    const succeeded = state.payments.find(({ status }) => status === 'succeeded')
    if (succeeded !== undefined && random.chance(0.5)) {
      const most = Math.max(1, succeeded.captured - succeeded.refunded)
      await Promise.all(
        Array.from({ length: random.between(1, 3) }, () => {
          const wish = key()
          const amount = { currency: 'RUB', minorUnits: random.between(1, most) }
          const refund = () =>
            ask('refund', (engine) =>
              engine.refundPayment(succeeded.id, random.chance(0.3) ? {} : { amount }, wish),
            )
          return refund()
        }),
      )
    }
  }
}
