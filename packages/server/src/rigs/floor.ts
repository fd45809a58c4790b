import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Problem, WebhookEvent } from '@teabrick/core/contract'
import { createSandbox, type Sandbox, sandboxAccounts } from '@teabrick/sandbox'
import { bundleRigApi } from './bundle-rig-api.ts'
import { type RigServer, spawnRigServer } from './rig-server.ts'
import { RIG_SECRET_KEY } from './rig-server-options.ts'
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** What a caller was told has happened. */
export interface Acknowledged {
  /** Sessions by id, with the newest version that was shown. */
  readonly sessions: Map<string, number>
  readonly payments: Set<string>
  readonly refunds: Set<string>
}

/** A server of the floor, restarted under the same name whenever its process ends. */
export interface Instance {
  /** Its place on the buyers' side: the same for all its processes. */
  readonly link: TcpProxy
  readonly database: TcpProxy | null
  current: RigServer | null
  /** Milliseconds from each death to the first answer of the next process. */
  readonly recoveries: number[]
  deaths: number
  /** The failpoints its processes died at. */
  readonly struck: string[]
}

/** Doubles, a merchant's endpoint, and server processes around one database, each link through a proxy. */
export interface Floor {
  readonly instances: readonly Instance[]
  readonly doubles: Pick<Sandbox, 'control' | 'fetch'>
  readonly links: { readonly providers: TcpProxy; readonly webhooks: TcpProxy }
  readonly acknowledged: Acknowledged
  /** Sends the newest notification about a payment once more, as it was. */
  notifyAgain(paymentId: string): Promise<void>
  /** Every event the merchant's endpoint took, by id, with how often it came. */
  readonly webhooks: ReadonlyMap<string, { readonly event: WebhookEvent; times: number }>
  /** Answers of 500 and above by what they said; the honest ones are 503 problems with Retry-After. */
  readonly refusals: { honest: number; readonly dishonest: string[] }
  /**
   * Called when a provider has a request in hand, which it looks at when the hook is done; when a notification was answered;
   * and so on.
   */
  readonly hooks: {
    onProviderRequest: ((request: ProviderCall) => void | Promise<void>) | null
    onNotificationAnswered: ((status: number, instance: Instance) => void) | null
    onWebhook: (() => void) | null
  }
  /** What the next processes are started with. */
  failpoint: string | undefined
  /**
   * One request, repeated with the same key until it is answered for good: what a good client does. 429, 503 and a lost answer
   * are not for good.
   */
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>
  /** The buyer's own browser or bank, straight to the double. */
  buyer(payUrl: string, does: 'approve' | 'decline' | 'abandon'): Promise<void>
  kill(instance: Instance): void
  /** Stops the supervision, the servers and everything else. */
  close(): Promise<void>
}

export interface ProviderCall {
  readonly method: string
  readonly path: string
  /** YooKassa's idempotency key. */
  readonly key: string | null
}

export interface CallOptions {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly key?: string | undefined
  /** To this instance only. */
  readonly to?: Instance | undefined
  /** Gives up after this long. Default: 3 minutes. */
  readonly patienceMs?: number | undefined
}

export interface Answer<T> {
  readonly status: number
  readonly body: T
}

interface Notified {
  readonly pathname: string
  readonly headers: [string, string][]
  readonly body: string
}

const PUBLIC_URL = 'http://127.0.0.1:4299/pay'
const TRY_MS = 20_000

let keys = 0
export const rigKey = (): string => `rig-${process.pid}-${String(++keys).padStart(20, '0')}`

export async function openFloor({
  database,
  count = 1,
  proxyDatabase = false,
}: {
  readonly database: string
  readonly count?: number
  /** Puts a proxy before the database, one per instance. */
  readonly proxyDatabase?: boolean
}): Promise<Floor> {
  const hooks: Floor['hooks'] = {
    onProviderRequest: null,
    onNotificationAnswered: null,
    onWebhook: null,
  }
  const webhooks = new Map<string, { event: WebhookEvent; times: number }>()
  const refusals: Floor['refusals'] = { honest: 0, dishonest: [] }
  const acknowledged: Acknowledged = { sessions: new Map(), payments: new Set(), refunds: new Set() }
  const program = await bundleRigApi()
  const notifications = new Map<string, Notified>()
  let turn = 0
  let closing = false

  const merchant = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      const event = JSON.parse(body) as WebhookEvent
      const seen = webhooks.get(event.id)
      if (seen) seen.times++
      else webhooks.set(event.id, { event, times: 1 })
      hooks.onWebhook?.()
      response.writeHead(204).end()
    })
  })
  merchant.listen(0, '127.0.0.1')
  await once(merchant, 'listening')
  const webhookLink = await createTcpProxy((merchant.address() as AddressInfo).port)

  const providerLink = await createTcpProxy()
  const notificationUrl = (account: string) => `${PUBLIC_URL}/v1/providers/${account}/notifications`
  const doubles = createSandbox({
    publicUrl: providerLink.url,
    seed: 11,
    accounts: {
      yookassa: [{ ...sandboxAccounts.yookassa, notificationUrl: notificationUrl('yookassa') }],
      tbank: [{ ...sandboxAccounts.tbank, notificationUrl: notificationUrl('tbank') }],
    },
    // The balancer of the notifications.
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { pathname } = new URL(request.url)
      const body = await request.text()
      const paymentId = /pay_[0-9A-Za-z]{22}_\d+/.exec(body)?.[0]
      const again = { pathname, headers: [...request.headers] as [string, string][], body }
      if (paymentId !== undefined) notifications.set(paymentId, again)
      return await notify(again)
    },
  })
  const notify = async ({ pathname, headers, body }: Notified): Promise<Response> => {
    const instance = instances[turn++ % instances.length] as Instance
    const response = await fetch(`${instance.link.url}${pathname}`, { method: 'POST', headers, body })
    hooks.onNotificationAnswered?.(response.status, instance)
    return response
  }
  const providers = createServer(async (incoming, outgoing) => {
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece)
    const { method = 'GET', url = '/' } = incoming
    const key = incoming.headers['idempotence-key']
    await hooks.onProviderRequest?.({ method, path: url, key: key === undefined ? null : String(key) })
    const response = await doubles.fetch(
      new Request(`${providerLink.url}${url}`, {
        method,
        headers: Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        ),
        ...(method === 'GET' ? {} : { body: Buffer.concat(pieces) }),
      }),
    )
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  providers.listen(0, '127.0.0.1')
  await once(providers, 'listening')
  providerLink.retarget((providers.address() as AddressInfo).port)

  const instances: Instance[] = []
  const supervisors: Promise<void>[] = []
  const floor: Floor = {
    instances,
    doubles,
    links: { providers: providerLink, webhooks: webhookLink },
    acknowledged,
    webhooks,
    refusals,
    hooks,
    failpoint: undefined,
    async call(method, path, options = {}) {
      const { token = RIG_SECRET_KEY, body, to, patienceMs = 180_000 } = options
      const key = options.key ?? rigKey()
      const until = performance.now() + patienceMs
      for (;;) {
        const instance = to ?? (instances[turn++ % instances.length] as Instance)
        const answer = await tryOnce(`${instance.link.url}/pay${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
          },
          ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
        })
        if (answer && answer.status < 500 && answer.status !== 429) return answer as never
        if (performance.now() > until)
          throw new Error(`${method} ${path} had no answer: ${JSON.stringify(answer)}`)
        await sleep(answer?.status === 429 ? 400 : 50 + Math.random() * 50)
      }
    },
    async notifyAgain(paymentId) {
      const last = notifications.get(paymentId)
      if (last)
        await notify(last).then(
          (response) => response.text(),
          () => '',
        )
    },
    async buyer(payUrl, does) {
      const url = new URL(payUrl)
      url.pathname += `/${does}`
      await doubles.fetch(new Request(url, { method: 'POST' }))
    },
    kill(instance) {
      instance.current?.child.kill('SIGKILL')
    },
    async close() {
      closing = true
      await Promise.all(
        instances.map(async ({ current }) => {
          current?.child.kill('SIGKILL')
          await current?.gone
        }),
      )
      await Promise.all(supervisors)
      doubles.close()
      for (const server of [merchant, providers]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
      const proxies = instances.flatMap(({ link, database }) => [link, ...(database ? [database] : [])])
      await Promise.all([...proxies, webhookLink, providerLink].map((proxy) => proxy.close()))
    },
  }

  async function tryOnce(url: string, init: RequestInit): Promise<Answer<unknown> | null> {
    let response: Response
    let body: unknown
    try {
      response = await fetch(url, { ...init, signal: AbortSignal.timeout(TRY_MS) })
      const text = await response.text()
      body = text === '' ? null : JSON.parse(text)
    } catch {
      return null
    }
    if (response.status >= 500) {
      const isHonest =
        response.status === 503 &&
        response.headers.get('content-type') === 'application/problem+json' &&
        Number(response.headers.get('retry-after')) > 0
      if (isHonest) refusals.honest++
      else refusals.dishonest.push(`${response.status} ${JSON.stringify(body as Problem)}`)
    } else if (response.ok) acknowledge(body)
    return { status: response.status, body }
  }

  function acknowledge(body: unknown): void {
    const told = body as {
      id?: string
      version?: number
      status?: string
      session?: { id: string }
      payment?: { id: string } | null
    }
    const sessionId = told.session?.id ?? (told.id?.startsWith('cs_') ? told.id : undefined)
    if (sessionId !== undefined && told.version !== undefined)
      acknowledged.sessions.set(sessionId, Math.max(told.version, acknowledged.sessions.get(sessionId) ?? 0))
    if (told.payment) acknowledged.payments.add(told.payment.id)
    if (told.id?.startsWith('pay_')) acknowledged.payments.add(told.id)
    if (told.id?.startsWith('re_')) acknowledged.refunds.add(told.id)
  }

  /** Starts the process again whenever it ends, and takes the time until the next one answers. */
  async function supervise(instance: Instance, started: (failed?: Error) => void): Promise<void> {
    let died: number | null = null
    let failures = 0
    while (!closing && failures < 10) {
      const server = spawnRigServer(
        program,
        {
          publicUrl: PUBLIC_URL,
          database: instance.database ? through(database, instance.database.port) : database,
          yookassaUrl: `${providerLink.url}/yookassa`,
          antomUrl: `${providerLink.url}/antom`,
          tbankUrl: `${providerLink.url}/tbank`,
          webhookUrl: `${webhookLink.url}/webhooks`,
          port: 0,
        },
        floor.failpoint,
      )
      instance.current = server
      const ready = await server.ready.catch((error: Error) => error)
      if (ready instanceof Error) {
        failures++
        started(ready)
      } else {
        failures = 0
        instance.link.retarget(ready.port)
        started()
        if (died !== null && (await answersFirst(ready.port, server)))
          instance.recoveries.push(performance.now() - died)
      }
      await server.gone
      const point = server.failpoint()
      if (point !== undefined) instance.struck.push(point)
      died = performance.now()
      instance.link.retarget(null)
      if (!closing) instance.deaths++
    }
  }

  /** @returns whether the process answered before it died again. */
  async function answersFirst(port: number, { gone }: RigServer): Promise<boolean> {
    const url = `http://127.0.0.1:${port}/pay/v1/sessions?limit=1`
    const headers = { authorization: `Bearer ${RIG_SECRET_KEY}` }
    let dead = false
    void gone.then(() => {
      dead = true
    })
    while (!dead && !closing) {
      const response = await fetch(url, { headers }).catch(() => null)
      await response?.text().catch(() => '')
      if (response?.ok) return true
      await sleep(20)
    }
    return false
  }

  for (let index = 0; index < count; index++) {
    const instance: Instance = {
      link: await createTcpProxy(),
      database: proxyDatabase ? await createTcpProxy(Number(new URL(database).port)) : null,
      current: null,
      recoveries: [],
      deaths: 0,
      struck: [],
    }
    instances.push(instance)
    const failed = await new Promise<Error | undefined>((resolve) =>
      supervisors.push(supervise(instance, resolve)),
    )
    if (failed) {
      await floor.close()
      throw failed
    }
  }
  return floor
}

function through(database: string, port: number): string {
  const url = new URL(database)
  url.port = String(port)
  return url.href
}
