import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SandboxState } from '@teabrick/sandbox'

/** A payment in the ledger of a provider's double. */
export type Charge = SandboxState['doubles'][number]['ledger']['payments'][number]

/** An order as `GET /orders/{reference}` tells it. */
export interface OrderJson {
  readonly reference: string
  readonly status: string
  readonly amount: { readonly currency: string; readonly minorUnits: number }
  readonly session: { readonly id: string; readonly status: string } | null
  readonly events: readonly { readonly id: string; readonly type: string; readonly count: number }[]
  readonly fulfilledCount: number
}

/** The built demo, running in a process of its own. */
export interface RunningShop {
  readonly origin: string
  order(reference: string): Promise<OrderJson>
  /** What the doubles hold of an order's session, oldest first. */
  charges(reference: string): Promise<readonly Charge[]>
  /** `/_control` of the sandbox: what it knows, after a command if there is one. */
  control(command?: unknown): Promise<SandboxState>
  /** Plays a scenario for one order's payment alone, the first unless another one is named. */
  play(reference: string, scenario: Readonly<Record<string, unknown>>, attempt?: number): Promise<void>
  /** While down, the shop's webhook address answers 503. */
  setWebhookDown(isDown: boolean): void
  /** Resolves when the process and its folder are gone. */
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('./shop-process.mjs', import.meta.url))

export interface ShopProcessOptions {
  /** Pages of other programs that sell through the shop's payment API. */
  readonly origins?: readonly string[] | undefined
}

/** Starts the demo on a free port with its data in a temporary folder. `npm run build` comes first. */
export async function startShop({ origins = [] }: ShopProcessOptions = {}): Promise<RunningShop> {
  const child = fork(PROGRAM, origins, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  const origin = await Promise.race([
    once(child, 'message').then(([message]) => String(message)),
    ended.then(([code]) => Promise.reject(new Error(`the shop ended with code ${code}; was it built?`))),
  ])

  async function ask(path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${origin}${path}`, {
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`)
    return answer
  }
  const control = (command?: unknown) => ask('/sandbox/_control', command) as Promise<SandboxState>
  const order = (reference: string) => ask(`/orders/${reference}`) as Promise<OrderJson>
  /** What the ids of an order's payments begin with: they carry their session's. */
  const paymentsOf = async (reference: string) =>
    `${(await order(reference)).session?.id.replace('cs_', 'pay_')}_`

  return {
    origin,
    order,
    charges: async (orderReference) => {
      const ours = await paymentsOf(orderReference)
      const { doubles } = await control()
      return doubles
        .flatMap(({ ledger }) => ledger.payments)
        .filter(({ reference }) => reference.startsWith(ours))
        .sort((a, b) => a.reference.localeCompare(b.reference))
    },
    control,
    play: async (orderReference, scenario, attempt = 1) => {
      const reference = `${await paymentsOf(orderReference)}${attempt}`
      await control({ scenario: { ...scenario, reference } })
    },
    setWebhookDown: (isDown) => child.send(isDown ? 'webhook down' : 'webhook up'),
    stop: async () => {
      child.send('stop')
      await ended
    },
  }
}
