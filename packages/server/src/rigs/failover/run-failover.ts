import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckoutView, Session, SessionList } from '@teabrick/core/contract'
import { type SandboxOptions, sandboxAccounts } from '@teabrick/sandbox'
import { type ServedSandbox, serveSandbox } from '@teabrick/sandbox/node'
import { compareBooks } from './compare-books.ts'
import { FAILOVER_SECRET_KEY, type FailoverServerOptions } from './failover-options.ts'
import { createGate, type GateMode } from './gate.ts'
import type { FailoverInstance } from './instances.ts'

export interface FailoverPlan {
  readonly database: string
  readonly start: (options: FailoverServerOptions) => Promise<FailoverInstance>
  /** How the preferred provider dies. */
  readonly death: Exclude<GateMode, 'open'>
  /** Checkouts that are open and only watch. */
  readonly openCheckouts: number
  readonly paymentsPerSecond: number
  /** Before it dies. */
  readonly beforeMs: number
  /** While it is dead, and at least until all open checkouts have learnt of it. */
  readonly deadMs: number
  /** At most until that, and at most until everything is settled after it is back. */
  readonly settleMs: number
}

/** What the rig saw. Milliseconds are from the moment of death, or of the return where it says so. */
export interface FailoverFigures {
  /** The last new checkout that was offered the method which only the dead provider has. */
  readonly lastOfferedMs: number
  /** The last payment that was begun over the dead provider though there was another. */
  readonly lastBegunMs: number
  /** The last of the open checkouts to learn of it. */
  readonly lastLearntMs: number
  readonly learnt: number
  /** From its return until every payment that was begun before is settled. */
  readonly settledMs: number
  /** Those of them that took longest. */
  readonly slowest: readonly string[]
  /** From its return until a new checkout is offered the method again. */
  readonly offeredAgainMs: number
  readonly payments: number
  readonly servedBySecond: number
  /** Payments whose answer was lost. */
  readonly unknown: number
  readonly serverErrors: readonly string[]
  /** Approved by the buyer, and the shop does not know. */
  readonly lost: readonly string[]
  /** Sessions that more than one provider heard of. */
  readonly sentTwice: readonly string[]
  /** Between the shop's books and the providers'. */
  readonly differences: readonly string[]
}

/** The only method that nobody but the preferred provider has. */
const ONLY_METHOD = 'sber_pay'
const PUBLIC_URL = 'http://127.0.0.1:4298/pay'
const DESKTOP = '/v1/checkout?surface=desktop&os=windows'
const PREFERRED = 'yookassa'

interface Reply<T> {
  readonly status: number
  readonly body: T
  readonly etag: string | null
}

/**
 * Two instances on one database, the preferred provider behind a gate, buyers who pay and buyers who watch. Kills the provider,
 * brings it back, and compares everybody's books.
 */
export async function runFailover(plan: FailoverPlan): Promise<FailoverFigures> {
  const { gate, preferred, second, instances, close } = await setUp(plan)
  const serverErrors: string[] = []
  const leaving = new AbortController()
  let turn = 0
  let keys = 0

  async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    token: string,
    options: { body?: unknown; headers?: Record<string, string>; to?: number; signal?: AbortSignal } = {},
  ): Promise<Reply<T>> {
    const instance = instances[(options.to ?? turn++) % instances.length] as FailoverInstance
    const init: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'POST'
          ? {
              'content-type': 'application/json',
              'idempotency-key': `failover-${String(++keys).padStart(16, '0')}`,
            }
          : {}),
        ...options.headers,
      },
      ...(method === 'POST' ? { body: JSON.stringify(options.body ?? {}) } : {}),
      signal: options.signal ?? null,
    }
    const response = await persist(() => fetch(`${instance.url}/pay${path}`, init))
    const text = await response.text()
    if (response.status >= 500) serverErrors.push(`${method} ${path}: ${response.status} ${text}`)
    return {
      status: response.status,
      body: (text === '' ? null : JSON.parse(text)) as T,
      etag: response.headers.get('etag'),
    }
  }

  /** A machine with too much to do loses connections to itself: a buyer's browser tries again, with the same key. */
  async function persist(send: () => Promise<Response>): Promise<Response> {
    for (let tries = 1; ; tries++) {
      try {
        return await send()
      } catch (error) {
        if (leaving.signal.aborted || tries >= 5) throw error
        await sleep(200)
      }
    }
  }

  const order = async (number: number): Promise<Session & { clientToken: string }> => {
    const { status, body } = await call<Session & { clientToken: string }>(
      'POST',
      '/v1/sessions',
      FAILOVER_SECRET_KEY,
      {
        body: {
          amount: { currency: 'RUB', minorUnits: 100_000 + number },
          order: { reference: `F-${number}`, description: 'Пуэр' },
          returnUrl: 'http://127.0.0.1:4298/thanks',
          // So that what a provider never hears of ends with the rig, and not with the hour.
          expiresInSeconds: 3600,
        },
      },
    )
    if (status !== 201) throw new Error(`no session: ${status} ${JSON.stringify(body)}`)
    return body
  }
  const offers = (view: CheckoutView | undefined): boolean =>
    view?.methods?.some(({ id }) => id === ONLY_METHOD) === true

  let diedAt = Number.POSITIVE_INFINITY
  let isOver = false
  const sinceDeath = (): number => performance.now() - diedAt

  // Somebody who has the sheet open and reads.
  const learntMs: number[] = []
  const watch = async (token: string, to: number): Promise<void> => {
    let seen = await call<CheckoutView>('GET', DESKTOP, token, { to })
    let hasLearnt = false
    while (!isOver) {
      const next = await call<CheckoutView>('GET', DESKTOP, token, {
        to,
        headers: { 'if-none-match': seen.etag ?? '', prefer: 'wait=25' },
        signal: leaving.signal,
      }).catch((error: unknown) => {
        if (isOver) return null
        throw error
      })
      if (next === null) return
      if (next.status !== 200) {
        if (next.status !== 304) await sleep(200)
        continue
      }
      if (!hasLearnt && diedAt !== Number.POSITIVE_INFINITY && !offers(next.body)) {
        hasLearnt = true
        learntMs.push(sinceDeath())
      }
      seen = next
    }
  }

  // Somebody who pays, and waits as long as it takes.
  const approved = new Set<string>()
  const settled = new Set<string>()
  let lastOfferedMs = 0
  let unknown = 0
  let offeredAgainAt: number | null = null
  let returnedAt = Number.POSITIVE_INFINITY
  /** Of a silent provider some answers must be lost, or nothing was tried. */
  const unknownAsWanted = (): number => (plan.death === 'silent' ? unknown : 1)
  const approve = async (view: CheckoutView): Promise<void> => {
    const url = new URL(view.payment?.nextAction?.qr?.payload ?? '')
    url.pathname += '/approve'
    const { host } = url
    const sandbox = host === new URL(second.url).host ? second : preferred
    await sandbox.fetch(new Request(url, { method: 'POST' }))
    approved.add(view.session.id)
  }
  const shop = async (number: number): Promise<void> => {
    const { id, clientToken } = await order(number)
    const askedMs = sinceDeath()
    const first = await call<CheckoutView>('GET', DESKTOP, clientToken)
    if (offers(first.body)) {
      if (askedMs >= 0 && returnedAt === Number.POSITIVE_INFINITY)
        lastOfferedMs = Math.max(lastOfferedMs, askedMs)
      if (performance.now() > returnedAt) offeredAgainAt ??= performance.now()
    }
    let reply = await call<CheckoutView>('POST', '/v1/checkout/payments', clientToken, {
      body: { method: 'sbp', device: { surface: 'desktop', os: 'windows' } },
    })
    let wasUnknown = false
    while (!isOver) {
      const { session, payment } = reply.body
      if (session?.status === 'complete') break
      if (payment?.status === 'requires_action' && payment.nextAction?.qr && !approved.has(id))
        await approve(reply.body)
      if (payment?.status === 'processing' && !wasUnknown) {
        wasUnknown = true
        unknown++
      }
      const next = await call<CheckoutView>('GET', DESKTOP, clientToken, {
        headers: { 'if-none-match': reply.etag ?? '""', prefer: 'wait=5' },
      })
      if (next.status === 200) reply = next
      else if (next.status !== 304) await sleep(300)
    }
    settled.add(id)
  }

  const everybody: Promise<void>[] = []
  const broken: string[] = []
  const begin = (life: Promise<void>): void => {
    everybody.push(
      life.catch((error: unknown) => {
        if (!isOver) broken.push(String(error))
      }),
    )
  }

  try {
    const opened = await inBatches(plan.openCheckouts, 25, (number) => order(1_000_000 + number))
    opened.forEach(({ clientToken }, index) => begin(watch(clientToken, index)))
    await sleep(1000)

    let number = 0
    let isSelling = true
    const sell = async (): Promise<void> => {
      const pauseMs = 1000 / plan.paymentsPerSecond
      let due = performance.now()
      while (isSelling) {
        begin(shop(++number))
        due += pauseMs
        await sleep(Math.max(0, due - performance.now()))
      }
    }
    const selling = sell()
    await sleep(plan.beforeMs)
    diedAt = performance.now()
    const diedAtDate = Date.now()
    await gate.set(plan.death)
    await sleep(plan.deadMs)
    const deadline = performance.now() + plan.settleMs
    while (performance.now() < deadline && (learntMs.length < plan.openCheckouts || unknownAsWanted() === 0))
      await sleep(20)
    returnedAt = performance.now()
    await gate.set('open')
    const backAtDate = Date.now()
    const patience = returnedAt + plan.settleMs
    while (offeredAgainAt === null && performance.now() < patience) await sleep(20)
    isSelling = false
    await selling
    while (settled.size < number && performance.now() < patience) await sleep(20)
    isOver = true
    leaving.abort()
    // Who still pays is answered within his own wait.
    await Promise.race([Promise.all(everybody), sleep(10_000)])

    const sessions = await readSessions((path) => call<SessionList>('GET', path, FAILOVER_SECRET_KEY))
    const doubles = [preferred, second].flatMap(({ control }) => control.state().doubles)
    const { wrong, unheard } = compareBooks(sessions, doubles)
    const payments = sessions.flatMap((session) => session.payments)
    // What is bought afterwards is no matter of its death.
    const touched = sessions.filter(({ createdAt }) => Date.parse(createdAt) < backAtDate)
    const whileDead = payments.filter(({ createdAt, account }) => {
      const at = Date.parse(createdAt)
      return account === PREFERRED && at > diedAtDate && at < backAtDate
    })
    return {
      lastOfferedMs,
      lastBegunMs: Math.max(0, ...whileDead.map(({ createdAt }) => Date.parse(createdAt) - diedAtDate)),
      lastLearntMs: Math.max(0, ...learntMs),
      learnt: learntMs.length,
      settledMs: Math.max(
        0,
        ...sessions.map(({ completedAt }) => Date.parse(completedAt ?? '') - backAtDate || 0),
      ),
      slowest: slowestOf(touched, backAtDate),
      offeredAgainMs: (offeredAgainAt ?? Number.POSITIVE_INFINITY) - returnedAt,
      payments: number,
      servedBySecond: payments.filter(
        ({ account, status }) => account !== PREFERRED && status === 'succeeded',
      ).length,
      unknown,
      serverErrors: [...serverErrors, ...broken],
      lost: sessions
        .filter(({ id, status }) => approved.has(id) && status !== 'complete')
        .map(({ id, status }) => `${id} is ${status}`),
      sentTwice: heardOfTwice(doubles),
      differences: [...wrong, ...unheard],
    }
  } finally {
    isOver = true
    leaving.abort()
    await close()
  }
}

function slowestOf(sessions: readonly Session[], backAt: number): readonly string[] {
  return sessions
    .flatMap(({ id, createdAt, completedAt, payments }) =>
      completedAt === null ? [] : [{ id, createdAt, payments, ms: Date.parse(completedAt) - backAt }],
    )
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 3)
    .map(({ id, createdAt, payments, ms }) => {
      const tries = payments.map(({ account, status }) => `${account} ${status}`).join(', ')
      return `${id}, made ${Date.parse(createdAt) - backAt} ms and settled ${ms} ms after the return: ${tries}`
    })
}

/** Sessions for which the providers have more than one payment: one of them was sent though another was there. */
function heardOfTwice(
  doubles: readonly { readonly ledger: { readonly payments: readonly { readonly reference: string }[] } }[],
): readonly string[] {
  const heard = new Map<string, string[]>()
  for (const { reference } of doubles.flatMap(({ ledger }) => ledger.payments)) {
    const session = reference.replace(/_\d+$/, '')
    heard.set(session, [...(heard.get(session) ?? []), reference])
  }
  return [...heard.values()].filter((each) => each.length > 1).map((each) => each.join(' and '))
}

async function readSessions(
  read: (path: string) => Promise<Reply<SessionList>>,
): Promise<readonly Session[]> {
  const sessions: Session[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await read(`/v1/sessions?limit=100${query}`)
    sessions.push(...body.items)
    cursor = body.nextCursor
  } while (cursor !== null)
  return sessions
}

async function inBatches<T>(
  count: number,
  width: number,
  work: (index: number) => Promise<T>,
): Promise<readonly T[]> {
  const done: T[] = []
  for (let index = 0; index < count; index += width)
    done.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(width, count - index) }, (_, offset) => work(index + offset)),
      )),
    )
  return done
}

async function setUp({ database, start }: FailoverPlan) {
  let instances: readonly FailoverInstance[] = []
  let turn = 0
  // The balancer of the notifications.
  const deliver: NonNullable<SandboxOptions['fetch']> = async (input, init) => {
    const request = new Request(input, init)
    const { url } = instances[turn++ % instances.length] as FailoverInstance
    return await fetch(`${url}${new URL(request.url).pathname}`, {
      method: 'POST',
      headers: request.headers,
      body: await request.text(),
    })
  }
  const notificationUrl = (account: string) => `${PUBLIC_URL}/v1/providers/${account}/notifications`
  let preferred: ServedSandbox | undefined
  const gate = await createGate(() => Number(new URL(preferred?.url ?? '').port))
  preferred = await serveSandbox({
    port: 0,
    publicUrl: gate.url,
    seed: 3,
    accounts: { yookassa: [{ ...sandboxAccounts.yookassa, notificationUrl: notificationUrl('yookassa') }] },
    fetch: deliver,
  })
  const second = await serveSandbox({
    port: 0,
    seed: 5,
    accounts: { tbank: [{ ...sandboxAccounts.tbank, notificationUrl: notificationUrl('tbank') }] },
    fetch: deliver,
  })
  const options: FailoverServerOptions = {
    publicUrl: PUBLIC_URL,
    database,
    yookassaUrl: gate.url,
    tbankUrl: second.url,
  }
  instances = await Promise.all([start(options), start(options)])
  const served = preferred
  return {
    gate,
    preferred: served,
    second,
    instances,
    async close() {
      await Promise.all(instances.map((instance) => instance.stop()))
      await Promise.all([gate.close(), served.close(), second.close()])
    },
  }
}
