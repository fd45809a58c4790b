import type { CheckoutView, ParsedCreateSessionRequest } from '@teabrick/core/contract'
import { createSandbox, type Sandbox, sandboxAccounts } from '@teabrick/sandbox'
import type { Clock } from '../clock.ts'
import type { SessionState } from '../domain/records.ts'
import { fixedRate } from '../fixed-rate.ts'
import type { PaymentEngine, RequestKey } from '../payment-engine.ts'
import { createProviderHttp } from '../provider-http.ts'
import { antom } from '../providers/antom.ts'
import { yookassa } from '../providers/yookassa.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import { createPaymentEngine, type PaymentEngineOptions } from './create-payment-engine.ts'
import { sessionIdFor } from './ids.ts'

// For this package's own tests: the real engine and adapters against the real doubles, on a clock that the test moves.

/** Time that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Lets everything happen that falls due within `ms`, in order. */
  advance(ms: number): Promise<void>
}

/** @param busy Whether something is under way that no timer of this clock is waiting for. */
export function createTestClock(
  busy: () => boolean = () => false,
  start = Date.parse('2026-11-22T09:00:00Z'),
): TestClock {
  let now = start
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>()
  // Promises that need no timer settle within a few turns of the event loop.
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (busy()) turn = 0
    }
  }
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const sleeper = {
          at: now + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', sleeper.wake)
      }),
    async advance(ms) {
      const until = now + ms
      await settle()
      while (true) {
        const next = [...sleepers].sort((a, b) => a.at - b.at)[0]
        if (next === undefined || next.at > until) break
        now = Math.max(now, next.at)
        next.wake()
        await settle()
      }
      now = until
      await settle()
    },
  }
}

export interface EngineRig {
  readonly engine: PaymentEngine
  /** Another process on the same store, not started. Notifications go to the first. */
  another(options?: Partial<PaymentEngineOptions>): PaymentEngine
  readonly store: Store
  readonly sandbox: Sandbox
  readonly clock: TestClock
  /** Resolves with the promise while time goes by. */
  running<T>(work: Promise<T>): Promise<T>
  /** A new key, or the same for the same name. */
  key(name?: string): RequestKey
  session(request?: Partial<ParsedCreateSessionRequest>): Promise<SessionState>
  pay(sessionId: string, method: string, name?: string): Promise<CheckoutView>
  /** Plays the buyer on a page of the double. */
  buyer(payUrl: string, does: 'approve' | 'decline' | 'abandon'): Promise<number>
  state(sessionId: string): Promise<SessionState>
  /** What the doubles hold for us: succeeded charges that were not given back. */
  charges(): readonly { readonly reference: string; readonly minorUnits: number; readonly currency: string }[]
  /** Types of the events written so far, oldest first. */
  events(): Promise<readonly string[]>
  close(): Promise<void>
}

const ORIGIN = 'https://pay.example'
const SANDBOX = 'http://127.0.0.1:4250'

export async function createEngineRig(
  options: Partial<Omit<PaymentEngineOptions, 'store'>> & {
    readonly store?: Store | ((clock: Clock) => Store) | undefined
    readonly notificationsLost?: boolean
  } = {},
): Promise<EngineRig> {
  let calls = 0
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    calls++
    return await work.finally(() => {
      calls--
    })
  }
  const clock = createTestClock(() => calls > 0)
  const store =
    typeof options.store === 'function'
      ? options.store(clock)
      : (options.store ?? createMemoryStore({ clock }))
  let engine: PaymentEngine
  const sandbox = createSandbox({
    publicUrl: SANDBOX,
    seed: 7,
    now: () => clock.now(),
    fetch: async (input, init) => {
      const request = new Request(input, init)
      if (options.notificationsLost) return new Response(null, { status: 503 })
      const { pathname } = new URL(request.url)
      const reply = await engine.receiveNotification(pathname.split('/').at(-1) ?? '', {
        rawBody: new Uint8Array(await request.arrayBuffer()),
        headers: request.headers,
        requestUri: pathname,
        remoteAddress: null,
      })
      return new Response(reply.body, { status: reply.status, headers: reply.headers })
    },
  })
  const { antom: antomAccount, yookassa: yookassaAccount } = sandboxAccounts
  await sandbox.control.apply({
    account: {
      double: 'yookassa',
      id: yookassaAccount.shopId,
      notificationUrl: `${ORIGIN}/notifications/yookassa`,
    },
  })
  const all: PaymentEngineOptions = {
    providers: [
      antom({
        clientId: antomAccount.clientId,
        privateKey: antomAccount.merchantPrivateKey,
        antomPublicKey: antomAccount.antomPublicKey,
        gatewayUrl: `${SANDBOX}/antom`,
      }),
      yookassa({
        shopId: yookassaAccount.shopId,
        secretKey: yookassaAccount.secretKey,
        apiUrl: `${SANDBOX}/yookassa/v3`,
      }),
    ],
    http: createProviderHttp({ fetch: (input, init) => counted(sandbox.fetch(new Request(input, init))) }),
    merchant: { id: 'tea', name: 'Чайная лавка', secretKeys: ['sk_sandbox_rig_0123456789abcdef'] },
    endpoints: ['https://shop.example/webhooks'],
    quotes: [fixedRate({ pair: 'RUB/CNY', rate: '12.50', marginBps: 120 })],
    latePayments: 'refund',
    graceSeconds: 900,
    links: {
      returnUrl: ({ id }) => `${ORIGIN}/r/${id}`,
      notificationUrl: (account) => `${ORIGIN}/notifications/${account}`,
      merchantReturnUrl: ({ returnUrl }) => returnUrl,
      checkoutUrl: ({ id }) => `${ORIGIN}/c/${id}`,
    },
    clock,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    ...options,
    store,
  }
  engine = createPaymentEngine(all)
  await engine.start()
  let keys = 0
  const key = (name = `key-${++keys}`): RequestKey => ({ key: name.padEnd(22, '0'), fingerprint: name })
  const running = async <T>(work: Promise<T>): Promise<T> => {
    let done = false
    const finished = work.finally(() => {
      done = true
    })
    finished.catch(() => {})
    for (let step = 0; step < 400 && !done; step++) await clock.advance(10)
    return await finished
  }
  return {
    engine,
    another: (overrides = {}) => createPaymentEngine({ ...all, ...overrides }),
    store,
    sandbox,
    clock,
    running,
    key,
    session: (request = {}) => {
      const given = key()
      return engine.createSession(
        {
          amount: { currency: 'RUB', minorUnits: 123_456 },
          order: { reference: 'A-1001', description: 'Пуэр 2019' },
          capture: 'automatic',
          returnUrl: 'https://shop.example/thanks',
          expiresInSeconds: 3600,
          metadata: {},
          ...request,
        },
        { ...given, fingerprint: sessionIdFor('fingerprint', given.key) },
      )
    },
    pay: async (sessionId, method, name) =>
      (await running(engine.startPayment(sessionId, { method }, key(name), {}))).view,
    async buyer(payUrl, does) {
      const url = new URL(payUrl)
      url.pathname += `/${does}`
      const response = await running(sandbox.fetch(new Request(url, { method: 'POST' })))
      // The double's notifications leave on real timers.
      for (let step = 0; step < 5; step++) {
        await new Promise((resolve) => setTimeout(resolve, 4))
        await clock.advance(20)
      }
      return response.status
    },
    async state(sessionId) {
      const state = await store.read(sessionId)
      if (state === null) throw new Error(`${sessionId} is gone`)
      return state
    },
    charges: () =>
      sandbox.control.state().doubles.flatMap(({ ledger }) =>
        ledger.payments
          .filter(({ captured, refunded }) => captured > refunded)
          .map(({ reference, amount, captured, refunded }) => ({
            reference,
            minorUnits: captured - refunded,
            currency: amount.currency,
          })),
      ),
    async events() {
      const { items } = await store.listEvents({ merchantId: 'tea', cursor: null, limit: 100 })
      return items.map(({ type }) => type).reverse()
    },
    async close() {
      const stopped = engine.stop()
      await clock.advance(60_000)
      await stopped
      sandbox.close()
    },
  }
}
