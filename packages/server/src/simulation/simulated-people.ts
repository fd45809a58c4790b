import { PayError } from '@teabrick/core'
import type { CheckoutView } from '@teabrick/core/contract'
import type { ApiProblem } from '../api-problem.ts'
import type { RequestKey } from '../payment-engine.ts'
import type { SimulatedTab } from './simulated-tab.ts'
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
  const codes = new Set<string>()
  const tabs = Array.from({ length: random.between(1, 2) }, () => browse(world, id, codes))
  await Promise.all([...tabs, sell(world, id)])
}

/** One tab: looks, clicks, pays, changes its mind. */
async function browse(world: World, sessionId: string, codes: Set<string>): Promise<void> {
  const { ask, buyerPays, injector, key, random, time, trace } = world
  const name = sessionId.slice(-4)
  let tab = world.tab(sessionId)

  /** An answer on its way to the tab: it may be overtaken by newer ones, or get lost. */
  async function receive(view: CheckoutView | null | undefined, isReply = false): Promise<void> {
    if (view == null) return
    world.noteQuotes(sessionId, view)
    if (injector.hits('reordered')) {
      if (random.chance(0.3)) return
      await time.sleep(random.between(100, 30_000))
    }
    const payload = view.payment?.nextAction?.qr?.payload ?? view.payment?.nextAction?.redirect?.url
    if (payload !== undefined) codes.add(payload)
    tab.show({ type: 'view', view, atMs: time.now(), isReply })
  }

  async function pay(view: CheckoutView | undefined): Promise<void> {
    const method = random.pick(view?.methods.length ? view.methods.map(({ id }) => id) : ['sbp'])
    const shown = view?.methods.find(({ id }) => id === method)?.quote?.id
    // A quote he was shown: this one, one of long ago, or one that belongs to another order.
    const quoteId =
      shown === undefined || random.chance(0.2) ? undefined : random.pick([shown, shown, ...world.quotes])
    trace(`${name} pay ${method}`)
    const before = tab.state
    tab.show({ type: 'pay', method })
    const wish = key()
    const clicks = Array.from({ length: random.between(1, 3) }, async (_, click) => {
      await time.sleep(random.between(0, 300))
      const used: RequestKey = click === 0 || random.chance(0.7) ? wish : key()
      for (let tries = 0; tries < 3; tries++) {
        let problem: ApiProblem | null = null
        const reading = await ask(
          'pay',
          (engine) => engine.startPayment(sessionId, { method, quoteId }, used, {}),
          (refusal) => {
            problem = refusal
          },
        )
        if (reading !== null) {
          return await receive(reading.view, true)
        }
        if (problem !== null) return refuse(tab, problem, time.now())
        tab.show({ type: 'lost' })
        if (tab.state === before) return
        await time.sleep(random.between(500, 5000))
      }
    })
    await Promise.all(clicks)
  }

  for (let steps = random.between(4, 24); steps > 0; steps--) {
    await time.sleep(random.chance(0.7) ? random.between(50, 20_000) : random.between(50, 300_000))
    // Back from the bank's app, in a browser that has forgotten everything.
    if (random.chance(0.05)) tab = world.tab(sessionId)
    const view = (await ask('look', (engine) => engine.readCheckout(sessionId, {})))?.view
    const arriving = receive(view)
    if (random.chance(0.7)) await arriving
    const roll = random.next()
    if (roll < 0.4) {
      await pay(view)
    } else if (roll < 0.65 && codes.size > 0) {
      // Any code he has ever been shown, the withdrawn ones too.
      buyerPays(random.pick([...codes]), random.chance(0.8) ? 'approve' : 'decline')
    } else if (roll < 0.85) {
      trace(`${name} another method`)
      const reading = await ask(
        'another',
        (engine) => engine.cancelCheckout(sessionId, key(), {}),
        (problem) => refuse(tab, problem, time.now()),
      )
      await receive(reading?.view)
    } else {
      await ask('return', (engine) => engine.recheck(sessionId))
    }
  }
  // Some come back for a code on the phone's screen when the shop has long given up.
  if (codes.size > 0 && random.chance(0.4)) {
    await time.sleep(random.between(60_000, 5_400_000))
    buyerPays(random.pick([...codes]), 'approve')
  }
}

function refuse(tab: SimulatedTab, problem: ApiProblem, atMs: number): void {
  tab.show({ type: 'refused', error: new PayError(problem.code, problem.message), view: problem.view, atMs })
}

/** The merchant: captures or releases holds, refunds in parts, sometimes gives an order up. */
async function sell(world: World, sessionId: string): Promise<void> {
  const { ask, key, random, store, time, trace } = world
  const name = sessionId.slice(-4)
  for (let steps = random.between(2, 8); steps > 0; steps--) {
    await time.sleep(random.between(1000, 1_200_000))
    const state = await store.read(sessionId)
    if (state === null) continue
    if (random.chance(0.05)) {
      trace(`${name} give up`)
      await ask('cancel session', (engine) => engine.cancelSession(sessionId, {}, key()))
    }
    const authorized = state.payments.find(({ status }) => status === 'authorized')
    if (authorized !== undefined) {
      // Now and then more than is reserved.
      const most = authorized.amount.minorUnits * (random.chance(0.1) ? 2 : 1)
      const amount = { currency: 'RUB', minorUnits: random.between(1000, most) }
      trace(`${name} settle the hold`)
      // Clerks at once: two capture, one of them another sum, or one captures and the other releases.
      const both = random.chance(0.2)
      const captures = random.chance(0.7) || both ? random.between(1, 2) : 0
      await Promise.all([
        ...Array.from({ length: captures }, () =>
          ask('capture', (engine) =>
            engine.capturePayment(authorized.id, random.chance(0.5) ? {} : { amount }, key()),
          ),
        ),
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
          const request = random.chance(0.3)
            ? {}
            : { amount: { currency: 'RUB', minorUnits: random.between(1, most) } }
          return refundTwice(world, succeeded.id, request)
        }),
      )
    }
  }
}

/** Asks for a refund, and again with the same key when no answer came. */
async function refundTwice(
  { ask, key, random, time, violated }: World,
  paymentId: string,
  request: { readonly amount?: { readonly currency: string; readonly minorUnits: number } },
): Promise<void> {
  const wish = key()
  const refund = () => ask('refund', (engine) => engine.refundPayment(paymentId, request, wish))
  const first = await refund()
  if (first !== null && random.chance(0.7)) return
  await time.sleep(random.between(100, 20_000))
  const second = await refund()
  if (first !== null && second !== null && first.refund.id !== second.refund.id)
    violated(`I8: one key made the refunds ${first.refund.id} and ${second.refund.id}`)
}

/** An operator who cuts rails off in the middle of everything, and restores them. */
export async function operate(
  { ask, injector, random, time }: World,
  railIds: readonly string[],
): Promise<void> {
  const cut = new Set<string>()
  while (injector.faults.railCut > 0) {
    await time.sleep(60_000)
    if (!random.chance(injector.faults.railCut)) continue
    const id = random.pick(railIds)
    const state = cut.has(id) ? 'active' : 'suspended'
    const until =
      state === 'suspended' && random.chance(0.3)
        ? new Date(time.now() + random.between(60_000, 1_800_000)).toISOString()
        : undefined
    const done = await ask('switch', (engine) =>
      engine.updateRail(id, { state, reason: 'drill', until }, 'operator'),
    )
    if (done === null) continue
    if (state === 'suspended' && until === undefined) cut.add(id)
    else cut.delete(id)
  }
}
