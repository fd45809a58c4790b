import { sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'
import { yookassa } from '../providers/yookassa.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { StoreError } from '../store/store.ts'
import { createEngineRig, type EngineRig } from './engine-rig.ts'

let rig: EngineRig
afterEach(() => rig.close())

const qrOf = (view: {
  payment: { nextAction: { qr?: { payload: string } | undefined } | null } | null
}): string => view.payment?.nextAction?.qr?.payload ?? 'no QR'

describe('a purchase', () => {
  it('is complete when the buyer approves the Alipay QR, charged in yuan at the quoted rate', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    const view = await rig.pay(session.id, 'alipay')
    expect(view.payment).toMatchObject({
      status: 'requires_action',
      charge: { currency: 'CNY', minorUnits: 9876 },
    })
    expect(await rig.buyer(qrOf(view), 'approve')).toBe(200)
    const state = await rig.state(session.id)
    expect(state.session.status).toBe('complete')
    expect(state.payments[0]).toMatchObject({ status: 'succeeded', captured: 123_456 })
    expect(rig.charges()).toEqual([{ reference: state.payments[0]?.id, minorUnits: 9876, currency: 'CNY' }])
    expect(await rig.events()).toEqual(['payment.succeeded', 'session.completed'])
  })

  it('is charged at the quote that the buyer has seen for five minutes, and not a second longer', async () => {
    rig = await createEngineRig()
    const seen = async () => {
      const { session } = await rig.session()
      const { view } = await rig.engine.readCheckout(session.id, {})
      return { id: session.id, quoteId: view.methods.find(({ id }) => id === 'alipay')?.quote?.id ?? '' }
    }
    const pay = ({ id, quoteId }: { readonly id: string; readonly quoteId: string }) =>
      rig.running(rig.engine.startPayment(id, { method: 'alipay', quoteId }, rig.key(), {}))
    const [inTime, late] = [await seen(), await seen()]
    await rig.clock.advance(300_000)
    expect((await pay(inTime)).view.payment).toMatchObject({ charge: { currency: 'CNY', minorUnits: 9876 } })
    await rig.clock.advance(1)
    await expect(pay(late)).rejects.toMatchObject({ code: 'quote_changed' })
  })

  it('is complete when the buyer approves the SBP QR', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    const view = await rig.pay(session.id, 'sbp')
    expect(await rig.buyer(qrOf(view), 'approve')).toBe(200)
    expect((await rig.state(session.id)).session.status).toBe('complete')
    expect(rig.charges()).toMatchObject([{ minorUnits: 123_456, currency: 'RUB' }])
  })

  it('is complete without a single notification, because the provider is asked', async () => {
    rig = await createEngineRig({ notificationsLost: true })
    const { session } = await rig.session()
    await rig.buyer(qrOf(await rig.pay(session.id, 'sbp')), 'approve')
    expect((await rig.state(session.id)).session.status).toBe('open')
    await rig.clock.advance(31_000)
    expect((await rig.state(session.id)).session.status).toBe('complete')
  })

  it('goes on with another method after a decline', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    await rig.buyer(qrOf(await rig.pay(session.id, 'alipay')), 'decline')
    expect((await rig.state(session.id)).payments[0]).toMatchObject({ status: 'failed' })
    await rig.buyer(qrOf(await rig.pay(session.id, 'sbp')), 'approve')
    expect((await rig.state(session.id)).session.status).toBe('complete')
    expect(rig.charges()).toHaveLength(1)
  })
})

describe('another method', () => {
  it('cancels what the provider can cancel, and waits for the proof', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    await rig.pay(session.id, 'alipay')
    const { view } = await rig.running(rig.engine.cancelCheckout(session.id, rig.key(), {}))
    expect(view.payment?.status).toBe('canceled')
    expect((await rig.state(session.id)).session.status).toBe('open')
  })

  it('supersedes what cannot be canceled, and gives the money back when the old code is paid too', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    const old = qrOf(await rig.pay(session.id, 'sbp'))
    await rig.running(rig.engine.cancelCheckout(session.id, rig.key(), {}))
    expect((await rig.state(session.id)).payments[0]).toMatchObject({ status: 'superseded', action: null })
    await rig.buyer(qrOf(await rig.pay(session.id, 'alipay')), 'approve')
    expect((await rig.state(session.id)).session.status).toBe('complete')
    await rig.buyer(old, 'approve')
    await rig.clock.advance(5000)
    const { payments, refunds } = await rig.state(session.id)
    expect(payments.map(({ status }) => status)).toEqual(['late_refunded', 'succeeded'])
    expect(refunds).toMatchObject([{ origin: 'late', status: 'succeeded', amount: 123_456 }])
    expect(rig.charges()).toHaveLength(1)
  })

  it('lets the old code win when it is paid first, and withdraws the new one', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    const old = qrOf(await rig.pay(session.id, 'sbp'))
    await rig.running(rig.engine.cancelCheckout(session.id, rig.key(), {}))
    await rig.pay(session.id, 'alipay')
    await rig.buyer(old, 'approve')
    await rig.clock.advance(5000)
    const { payments, session: after } = await rig.state(session.id)
    expect(after.status).toBe('complete')
    expect(payments.map(({ status }) => status)).toEqual(['succeeded', 'canceled'])
  })
})

describe('a cancel that the buyer overtakes', () => {
  it('never leaves an order complete whose money the cancel gave back', async () => {
    let pay = async () => {}
    const http = createProviderHttp({
      fetch: async (input, init) => {
        const request = new Request(input, init)
        if (request.url.endsWith('/payments/cancel')) {
          const once = pay
          pay = async () => {}
          await once()
        }
        return await rig.sandbox.fetch(request)
      },
    })
    rig = await createEngineRig({ http })
    const { session } = await rig.session()
    const url = new URL(qrOf(await rig.pay(session.id, 'alipay')))
    url.pathname += '/approve'
    pay = async () => {
      // The buyer pays while the cancel is on its way, and the notification is worked off before it arrives.
      await rig.sandbox.fetch(new Request(url, { method: 'POST' }))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await rig.running(rig.engine.cancelCheckout(session.id, rig.key(), {}))
    for (let step = 0; step < 40; step++) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      await rig.clock.advance(1000)
    }
    const state = await rig.state(session.id)
    expect([state.session.status, state.payments[0]?.status, rig.charges().length]).toEqual([
      'open',
      'canceled',
      0,
    ])
  })
})

describe('refunds', () => {
  it('end at exactly the charge, in whatever parts', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    await rig.buyer(qrOf(await rig.pay(session.id, 'alipay')), 'approve')
    const paymentId = (await rig.state(session.id)).payments[0]?.id ?? ''
    for (const minorUnits of [1, 33_333, 7, 50_000, 40_115]) {
      await rig.running(
        rig.engine.refundPayment(paymentId, { amount: { currency: 'RUB', minorUnits } }, rig.key()),
      )
    }
    await rig.clock.advance(5000)
    const { payments, refunds } = await rig.state(session.id)
    expect(refunds.every(({ status }) => status === 'succeeded')).toBe(true)
    expect(refunds.reduce((sum, { charge }) => sum + charge, 0)).toBe(9876)
    expect(payments[0]).toMatchObject({ captured: 123_456, refunded: 123_456 })
    expect(rig.charges()).toEqual([])
    await expect(rig.engine.refundPayment(paymentId, {}, rig.key())).rejects.toMatchObject({
      code: 'amount_exceeds_remaining',
    })
  })
})

describe('manual capture', () => {
  it('completes the session at the reservation and takes the money after the deadline', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session({ capture: 'manual', expiresInSeconds: 600 })
    const view = await rig.pay(session.id, 'bank_card')
    await rig.buyer(view.payment?.nextAction?.redirect?.url ?? '', 'approve')
    expect(await rig.state(session.id)).toMatchObject({
      session: { status: 'complete' },
      payments: [{ status: 'authorized' }],
    })
    await rig.clock.advance(3_600_000)
    const { payment } = await rig.running(
      rig.engine.capturePayment(
        view.payment?.id ?? '',
        { amount: { currency: 'RUB', minorUnits: 100_000 } },
        rig.key(),
      ),
    )
    expect(payment).toMatchObject({ status: 'succeeded', captured: 100_000 })
    expect(rig.charges()).toMatchObject([{ minorUnits: 100_000 }])
    await expect(rig.engine.capturePayment(payment.id, {}, rig.key())).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })

  it('releases the reservation on cancel', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session({ capture: 'manual' })
    const view = await rig.pay(session.id, 'bank_card')
    await rig.buyer(view.payment?.nextAction?.redirect?.url ?? '', 'approve')
    const { payment } = await rig.running(rig.engine.cancelPayment(view.payment?.id ?? '', {}, rig.key()))
    expect(payment.status).toBe('canceled')
    expect((await rig.state(session.id)).session.status).toBe('complete')
    expect(rig.charges()).toEqual([])
  })
})

describe('an answer that was lost', () => {
  it('is shown as processing and found again under the same key', async () => {
    rig = await createEngineRig()
    await rig.sandbox.control.apply({
      scenario: { name: 'lost-answer', double: 'antom', operation: 'pay', times: 1 },
    })
    const { session } = await rig.session()
    const view = await rig.pay(session.id, 'alipay')
    expect(view.payment).toMatchObject({ status: 'processing', nextAction: null })
    await rig.running(rig.engine.cancelCheckout(session.id, rig.key(), {}))
    await rig.clock.advance(10_000)
    expect(rig.sandbox.control.state().doubles[0]?.ledger.payments).toHaveLength(1)
  })

  it('never lets a payment that may have been made be left for another', async () => {
    rig = await createEngineRig()
    await rig.sandbox.control.apply({
      scenario: { name: 'lost-answer', double: 'yookassa', operation: 'pay', times: 1 },
    })
    const { session } = await rig.session()
    await rig.pay(session.id, 'sbp')
    await expect(rig.engine.cancelCheckout(session.id, rig.key(), {})).rejects.toMatchObject({
      code: 'payment_in_progress',
    })
    await rig.clock.advance(2000)
    expect((await rig.state(session.id)).payments[0]).toMatchObject({ status: 'requires_action' })
  })
})

describe('the deadline', () => {
  it('ends the live payment first and expires the session with the proof', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session({ expiresInSeconds: 120 })
    await rig.pay(session.id, 'alipay')
    await rig.clock.advance(125_000)
    const state = await rig.state(session.id)
    expect(state.session.status).toBe('expired')
    expect(state.payments[0]?.status).toMatch(/canceled|expired/)
    expect(await rig.events()).toContain('session.expired')
  })

  it('waits for what cannot be ended, and gives back what is paid too late', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session({ expiresInSeconds: 120 })
    const view = await rig.pay(session.id, 'sbp')
    await rig.clock.advance(125_000)
    expect((await rig.state(session.id)).session.status).toBe('closing')
    await rig.clock.advance(900_000)
    expect(await rig.state(session.id)).toMatchObject({
      session: { status: 'expired' },
      payments: [{ status: 'expired' }],
    })
    await rig.buyer(qrOf(view), 'approve')
    await rig.clock.advance(60_000)
    expect((await rig.state(session.id)).payments[0]?.status).toBe('late_refunded')
    expect(rig.charges()).toEqual([])
  })
})

describe('keys', () => {
  it('name one session, one payment and one refund, however often they are sent', async () => {
    rig = await createEngineRig()
    const request = {
      amount: { currency: 'RUB', minorUnits: 100 },
      order: { reference: 'A-1', description: 'Чай' },
      capture: 'automatic' as const,
      returnUrl: 'https://shop.example/',
      expiresInSeconds: 3600,
      metadata: {},
    }
    const key = rig.key('the same key of a session')
    const [a, b] = await Promise.all([
      rig.engine.createSession(request, key),
      rig.engine.createSession(request, key),
    ])
    expect(a.session.id).toBe(b.session.id)
    await expect(rig.engine.createSession(request, { ...key, fingerprint: 'other' })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    const first = await rig.pay(a.session.id, 'sbp', 'pay-once')
    const again = await rig.pay(a.session.id, 'sbp', 'pay-once')
    expect(again.payment?.id).toBe(first.payment?.id)
    await rig.buyer(qrOf(first), 'approve')
    const refundKey = rig.key('refund-once')
    const one = await rig.running(rig.engine.refundPayment(first.payment?.id ?? '', {}, refundKey))
    const two = await rig.running(rig.engine.refundPayment(first.payment?.id ?? '', {}, refundKey))
    expect(two.refund.id).toBe(one.refund.id)
  })
})

describe('a method with two rails', () => {
  const accounts = ['first', 'second'].map((account) =>
    yookassa({
      account,
      shopId: sandboxAccounts.yookassa.shopId,
      secretKey: sandboxAccounts.yookassa.secretKey,
      apiUrl: 'http://127.0.0.1:4250/yookassa/v3',
      methods: ['sbp'],
    }),
  )

  /** The way to the provider, with the first creates disturbed. */
  const disturbed = (disturb: () => Promise<Response>, times: number) => {
    let left = times
    return createProviderHttp({
      fetch: async (input, init) => {
        const request = new Request(input, init)
        if (request.method === 'POST' && left-- > 0) return await disturb()
        return await rig.sandbox.fetch(request)
      },
    })
  }
  const refused = () =>
    Promise.reject(
      new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }),
    )

  it('fails over at once when the first was provably never reached', async () => {
    rig = await createEngineRig({ providers: accounts, http: disturbed(refused, 1) })
    const { session } = await rig.session()
    const view = await rig.pay(session.id, 'sbp')
    expect(view.payment).toMatchObject({ status: 'requires_action', method: 'sbp' })
    const { payments } = await rig.state(session.id)
    expect(payments.map(({ account, status }) => [account, status])).toEqual([
      ['first', 'failed'],
      ['second', 'requires_action'],
    ])
    await rig.buyer(qrOf(view), 'approve')
    await rig.clock.advance(31_000)
    expect((await rig.state(session.id)).session.status).toBe('complete')
    expect(rig.charges()).toHaveLength(1)
  })

  it('fails over to the next account that has the method, whatever others have', async () => {
    const account = (name: string, methods: readonly ('bank_card' | 'sbp')[]) =>
      yookassa({
        account: name,
        shopId: sandboxAccounts.yookassa.shopId,
        secretKey: sandboxAccounts.yookassa.secretKey,
        apiUrl: 'http://127.0.0.1:4250/yookassa/v3',
        methods,
      })
    const providers = [account('first', ['sbp']), account('second', ['bank_card']), account('third', ['sbp'])]
    rig = await createEngineRig({
      providers,
      http: disturbed(refused, 1),
      routing: { methods: ['bank_card', 'sbp'] },
    })
    const { session } = await rig.session()
    await rig.pay(session.id, 'sbp')
    expect((await rig.state(session.id)).payments.map(({ account: at, method }) => [at, method])).toEqual([
      ['first', 'sbp'],
      ['third', 'sbp'],
    ])
    expect((await rig.state(session.id)).payments[1]).toMatchObject({ action: { qr: {} } })
  })

  it('never fails over while the outcome is not known', async () => {
    rig = await createEngineRig({
      providers: accounts,
      http: disturbed(async () => new Response('', { status: 502 }), 1),
    })
    const { session } = await rig.session()
    await rig.pay(session.id, 'sbp')
    await rig.clock.advance(3000)
    const { payments } = await rig.state(session.id)
    expect(payments.map(({ account, status }) => [account, status])).toEqual([['first', 'requires_action']])
    expect(rig.sandbox.control.state().doubles[1]?.ledger.payments).toHaveLength(1)
  })

  it('says that it is unavailable when no rail could be reached, and keeps the order', async () => {
    rig = await createEngineRig({ providers: accounts, http: disturbed(refused, 2) })
    const { session } = await rig.session()
    const view = await rig.pay(session.id, 'sbp')
    expect(view.session.status).toBe('open')
    expect(view.payment).toMatchObject({ status: 'failed', failure: { code: 'provider_unavailable' } })
  })

  it('is carried over the second rail as long as the first does not answer', async () => {
    rig = await createEngineRig({
      providers: accounts,
      http: disturbed(async () => new Response('', { status: 503 }), 3),
    })
    for (let orders = 0; orders < 3; orders++) await rig.pay((await rig.session()).session.id, 'sbp')
    const { session } = await rig.session()
    await rig.pay(session.id, 'sbp')
    expect((await rig.state(session.id)).payments).toMatchObject([
      { account: 'second', status: 'requires_action' },
    ])
    expect((await rig.engine.listRails()).items.map(({ health }) => health)).toEqual(['down', 'up'])
  })
})

describe('keys of one payment', () => {
  it('mean another wish for each thing that is asked for, though they are the same', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session({ capture: 'manual' })
    const view = await rig.pay(session.id, 'bank_card')
    const id = view.payment?.id ?? ''
    await rig.buyer(view.payment?.nextAction?.redirect?.url ?? '', 'approve')
    const key = rig.key('the same key')
    const { payment } = await rig.running(rig.engine.capturePayment(id, {}, key))
    expect(payment.status).toBe('succeeded')
    const { refund } = await rig.running(rig.engine.refundPayment(id, {}, key))
    expect(refund.amount).toBe(123_456)
    await expect(rig.running(rig.engine.cancelPayment(id, {}, key))).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })
})

describe('what another instance has done', () => {
  it('counts when a payment begins: a rail that it has cut is not used, though it was just shown', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    expect((await rig.engine.readCheckout(session.id, {})).view.methods.map(({ id }) => id)).toContain('sbp')
    const cut = {
      id: 'yookassa:sbp',
      state: 'suspended',
      reason: 'a drill',
      until: null,
      changedBy: 'other',
    } as const
    const event = (now: number, number: number) => ({
      id: `evt_0123456789abcdefghijkl_${number}`,
      type: 'rail.suspended' as const,
      sequence: number,
      createdAt: now,
      body: '{}',
    })
    await rig.store.putRail('tea', cut, event, [])
    await expect(rig.engine.startPayment(session.id, { method: 'sbp' }, rig.key(), {})).rejects.toMatchObject(
      {
        code: 'method_unavailable',
      },
    )
  })
})

describe('an operator', () => {
  it('cuts a rail and restores it: at once for who looks, and told by its own events', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    const offered = async () =>
      (await rig.engine.readCheckout(session.id, {})).view.methods.map(({ id }) => id).includes('sbp')
    const put = (state: 'suspended' | 'active') =>
      rig.engine.updateRail('yookassa:sbp', { state, reason: 'a drill' }, 'merchant key 1')
    expect(await offered()).toBe(true)
    expect(await put('suspended')).toMatchObject({
      state: 'suspended',
      reason: 'a drill',
      changedBy: 'merchant key 1',
    })
    expect(await offered()).toBe(false)
    expect(await put('active')).toMatchObject({ state: 'active' })
    expect(await offered()).toBe(true)
    expect(await rig.events()).toEqual(['rail.suspended', 'rail.restored'])
  })
})

describe('the buyer who comes back', () => {
  it('has his payment asked about at once, however rarely it is asked about by itself', async () => {
    rig = await createEngineRig({ notificationsLost: true })
    const { session } = await rig.session()
    const view = await rig.pay(session.id, 'sbp')
    await rig.clock.advance(125_000)
    await rig.buyer(qrOf(view), 'approve')
    expect((await rig.state(session.id)).session.status).toBe('open')
    await rig.engine.recheck(session.id)
    await rig.clock.advance(500)
    expect((await rig.state(session.id)).session.status).toBe('complete')
  })

  it('is answered as soon as the provider has answered, not when all questions are', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    const before = rig.clock.now()
    expect((await rig.pay(session.id, 'sbp')).payment?.status).toBe('requires_action')
    expect(rig.clock.now() - before).toBeLessThan(800)
  })
})

describe('a notification', () => {
  it('is not answered before it is stored: what cannot be stored is sent again', async () => {
    const away = new StoreError('unavailable', 'the database cannot be reached')
    const store = createMemoryStore({ clock: { now: () => 0 } })
    const provider = {
      id: 'acme',
      account: 'acme',
      rails: [],
      parseNotification: async () => ({
        eventKey: 'paid',
        subject: { kind: 'payment', providerRef: 'x' },
        reply: { status: 200, headers: {}, body: 'OK' },
      }),
    } as unknown as Provider
    const takeNotification = () => Promise.reject(away)
    rig = await createEngineRig({ providers: [provider], store: { ...store, takeNotification } })
    const request = {
      rawBody: new Uint8Array(),
      headers: new Headers(),
      requestUri: '/',
      remoteAddress: null,
    }
    await expect(rig.engine.receiveNotification('acme', request)).rejects.toBe(away)
  })
})

describe('a notification about nothing of ours', () => {
  it('is answered and not kept', async () => {
    const reply = { status: 200, headers: {}, body: 'OK' }
    const provider = {
      id: 'acme',
      account: 'acme',
      rails: [],
      parseNotification: async () => ({ eventKey: 'test', subject: { kind: 'none' }, reply }),
    } as unknown as Provider
    rig = await createEngineRig({ providers: [provider] })
    const request = {
      rawBody: new Uint8Array(),
      headers: new Headers(),
      requestUri: '/',
      remoteAddress: null,
    }
    expect(await rig.engine.receiveNotification('acme', request)).toEqual(reply)
    const kept = { merchantId: 'tea', account: 'acme', eventKey: 'test', rawBody: request.rawBody }
    expect(await rig.store.addNotification({ ...kept, subject: { kind: 'none' } })).toBe('stored')
  })
})

describe('a buyer who waits', () => {
  it('sees a rail leave on the minute of its announced departure', async () => {
    rig = await createEngineRig({
      departures: [
        { rail: 'yookassa:bank_card', from: '2022-03-10T00:01:00+03:00', reason: 'gone before' },
        { rail: 'yookassa:sbp', from: '2026-11-22T09:00:10Z', reason: 'leaves' },
      ],
    })
    const { session } = await rig.session()
    const { tag, view } = await rig.engine.readCheckout(session.id, {})
    expect(view.methods.map(({ id }) => id)).toEqual(['sbp', 'alipay'])
    const waiting = rig.engine.waitForCheckout(session.id, tag, {
      timeoutMs: 25_000,
      signal: new AbortController().signal,
      context: {},
    })
    await rig.clock.advance(9000)
    await rig.clock.advance(1100)
    const reading = await Promise.race([waiting, Promise.resolve('still waiting')])
    expect(reading).toMatchObject({
      view: {
        methods: [{ id: 'alipay' }],
        unavailable: [
          { id: 'sbp', reason: 'departed' },
          { id: 'bank_card', reason: 'departed' },
        ],
      },
    })
  })

  it('sees that a rail which was tried again is well, though it was offered all the time', async () => {
    let refusals = 3
    rig = await createEngineRig({
      http: createProviderHttp({
        fetch: async (input, init) => {
          const request = new Request(input, init)
          if (request.method === 'GET' || !request.url.includes('/yookassa/') || refusals-- <= 0)
            return await rig.sandbox.fetch(request)
          throw new TypeError('fetch failed', {
            cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
          })
        },
      }),
    })
    for (let orders = 0; orders < 3; orders++) await rig.pay((await rig.session()).session.id, 'sbp')
    // One method only: nothing moves but its health.
    const { session } = await rig.session({ methods: ['sbp'] })
    const sbp = async () => {
      const { tag, view } = await rig.running(rig.engine.readCheckout(session.id, {}))
      return { tag, health: view.methods.find(({ id }) => id === 'sbp')?.health }
    }
    while ((await sbp()).health !== 'degraded') await rig.clock.advance(500)
    const { tag } = await sbp()
    expect((await sbp()).tag).toBe(tag)
    const waiting = rig.engine.waitForCheckout(session.id, tag, {
      timeoutMs: 25_000,
      signal: new AbortController().signal,
      context: {},
    })
    await rig.pay((await rig.session()).session.id, 'sbp')
    await rig.clock.advance(1000)
    const reading = await Promise.race([waiting, Promise.resolve(null)])
    expect(reading?.view.methods).toMatchObject([{ id: 'sbp', health: 'up' }])
    expect(reading?.tag).not.toBe(tag)
    expect(reading?.view.version).toBe(Number(tag.split('.')[0]))
  })

  it('is answered when the engine stops', async () => {
    rig = await createEngineRig()
    const { session } = await rig.session()
    const { tag } = await rig.engine.readCheckout(session.id, {})
    const waiting = rig.engine.waitForCheckout(session.id, tag, {
      timeoutMs: 25_000,
      signal: new AbortController().signal,
      context: {},
    })
    await rig.clock.advance(10)
    void rig.engine.stop()
    await rig.clock.advance(10)
    expect(await Promise.race([waiting, Promise.resolve('still waiting')])).toBeNull()
  })
})
