import type { Clock } from './clock.ts'
import { type Exchanges, shownHeaders } from './exchange.ts'
import type { Scenarios } from './scenario.ts'

/** A notification to a merchant, and how its delivery goes. Instants are ISO 8601, virtual time. */
export interface Notification {
  readonly id: number
  readonly double: string
  readonly account: string
  /** `PAYMENT_RESULT`, `payment.succeeded`: the provider's word. */
  readonly event: string
  readonly reference: string
  readonly url: string
  readonly createdAt: string
  readonly attempts: readonly NotificationAttempt[]
  readonly state: 'pending' | 'acknowledged' | 'given_up'
}

export interface NotificationAttempt {
  readonly at: string
  /** `lost`: the scenario `webhook-lost` swallowed it. */
  readonly outcome: 'acknowledged' | 'refused' | 'unreachable' | 'lost'
  readonly status?: number | undefined
}

/** What a double asks to be delivered. */
export interface Delivery {
  readonly double: string
  readonly account: string
  readonly event: string
  /** The first is the merchant's reference; the rest are other names of the same thing, for scenarios. */
  readonly references: readonly [string, ...string[]]
  readonly url: string
  readonly body: string
  /** Made again for each attempt, because a signature covers the time. */
  readonly headers: (nowMs: number) => Readonly<Record<string, string>>
  /** Pauses before each attempt, the first included. */
  readonly pausesMs: readonly number[]
  readonly isAcknowledged: (status: number, body: string) => boolean
}

export interface Deliveries {
  send(delivery: Delivery): void
  /** Makes the first attempts about any of these references now, where they are still to come, and waits for their end. */
  flush(references: readonly string[]): Promise<void>
  /** Tries again now what an account has not acknowledged yet. @returns how many there are. */
  resend(double: string, account: string): number
  /** The last 200, newest first. */
  list(): readonly Notification[]
  reset(): void
  close(): void
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** A notification whose first attempt is still to be made, or under way. */
interface Unsent {
  readonly references: readonly string[]
  readonly attempt: () => Promise<void>
}

/** A notification that waits for its next attempt. */
interface Waiting {
  readonly delivery: Delivery
  readonly attempt: () => Promise<void>
}

const KEPT = 200
const TIMEOUT_MS = 10_000

/** Sends notifications on virtual time until they are acknowledged or their schedule ends. */
export function createDeliveries(world: {
  readonly clock: Clock
  readonly fetch: typeof fetch
  readonly scenarios: Scenarios
  readonly exchanges: Exchanges
}): Deliveries {
  const { clock, scenarios, exchanges } = world
  let notifications: Notification[] = []
  let closing = new AbortController()
  let nextId = 1
  let unsent: readonly Unsent[] = []
  let waiting = new Map<number, Waiting>()

  const iso = () => new Date(clock.now()).toISOString()

  function update(id: number, attempt: NotificationAttempt, state: Notification['state']) {
    notifications = notifications.map((notification) =>
      notification.id === id
        ? { ...notification, attempts: [...notification.attempts, attempt], state }
        : notification,
    )
  }

  async function call({ double, url, body, headers }: Delivery, signal: AbortSignal): Promise<Answer> {
    const startedAt = Date.now()
    const sent = new Headers(headers(clock.now()))
    const end = exchanges.begin({
      at: iso(),
      double,
      direction: 'out',
      method: 'POST',
      url,
      requestHeaders: shownHeaders(sent),
      requestBody: body,
    })
    try {
      const response = await world.fetch(url, {
        method: 'POST',
        headers: sent,
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      })
      const answer = { status: response.status, body: await response.text() }
      end({ status: answer.status, responseBody: answer.body, tookMs: Date.now() - startedAt })
      return answer
    } catch (error) {
      end({ status: 0, responseBody: describe(error), tookMs: Date.now() - startedAt })
      return { status: 0, body: '' }
    }
  }

  async function attempt(id: number, delivery: Delivery, index: number, signal: AbortSignal) {
    const at = iso()
    const outcome = await tryOnce(delivery, signal)
    if (signal.aborted) return
    const pauseMs = delivery.pausesMs[index + 1]
    const isDone = outcome.outcome === 'acknowledged'
    update(id, { at, ...outcome }, isDone ? 'acknowledged' : pauseMs === undefined ? 'given_up' : 'pending')
    if (!isDone && pauseMs !== undefined) {
      const next: Waiting = {
        delivery,
        async attempt() {
          // Whoever comes second finds it gone: the schedule, or who asked for it before.
          if (waiting.get(id) !== next) return
          waiting.delete(id)
          await attempt(id, delivery, index + 1, signal)
        },
      }
      waiting.set(id, next)
      clock.schedule(clock.now() + pauseMs, next.attempt)
    }
  }

  async function tryOnce(delivery: Delivery, signal: AbortSignal): Promise<Omit<NotificationAttempt, 'at'>> {
    const occasion = {
      double: delivery.double,
      operation: 'notify' as const,
      references: delivery.references,
    }
    if (scenarios.strike('webhook-lost', occasion)) return { outcome: 'lost' }
    const answer = await call(delivery, signal)
    if (scenarios.strike('duplicate-webhook', occasion)) await call(delivery, signal)
    if (answer.status === 0) return { outcome: 'unreachable' }
    const { status } = answer
    return { outcome: delivery.isAcknowledged(status, answer.body) ? 'acknowledged' : 'refused', status }
  }

  return {
    send(delivery) {
      const id = nextId++
      const { double, account, event, references, url } = delivery
      notifications = [
        {
          id,
          double,
          account,
          event,
          reference: references[0],
          url,
          createdAt: iso(),
          attempts: [],
          state: 'pending' as const,
        },
        ...notifications,
      ].slice(0, KEPT)
      const { signal } = closing
      let sent: Promise<void> | undefined
      const first: Unsent = {
        references,
        attempt() {
          sent ??= attempt(id, delivery, 0, signal).finally(() => {
            unsent = unsent.filter((other) => other !== first)
          })
          return sent
        },
      }
      unsent = [...unsent, first]
      clock.schedule(clock.now() + (delivery.pausesMs[0] ?? 0), first.attempt)
    },
    async flush(wanted) {
      const due = unsent.filter(({ references }) => references.some((name) => wanted.includes(name)))
      await Promise.all(due.map(({ attempt }) => attempt()))
    },
    resend(double, account) {
      const due = [...waiting.values()].filter(
        ({ delivery }) => delivery.double === double && delivery.account === account,
      )
      for (const { attempt } of due) clock.schedule(clock.now(), attempt)
      return due.length
    },
    list: () => notifications,
    reset() {
      closing.abort()
      closing = new AbortController()
      notifications = []
      unsent = []
      waiting = new Map()
      nextId = 1
    },
    close() {
      closing.abort()
    },
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
