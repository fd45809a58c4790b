import { Hono } from 'hono'
import { type AntomAccount, sandboxAccounts, type TbankAccount, type YookassaAccount } from './accounts.ts'
import { antomDouble } from './antom/antom-double.ts'
import { createClock } from './clock.ts'
import { ControlError, readCommandBody } from './command.ts'
import { createControl, type SandboxControl } from './control.ts'
import { createDeliveries } from './deliver.ts'
import type { Double, Mount, World } from './double.ts'
import { createExchanges } from './exchange.ts'
import { findMount } from './mount.ts'
import { wantsHtml } from './page.ts'
import { panelAsset, panelResponse } from './panel.ts'
import { createRandom } from './random.ts'
import { createScenarios } from './scenario.ts'
import { tbankDouble } from './tbank/tbank-double.ts'
import { yookassaDouble } from './yookassa/yookassa-double.ts'

/** How every sandbox can be set up, one double or all. */
export interface DoubleOptions {
  /** Where the handler can be reached from outside, prefix included. Default: what each request says. */
  readonly publicUrl?: string | undefined
  /** Makes ids repeatable. Without it they differ from run to run, as ids in a merchant's database must. */
  readonly seed?: number | undefined
  /** Sends the notifications. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** Real time in epoch milliseconds, on which virtual time stands. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
  /** How long a notification waits, in virtual milliseconds. Default 0, where Antom's takes 3 to 5 seconds. */
  readonly notificationDelayMs?: number | undefined
}

export interface SandboxOptions extends DoubleOptions {
  /** Default: `sandboxAccounts`. A double that is named here knows only the accounts named. */
  readonly accounts?:
    | {
        readonly antom?: readonly AntomAccount[] | undefined
        readonly yookassa?: readonly YookassaAccount[] | undefined
        readonly tbank?: readonly TbankAccount[] | undefined
      }
    | undefined
}

export interface Sandbox {
  /** Answers every request; can be mounted under any prefix. State lives in memory until `close`. */
  fetch(request: Request): Promise<Response>
  readonly control: SandboxControl
  /** Stops timers and deliveries. */
  close(): void
}

/** All doubles, each under its id, and `/_control`. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const {
    antom = [sandboxAccounts.antom],
    yookassa = [sandboxAccounts.yookassa],
    tbank = [sandboxAccounts.tbank],
  } = options.accounts ?? {}
  return createHost(options, (world) => [
    { prefix: '/antom', double: antomDouble(world, antom) },
    { prefix: '/yookassa', double: yookassaDouble(world, yookassa) },
    { prefix: '/tbank', double: tbankDouble(world, tbank) },
  ])
}

/** Antom alone: `/ams/…` at the root of the handler. */
export function createAntomDouble(
  options: DoubleOptions & { readonly accounts?: readonly AntomAccount[] | undefined } = {},
): Sandbox {
  const accounts = options.accounts ?? [sandboxAccounts.antom]
  return createHost(options, (world) => [{ prefix: '', double: antomDouble(world, accounts) }])
}

/** YooKassa alone: `/v3/…` at the root of the handler. */
export function createYookassaDouble(
  options: DoubleOptions & { readonly accounts?: readonly YookassaAccount[] | undefined } = {},
): Sandbox {
  const accounts = options.accounts ?? [sandboxAccounts.yookassa]
  return createHost(options, (world) => [{ prefix: '', double: yookassaDouble(world, accounts) }])
}

/** T-Bank alone: `/v2/…` at the root of the handler. */
export function createTbankDouble(
  options: DoubleOptions & { readonly accounts?: readonly TbankAccount[] | undefined } = {},
): Sandbox {
  const accounts = options.accounts ?? [sandboxAccounts.tbank]
  return createHost(options, (world) => [{ prefix: '', double: tbankDouble(world, accounts) }])
}

interface Placed {
  readonly prefix: string
  readonly double: Double
}

function createHost(options: DoubleOptions, place: (world: World) => readonly Placed[]): Sandbox {
  const world = createWorld(options)
  const placed = place(world)
  const publicUrl = options.publicUrl?.replace(/\/+$/, '')
  // Clients that know a host only, and the path of the real API, find that path at the root, too.
  const rooted = placed.flatMap(({ prefix, double }) =>
    prefix === ''
      ? []
      : (double.apiHeads ?? double.heads.slice(0, 1)).map((head) => ({ head, prefix, double })),
  )
  const heads = [
    ...placed.flatMap(({ prefix, double }) => (prefix === '' ? double.heads : [prefix.slice(1)])),
    ...rooted.map(({ head }) => head),
  ]
  let baseUrl = publicUrl ?? 'http://127.0.0.1'

  const control = createControl(
    world,
    placed.map(({ double }) => double),
    (wanted) => `${baseUrl}${placed.find(({ double }) => double === wanted)?.prefix ?? ''}`,
  )

  const app = new Hono<{ Bindings: Mount }>({ getPath: (_request, options) => options?.env?.path ?? '/' })
  app.get('/', ({ env }) => Response.redirect(`${env.baseUrl}/_control`, 303))
  // A path, because browsers may reach the panel by another name than the public one.
  const controlPath = (baseUrl: string) => `${new URL(baseUrl).pathname.replace(/\/+$/, '')}/_control`
  const panel = (request: Request, baseUrl: string, problem?: ControlError) =>
    panelResponse(request, control.state(), controlPath(baseUrl), problem)
  app.get('/_control', ({ req, env }) =>
    wantsHtml(req.raw) ? panel(req.raw, env.baseUrl) : Response.json(control.state()),
  )
  app.get('/_control/:asset', ({ req }) => panelAsset(req.param('asset')) ?? notFound())
  app.post('/_control', async ({ req, env }) => {
    try {
      const text = await req.raw.text()
      const state = await control.apply(readCommandBody(text, req.header('content-type') ?? ''))
      if (!wantsHtml(req.raw)) return Response.json(state)
      const location = controlPath(env.baseUrl) + new URL(req.raw.url).search
      return new Response(null, { status: 303, headers: { location } })
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      return wantsHtml(req.raw) ? panel(req.raw, env.baseUrl, error) : error.toResponse()
    }
  })
  for (const { prefix, double } of placed) {
    app.all(`${prefix}/*`, ({ req, env }) =>
      double.handle(req.raw, {
        path: env.path.slice(prefix.length),
        baseUrl: `${env.baseUrl}${prefix}`,
      }),
    )
  }

  for (const { head, prefix, double } of rooted) {
    app.all(`/${head}/*`, ({ req, env }) =>
      double.handle(req.raw, { path: env.path, baseUrl: `${env.baseUrl}${prefix}` }),
    )
  }

  return {
    async fetch(request) {
      const mount = findMount(new URL(request.url), publicUrl, [...heads, '_control'])
      if (!mount) return notFound()
      baseUrl = mount.baseUrl
      return app.fetch(request, mount)
    },
    control,
    close: world.close,
  }
}

function notFound(): Response {
  return new Response('Not found', { status: 404 })
}

function createWorld(options: DoubleOptions): World & { close(): void } {
  const clock = createClock(options.now)
  const random = createRandom(options.seed ?? Math.floor(Math.random() * 2 ** 32))
  const scenarios = createScenarios(clock.now)
  const exchanges = createExchanges()
  const deliveries = createDeliveries({
    clock,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    scenarios,
    exchanges,
  })
  const sleepers = new Set<() => void>()

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        sleepers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      sleepers.add(wake)
    })
  }

  return {
    clock,
    random,
    scenarios,
    exchanges,
    deliveries,
    sleep,
    notificationDelayMs: options.notificationDelayMs ?? 0,
    close() {
      clock.close()
      deliveries.close()
      for (const wake of sleepers) wake()
    },
  }
}
