import type { CheckoutView, CreateSessionRequest, Problem, Session } from '@teabrick/core/contract'
import { createSandbox, type Sandbox, sandboxAccounts } from '@teabrick/sandbox'
import { systemClock } from './clock.ts'
import type { PaymentApiOptions } from './config.ts'
import { fixedRate } from './fixed-rate.ts'
import { createPaymentApi, type PaymentApi } from './payment-api.ts'
import { antom } from './providers/antom.ts'
import { yookassa } from './providers/yookassa.ts'
import { booksAgree } from './rigs/failover/books-agree.ts'
import { readBooks } from './rigs/failover/read-books.ts'
import { createMemoryStore } from './store/memory-store.ts'
import type { Store } from './store/store.ts'

// For this package's own tests: the whole API over HTTP objects, against the real doubles, on the machine's clock.

export const API = 'https://shop.example/pay'
export const SECRET_KEY = 'sk_sandbox_rig_0123456789abcdef'
export const WEBHOOK_URL = 'https://shop.example/webhooks'
export const WEBHOOK_SECRET = `whsec_${Buffer.from('teabrick-rig-webhook-secret-0032').toString('base64')}`
const SANDBOX = 'http://127.0.0.1:4250'
/** Longer than a lost answer is asked about again for the third time. */
const BOOKS_PATIENCE_MS = 10_000

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

export interface ApiRig {
  readonly api: PaymentApi
  /** What the API was made from. */
  readonly options: PaymentApiOptions
  readonly store: Store
  readonly sandbox: Sandbox
  readonly logs: readonly LogLine[]
  /** Webhooks as the merchant's endpoint got them. */
  readonly webhooks: readonly { readonly body: string; readonly headers: Headers }[]
  fetch(path: string, init?: RequestInit, remoteAddress?: string): Promise<Response>
  /** With the secret key; a POST gets a fresh idempotency key unless one is given. */
  merchant(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** With a token of the checkout API. */
  checkout(
    token: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>
  session(request?: Partial<CreateSessionRequest>): Promise<Session & { clientToken: string; url: string }>
  pay(token: string, method: string): Promise<CheckoutView>
  /** Plays the buyer on a page of the double. */
  buyer(payUrl: string, does: 'approve' | 'decline' | 'abandon'): Promise<void>
  /** Throws where our books and the doubles' ledgers do not agree to the last kopeck. */
  close(): Promise<void>
}

let keys = 0
export const newKey = (): string => `key-of-the-rig-${String(++keys).padStart(10, '0')}`

export async function createApiRig(changes: Partial<PaymentApiOptions> = {}): Promise<ApiRig> {
  const logs: LogLine[] = []
  const webhooks: { body: string; headers: Headers }[] = []
  const store = createMemoryStore({ clock: changes.clock ?? systemClock })
  const sandbox = createSandbox({
    publicUrl: SANDBOX,
    seed: 7,
    fetch: (input, init) => api.fetch(new Request(input, init)),
  })
  const { antom: antomAccount, yookassa: yookassaAccount } = sandboxAccounts
  await sandbox.control.apply({
    account: {
      double: 'yookassa',
      id: yookassaAccount.shopId,
      notificationUrl: `${API}/v1/providers/yookassa/notifications`,
    },
  })
  const log =
    (level: LogLine['level']) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void =>
      void logs.push({ level, fields, message })
  const options: PaymentApiOptions = {
    publicUrl: API,
    merchant: {
      id: 'tea',
      name: 'Чайная лавка',
      secretKeys: [SECRET_KEY],
      origins: ['https://shop.example'],
      webhooks: [{ url: WEBHOOK_URL, secrets: [WEBHOOK_SECRET] }],
    },
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
    quotes: fixedRate({ pair: 'RUB/CNY', rate: '12.50', marginBps: 120 }),
    database: store,
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    fetch: async (input, init) => {
      const request = new Request(input, init)
      if (request.url !== WEBHOOK_URL) return sandbox.fetch(request)
      webhooks.push({ body: await request.text(), headers: request.headers })
      return new Response(null, { status: 204 })
    },
    ...changes,
  }
  const api = createPaymentApi(options)
  await api.start()

  const send = (
    method: string,
    path: string,
    credential: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Response> => {
    const init: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${credential}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': newKey() } : {}),
        ...headers,
      },
    }
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
    return api.fetch(new Request(`${API}${path}`, init))
  }
  const rig: ApiRig = {
    api,
    options,
    store,
    sandbox,
    logs,
    webhooks,
    fetch: (path, init, remoteAddress) => api.fetch(new Request(`${API}${path}`, init), { remoteAddress }),
    merchant: (method, path, body, headers = {}) => send(method, path, SECRET_KEY, body, headers),
    checkout: (token, method, path, body, headers = {}) => send(method, path, token, body, headers),
    async session(request = {}) {
      const response = await rig.merchant('POST', '/v1/sessions', { ...sessionRequest, ...request })
      const session = (await response.json()) as Session & { clientToken: string; url: string }
      if (response.status !== 201) throw new Error(JSON.stringify(session))
      return session
    },
    async pay(token, method) {
      const response = await rig.checkout(token, 'POST', '/v1/checkout/payments', { method })
      return (await response.json()) as CheckoutView
    },
    async buyer(payUrl, does) {
      const url = new URL(payUrl)
      url.pathname += `/${does}`
      await sandbox.fetch(new Request(url, { method: 'POST' }))
    },
    async close() {
      try {
        await booksAgree(
          async () => ({
            sessions: await readBooks(options.database as Store, options.merchant.id),
            doubles: sandbox.control.state().doubles,
          }),
          BOOKS_PATIENCE_MS,
        )
      } finally {
        await api.stop()
        sandbox.close()
      }
    },
  }
  return rig
}

export const sessionRequest: CreateSessionRequest = {
  amount: { currency: 'RUB', minorUnits: 123_456 },
  order: { reference: 'A-1001', description: 'Пуэр 2019' },
  returnUrl: 'https://shop.example/thanks',
}

/** The problem an answer holds, with what the answer itself says. */
export async function problemOf(response: Response): Promise<Problem> {
  return { ...((await response.json()) as Problem), status: response.status }
}
