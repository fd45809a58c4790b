import { sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig } from '../api-rig.ts'
import { createEngineRig, type EngineRig } from '../engine/engine-rig.ts'
import { createProviderHttp } from '../provider-http.ts'
import { tbank } from '../providers/tbank.ts'
import { signAntom } from '../signatures/antom.ts'
import { tbankToken } from '../signatures/tbank.ts'

describe('a notification that is genuine and wrong', () => {
  let rig: ApiRig
  afterEach(() => rig.close())

  const yookassa = (body: unknown) =>
    rig.fetch(
      '/v1/providers/yookassa/notifications',
      { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      '185.71.76.1',
    )

  /** Everything that is stored about a paying session. */
  async function paying() {
    const session = await rig.session()
    await rig.pay(session.clientToken, 'sbp')
    return { id: session.id, before: await rig.store.read(session.id) }
  }
  const unchanged = async ({ id, before }: Awaited<ReturnType<typeof paying>>) => {
    const after = await rig.store.read(id)
    expect(after?.session).toEqual(before?.session)
    expect(after?.payments).toEqual(before?.payments)
    expect(after?.refunds).toEqual(before?.refunds)
  }

  it('of an event nobody knows is taken and changes nothing (WB-14)', async () => {
    rig = await createApiRig()
    const session = await paying()
    const response = await yookassa({
      type: 'notification',
      event: 'payment.teleported',
      object: { id: 'p1' },
    })
    expect(response.status).toBe(200)
    await unchanged(session)
  })

  it('about a payment nobody knows is taken, put aside and changes nothing (WB-15)', async () => {
    rig = await createApiRig()
    const session = await paying()
    const response = await yookassa({
      type: 'notification',
      event: 'payment.succeeded',
      object: { id: 'nope' },
    })
    expect(response.status).toBe(200)
    await unchanged(session)
  })

  it('in a form that is right but could be read in two ways is refused, signed or not (WB-04, WB-05, WB-10, WB-12)', async () => {
    rig = await createApiRig()
    const session = await paying()
    const { antom } = sandboxAccounts
    const whole = JSON.stringify({
      type: 'notification',
      event: 'payment.succeeded',
      object: { id: 'p1' },
      notifyType: 'PAYMENT_RESULT',
      paymentId: 'p1',
      paymentRequestId: session.before?.payments[0]?.id,
    })
    const time = '2026-11-22T09:00:00Z'
    const send = async (account: string, body: string) => {
      const path = `/pay/v1/providers/${account}/notifications`
      const signature = signAntom({ path, clientId: antom.clientId, time, body }, antom.antomPrivateKey)
      const headers = { signature: `algorithm=RSA256, signature=${signature}`, 'request-time': time }
      const init = { method: 'POST', body, headers }
      return (await rig.fetch(`/v1/providers/${account}/notifications`, init, '185.71.76.1')).status
    }
    for (const account of ['yookassa', 'antom']) {
      expect(await send(account, whole)).toBe(200)
      for (const body of [
        whole.replace('{', '{"paymentId":"p2",').replace('"id":', '"id":"p2","id":'),
        whole.replace('{', '{"__proto__":{"status":"succeeded"},'),
        `\ufeff${whole}`,
        whole.replace('{', '{"value":9007199254740993,'),
        whole.replace('{', '{"value":1e400,'),
      ])
        expect(await send(account, body), `${account} ${body}`).toBe(400)
    }
    await unchanged(session)
  })

  it('with an amount of another type is asked about, never believed (WB-13)', async () => {
    rig = await createApiRig()
    const session = await paying()
    const { antom } = sandboxAccounts
    const time = '2026-11-22T09:00:00Z'
    for (const value of [1000, '1000', 1e3, { x: 1 }]) {
      const body = JSON.stringify({
        notifyType: 'PAYMENT_RESULT',
        result: { resultCode: 'SUCCESS', resultStatus: 'S' },
        paymentId: 'nope',
        paymentRequestId: session.before?.payments[0]?.id,
        paymentAmount: { value, currency: 'CNY' },
      })
      const signature = signAntom(
        { path: '/pay/v1/providers/antom/notifications', clientId: antom.clientId, time, body },
        antom.antomPrivateKey,
      )
      const response = await rig.fetch('/v1/providers/antom/notifications', {
        method: 'POST',
        body,
        headers: { signature: `algorithm=RSA256, signature=${signature}`, 'request-time': time },
      })
      expect([200, 400]).toContain(response.status)
    }
    await unchanged(session)
  })
})

describe('a notification of T-Bank', () => {
  let rig: ApiRig
  afterEach(() => rig.close())

  const { terminalKey, password } = sandboxAccounts.tbank
  const notify = (body: unknown) =>
    rig.fetch('/v1/providers/tbank/notifications', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  const news = {
    TerminalKey: terminalKey,
    OrderId: 'pay_0000000000000000000000_1',
    Success: true,
    Status: 'CONFIRMED',
    PaymentId: 1,
    ErrorCode: '0',
    Amount: 123_456,
  }

  it('is believed in nothing that its Token does not cover (WS-22)', async () => {
    rig = await createApiRig({
      providers: [tbank({ terminalKey, password, apiUrl: 'http://127.0.0.1:4250/tbank/v2' })],
    })
    const { id, clientToken } = await rig.session()
    await rig.pay(clientToken, 't_pay')
    const before = await rig.store.read(id)
    const own = { ...news, OrderId: before?.payments[0]?.id ?? '' }
    const Token = tbankToken(own, password)
    const changed = { ...own, Data: { Amount: 1, Status: 'CONFIRMED', PaymentId: 2 }, Token }
    expect((await notify(changed)).status).toBe(200)
    // It is a hint, and T-Bank says otherwise.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const after = await rig.store.read(id)
    expect(after?.payments[0]).toMatchObject({ status: before?.payments[0]?.status, captured: 0 })
  })

  it('for another terminal is refused (WB-16)', async () => {
    rig = await createApiRig({
      providers: [tbank({ terminalKey, password, apiUrl: 'http://127.0.0.1:4250/tbank/v2' })],
    })
    const other = { ...news, TerminalKey: 'OTHER' }
    expect((await notify({ ...other, Token: tbankToken(other, password) })).status).toBe(401)
    expect((await notify({ ...other, Token: tbankToken(news, password) })).status).toBe(401)
  })
})

describe('what a provider says about a payment', () => {
  let rig: EngineRig
  afterEach(() => rig.close())

  it('is put aside with an alert when the currency is another (WB-18)', async () => {
    const alerts: unknown[] = []
    rig = await createEngineRig({
      logger: { info: () => {}, warn: () => {}, error: (fields) => void alerts.push(fields) },
      http: createProviderHttp({
        async fetch(input, init) {
          const request = new Request(input, init)
          const response = await rig.sandbox.fetch(request)
          if (request.method !== 'GET') return response
          // The right figure, in tenge.
          return new Response((await response.text()).replaceAll('"RUB"', '"KZT"'), response)
        },
      }),
    })
    const { session } = await rig.session()
    const view = await rig.pay(session.id, 'sbp')
    await rig.buyer(view.payment?.nextAction?.qr?.payload ?? '', 'approve')
    await rig.clock.advance(60_000)
    const state = await rig.state(session.id)
    expect([state.session.status, state.payments[0]?.status]).toEqual(['open', 'requires_action'])
    expect(alerts).toContainEqual(expect.objectContaining({ alert: 'mismatch', detail: 'charge' }))
  })

  it('by a notification before the answer to the create is stored is applied, once (WB-23)', async () => {
    let creates = 0
    rig = await createEngineRig({
      http: createProviderHttp({
        async fetch(input, init) {
          const request = new Request(input, init)
          const response = await rig.sandbox.fetch(request)
          if (request.method === 'POST' && creates++ === 0) {
            // The buyer is quicker than the answer.
            const [payment] = rig.sandbox.control.state().doubles.flatMap(({ ledger }) => ledger.payments)
            const url = new URL(payment?.payUrl ?? '')
            url.pathname += '/approve'
            await rig.sandbox.fetch(new Request(url, { method: 'POST' }))
            await rig.clock.sleep(3000)
          }
          return response
        },
      }),
    })
    const { session } = await rig.session()
    const paying = rig.engine.startPayment(session.id, { method: 'sbp' }, rig.key(), {})
    for (let step = 0; step < 20; step++) {
      await new Promise((resolve) => setTimeout(resolve, 2))
      await rig.clock.advance(500)
    }
    await paying
    expect((await rig.state(session.id)).session.status).toBe('complete')
    expect(rig.charges()).toHaveLength(1)
    expect((await rig.events()).filter((type) => type === 'session.completed')).toHaveLength(1)
  })
})
