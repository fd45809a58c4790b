import { createSandbox, sandboxAccounts } from '@teabrick/sandbox'
import type { Provider, ProviderHttp } from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'
import { antom } from '../providers/antom.ts'
import { tbank } from '../providers/tbank.ts'
import { yookassa } from '../providers/yookassa.ts'
import type { FaultInjector } from './faults.ts'
import type { ChargeAtProvider, ProviderSide } from './provider-side.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimulatedServers } from './simulated-servers.ts'
import type { VirtualTime } from './virtual-time.ts'
import { installVirtualTimers } from './virtual-timers.ts'

const SANDBOX = 'http://127.0.0.1:4250'

/** The real adapters and the sandbox's doubles with a bad network in between: HTTP, JSON and signatures included. */
export interface WireProviders {
  readonly sides: readonly ProviderSide[]
  /** The way to the providers of one server process. */
  http(alive: () => boolean): ProviderHttp
  close(): Promise<void>
}

const KIND_OF = {
  pending: 'payable',
  authorized: 'held',
  succeeded: 'paid',
  failed: 'dead',
  canceled: 'dead',
  expired: 'dead',
} as const

export async function createWireProviders({
  time,
  random,
  injector,
  notify,
  trace,
}: {
  readonly time: VirtualTime
  readonly random: SeededRandom
  readonly injector: FaultInjector
  readonly notify: SimulatedServers['notify']
  readonly trace: (line: string) => void
}): Promise<WireProviders> {
  const restoreTimers = installVirtualTimers(time)
  const down = new Set<string>()
  const never = new Promise<never>(() => {})

  const sandbox = createSandbox({
    publicUrl: SANDBOX,
    seed: random.between(1, 1_000_000),
    now: () => time.now(),
    async fetch(input, init) {
      const request = new Request(input, init)
      const { pathname } = new URL(request.url)
      if (injector.hits('notificationLost')) return new Response(null, { status: 503 })
      const body = await request.text()
      const account = pathname.split('/').at(-1) ?? ''
      const send = () => notify(account, body, { headers: request.headers, requestUri: pathname })
      if (injector.hits('notificationTwice')) await send()
      if (!(await send())) return new Response(null, { status: 503 })
      if (account === 'tbank') return new Response('OK')
      // Antom wants these words; YooKassa reads the status only.
      return Response.json({ result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' } })
    },
  })
  const { antom: antomAccount, yookassa: yookassaAccount, tbank: tbankAccount } = sandboxAccounts
  await sandbox.control.apply({
    account: {
      double: 'yookassa',
      id: yookassaAccount.shopId,
      notificationUrl: 'https://pay.example/n/yookassa',
    },
  })
  const adapters: readonly Provider[] = [
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
    tbank({
      terminalKey: tbankAccount.terminalKey,
      password: tbankAccount.password,
      apiUrl: `${SANDBOX}/tbank/v2`,
      methods: ['t_pay'],
    }),
  ]

  async function overBadNetwork(request: Request, alive: () => boolean): Promise<Response> {
    const account = new URL(request.url).pathname.split('/')[1] ?? ''
    await time.sleep(random.between(5, 80))
    if (!alive()) return await never
    if (down.has(account)) {
      trace(`${account}: down`)
      if (random.chance(0.5)) return new Response('<h1>Bad gateway</h1>', { status: 502 })
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      })
    }
    if (injector.hits('requestLost')) {
      trace(`${account}: request lost`)
      return await never
    }
    const response = await sandbox.fetch(request)
    if (injector.hits('slow')) await time.sleep(random.between(1000, 14_000))
    if (injector.hits('answerLost')) {
      trace(`${account}: answer lost`)
      const how = random.between(1, 3)
      if (how === 1) return await never
      if (how === 2) return new Response((await response.text()).slice(0, 100), { status: response.status })
      return new Response(null, { status: 500 })
    }
    await time.sleep(random.between(5, 80))
    return alive() ? response : await never
  }

  const ledgerOf = (account: string) =>
    sandbox.control.state().doubles.find(({ id }) => id === account)?.ledger.payments ?? []

  const sides = adapters.map(
    (adapter): ProviderSide => ({
      account: adapter.account,
      adapter: () => adapter,
      charges: (prefix) =>
        ledgerOf(adapter.account)
          .filter(({ reference }) => reference.startsWith(prefix))
          .map(
            ({ reference, status, captured, refunded }): ChargeAtProvider => ({
              reference,
              kind: KIND_OF[status],
              captured,
              refunded,
              canSurprise: false,
            }),
          ),
      buyer(payload, does) {
        const url = new URL(payload)
        url.pathname += `/${does}`
        trace(`the buyer ${does}s ${url.pathname.slice(0, 40)}`)
        void sandbox.fetch(new Request(url, { method: 'POST' }))
      },
      setDown(next) {
        if (next && !down.has(adapter.account)) injector.count('outage')
        if (next) down.add(adapter.account)
        else down.delete(adapter.account)
      },
      get payments() {
        return ledgerOf(adapter.account).length
      },
    }),
  )
  return {
    sides,
    http: (alive) =>
      createProviderHttp({ fetch: (input, init) => overBadNetwork(new Request(input, init), alive) }),
    async close() {
      sandbox.close()
      restoreTimers()
    },
  }
}
