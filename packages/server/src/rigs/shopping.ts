import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckoutView, Payment, Refund, Session } from '@teabrick/core/contract'
import type { CallOptions, Floor } from './floor.ts'

export type Created = Session & { readonly clientToken: string }

/** What people and merchants do on the floor, each step repeated until it is answered. */
export interface Shopping {
  /** An order of 1234.56 ₽. */
  order(more?: object, options?: CallOptions): Promise<Created>
  /** Starts a payment and waits until there is something to pay by. @returns the view with it. */
  pay(order: Created, method: string): Promise<CheckoutView>
  /** Pays by the method and approves. Resolves when the session is complete. */
  buy(order: Created, method: string): Promise<Payment>
  approve(view: CheckoutView): Promise<void>
  session(id: string): Promise<Session>
  payment(id: string): Promise<Payment>
  refund(paymentId: string, minorUnits?: number): Promise<{ readonly status: number; readonly body: Refund }>
  /** Asks until it holds. */
  until<T>(read: () => Promise<T>, holds: (value: T) => boolean, what: string): Promise<T>
}

export const AMOUNT = 123_456
const PATIENCE_MS = 240_000

export function goShopping(floor: Floor): Shopping {
  const { call } = floor
  const until: Shopping['until'] = async (read, holds, what) => {
    const end = performance.now() + PATIENCE_MS
    for (;;) {
      const value = await read()
      if (holds(value)) return value
      if (performance.now() > end) throw new Error(`${what} did not come: ${JSON.stringify(value)}`)
      await sleep(250)
    }
  }
  const shopping: Shopping = {
    until,
    async order(more = {}, options = {}) {
      const { status, body } = await call<Created>('POST', '/v1/sessions', {
        ...options,
        body: {
          amount: { currency: 'RUB', minorUnits: AMOUNT },
          order: { reference: 'R-1', description: 'Rig' },
          returnUrl: 'http://127.0.0.1:4299/',
          ...more,
        },
      })
      if (status !== 201) throw new Error(`no order: ${JSON.stringify(body)}`)
      return body
    },
    async pay({ clientToken }, method) {
      const started = await call<CheckoutView & { code?: string; view?: CheckoutView }>(
        'POST',
        '/v1/checkout/payments',
        { token: clientToken, body: { method } },
      )
      if (started.status !== 200 && started.body.code !== 'payment_in_progress')
        throw new Error(`no payment: ${JSON.stringify(started.body)}`)
      const view = started.body.view ?? started.body
      if (view.payment?.nextAction) return view
      return await until(
        async () => (await call<CheckoutView>('GET', '/v1/checkout', { token: clientToken })).body,
        ({ payment }) => payment !== null && payment.nextAction !== null,
        `something to pay ${view.session.id} by`,
      )
    },
    async approve(view) {
      const action = view.payment?.nextAction
      await floor.buyer(action?.qr?.payload ?? action?.redirect?.url ?? '', 'approve')
    },
    async buy(order, method) {
      await shopping.approve(await shopping.pay(order, method))
      const done = await until(
        () => shopping.session(order.id),
        ({ status }) => status === 'complete',
        `the end of ${order.id}`,
      )
      return done.payments.at(-1) as Payment
    },
    session: async (id) => (await call<Session>('GET', `/v1/sessions/${id}`)).body,
    payment: async (id) => (await call<Payment>('GET', `/v1/payments/${id}`)).body,
    refund: (paymentId, minorUnits) =>
      call<Refund>('POST', `/v1/payments/${paymentId}/refunds`, {
        body: minorUnits === undefined ? {} : { amount: { currency: 'RUB', minorUnits } },
      }),
  }
  return shopping
}
