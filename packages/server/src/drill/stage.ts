import type { CheckoutView, PayRequest, Problem, Session } from '@teabrick/core/contract'
import type { Sandbox, SandboxState } from '@teabrick/sandbox'
import type { PaymentApiOptions } from '../config.ts'
import type { PaymentRecord } from '../domain/records.ts'
import { createPaymentApi } from '../payment-api.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { DrillBuyer } from './buyers.ts'
import type { SandboxModule } from './load-sandbox.ts'
import { type Cast, castProviders } from './rehearsal.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** What the buyer's browser asked for and got. */
export type CheckoutAnswer =
  | { readonly ok: true; readonly view: CheckoutView }
  | { readonly ok: false; readonly code: string; readonly view: CheckoutView | null }

/** An order, and the browser that looks at its checkout. */
export interface OpenCheckout {
  readonly sessionId: string
  readonly reference: string
  read(): Promise<CheckoutView>
  pay(request: PayRequest): Promise<CheckoutAnswer>
  chooseAgain(): Promise<CheckoutAnswer>
}

/** The merchant's payment API with everything around it replaced: database, network and time. */
export interface Stage {
  readonly cast: Cast
  now(): number
  /** Lets so much time pass. Whole seconds. */
  pass(seconds: number): Promise<void>
  /** Time goes by in one leap; what fell due meanwhile is done on arrival. */
  leapTo(moment: number): Promise<void>
  order(order: {
    readonly reference: string
    readonly amount: Session['amount']
    readonly device: DrillBuyer['device']
  }): Promise<OpenCheckout>
  /** Plays the buyer's yes on a page of the double. */
  approve(payUrl: string, issuer: 'RU' | 'abroad' | undefined): Promise<'answered' | 'unreachable'>
  payments(sessionId: string): Promise<readonly PaymentRecord[]>
  /** Ledgers of the doubles. */
  books(): SandboxState['doubles']
  /** References of the orders that `session.completed` was delivered for, one for each new event. */
  readonly fulfilled: readonly string[]
  close(): Promise<void>
}

// Nothing listens there: every request is answered in this process, and one to anywhere else is refused.
const SANDBOX_URL = 'http://127.0.0.1:4250'
const WEBHOOK_URL = 'https://drill.invalid/webhooks'
const WEBHOOK_SECRET = `whsec_${Buffer.from('teabrick-drill-webhook-secret-32').toString('base64')}`
const SECRET_KEY = 'sk_test_teabrick_drill_0123456789'
/** A notification is on its way for so long, on virtual time. */
const NOTIFICATION_DELAY_MS = 1000

/** Sets the stage. Nothing of the merchant's is opened: no database, no socket, no credential. */
export async function createStage(
  options: PaymentApiOptions,
  {
    sandbox: module,
    seed,
    start,
    scenario,
  }: {
    readonly sandbox: SandboxModule
    readonly seed: number
    /** Milliseconds since 1970, a whole second. */
    readonly start: number
    /** Of the sandbox, by name. */
    readonly scenario: string
  },
): Promise<Stage> {
  const clock = createVirtualClock(start)
  const publicUrl = options.publicUrl.replace(/\/+$/, '')
  const cast = castProviders(options.providers, {
    sandbox: module,
    sandboxUrl: SANDBOX_URL,
    merchantName: options.merchant.name,
    notificationUrl: (account) => `${publicUrl}/v1/providers/${account}/notifications`,
  })
  let sandboxSeconds = 0
  const sandbox: Sandbox = module.createSandbox({
    publicUrl: SANDBOX_URL,
    seed,
    // Its time moves only when told to, so that a slow machine plays the same drill.
    now: () => start,
    notificationDelayMs: NOTIFICATION_DELAY_MS,
    accounts: cast.accounts,
    fetch: (input, init) => clock.during(api.fetch(new Request(input, init))),
  })
  await sandbox.control.apply({ scenario: { name: scenario, from: new Date(start).toISOString() } })

  const events = new Set<string>()
  const fulfilled: string[] = []
  const receive = async (request: Request): Promise<Response> => {
    const event = (await request.json()) as {
      id: string
      type: string
      data: { session: { order: { reference: string } } }
    }
    // As merchants are told to: by the event's id, and on this one type only.
    if (event.type === 'session.completed' && !events.has(event.id)) {
      events.add(event.id)
      fulfilled.push(event.data.session.order.reference)
    }
    return new Response(null, { status: 204 })
  }
  const network = async (request: Request): Promise<Response> => {
    if (request.url === WEBHOOK_URL) return await receive(request)
    if (!request.url.startsWith(`${SANDBOX_URL}/`)) throw unreachable('ENETUNREACH')
    const response = await sandbox.fetch(request)
    if (module.isConnectionReset(response)) throw unreachable('ECONNRESET')
    return response
  }
  const store = createMemoryStore({ clock })
  const api = createPaymentApi({
    ...options,
    merchant: {
      ...options.merchant,
      secretKeys: [SECRET_KEY],
      webhooks: [{ url: WEBHOOK_URL, secrets: [WEBHOOK_SECRET] }],
    },
    providers: cast.providers,
    // A file is read in the machine's time, which the drill's does not wait for.
    banks: undefined,
    database: store,
    logger: { info() {}, warn() {}, error() {} },
    clock,
    fetch: (input, init) => clock.during(network(new Request(input, init))),
  })
  await clock.running(api.start())

  let keys = 0
  const call = async (
    method: string,
    path: string,
    token: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: unknown }> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(method === 'POST'
        ? { 'idempotency-key': `drill-${seed}-${String(++keys).padStart(16, '0')}` }
        : {}),
    }
    const request = new Request(`${publicUrl}${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const answer = async (): Promise<{ status: number; body: unknown }> => {
      const response = await api.fetch(request)
      return { status: response.status, body: await response.json() }
    }
    return await clock.running(answer())
  }

  async function leapTo(moment: number): Promise<void> {
    const seconds = Math.ceil((moment - start) / 1000) - sandboxSeconds
    if (seconds <= 0) return
    sandboxSeconds += seconds
    await clock.running(sandbox.control.apply({ advanceSeconds: seconds }))
    await clock.jumpTo(start + sandboxSeconds * 1000)
  }

  return {
    cast,
    now: clock.now,
    leapTo,
    async pass(seconds) {
      const ahead = Math.ceil((clock.now() - start) / 1000) - sandboxSeconds + seconds
      sandboxSeconds += ahead
      await clock.running(sandbox.control.apply({ advanceSeconds: ahead }))
      await clock.advanceTo(start + sandboxSeconds * 1000)
    },
    async order({ reference, amount, device }) {
      const created = await call('POST', '/v1/sessions', SECRET_KEY, {
        amount,
        order: { reference, description: reference },
        returnUrl: `${options.merchant.origins[0] ?? new URL(publicUrl).origin}/`,
      })
      if (created.status !== 201) throw new Error(`the drill got no session: ${JSON.stringify(created.body)}`)
      const { id: sessionId, clientToken } = created.body as Session & { readonly clientToken: string }
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(device)) if (value !== undefined) query.set(name, value)
      const post = async (path: string, body: object): Promise<CheckoutAnswer> => {
        const answer = await call('POST', `/v1/checkout/${path}?${query}`, clientToken, body)
        if (answer.status === 200) return { ok: true, view: answer.body as CheckoutView }
        const { code, view } = answer.body as Problem & { readonly view?: CheckoutView }
        return { ok: false, code, view: view ?? null }
      }
      return {
        sessionId,
        reference,
        async read() {
          const { status, body } = await call('GET', `/v1/checkout?${query}`, clientToken)
          if (status !== 200) throw new Error(`the drill got no checkout: ${JSON.stringify(body)}`)
          return body as CheckoutView
        },
        pay: (request) => post('payments', request),
        chooseAgain: () => post('cancel', {}),
      }
    },
    async approve(payUrl, issuer) {
      const url = new URL(payUrl)
      url.pathname += '/approve'
      const body = new URLSearchParams(issuer === undefined ? {} : { issuer })
      const response = await clock.running(sandbox.fetch(new Request(url, { method: 'POST', body })))
      return module.isConnectionReset(response) ? 'unreachable' : 'answered'
    },
    async payments(sessionId) {
      return (await store.read(sessionId))?.payments ?? []
    },
    books: () => sandbox.control.state().doubles,
    fulfilled,
    async close() {
      await clock.running(api.stop())
      sandbox.close()
    },
  }
}

function unreachable(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}
