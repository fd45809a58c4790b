import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionState } from '../domain/records.ts'
import { LEASE_MS } from '../jobs/leases.ts'
import type { PaymentEngine } from '../payment-engine.ts'
import { ProviderFault, type ProviderHttp } from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { type Store, StoreError } from '../store/store.ts'
import { createEngineRig, type EngineRig } from './engine-rig.ts'

// Two processes on one database, on virtual time: what becomes of work whose process dies, stands still or loses its database.

type Who = 'first' | 'other'
type Answer = ReturnType<ProviderHttp['send']>

let rig: EngineRig
let other: PaymentEngine
let database: Store
/** What statements go through. */
let statement: <T>(call: () => Promise<T>, by: Who, name: string) => Promise<T>
/** What requests to make a payment go through. */
let create: (send: () => Answer, by: Who) => Answer
/** Those that reached the provider. */
let sent: { readonly by: Who; readonly key: string | null }[]

/** What the dead wait for. */
const never = () => new Promise<never>(() => {})
const AWAY = new StoreError('unavailable', 'the database cannot be reached')

function storeOf(by: Who): Store {
  const methods = Object.entries(database).map(([name, method]) => [
    name,
    (...args: unknown[]) => statement(() => method(...args), by, name),
  ])
  return Object.fromEntries(methods) as Store
}

function httpOf(by: Who): ProviderHttp {
  return {
    send(request) {
      const http = createProviderHttp({ fetch: (input, init) => rig.sandbox.fetch(new Request(input, init)) })
      if (request.method !== 'POST' || !request.url.endsWith('/v3/payments')) return http.send(request)
      return create(() => {
        sent.push({ by, key: new Headers(request.headers).get('idempotence-key') })
        return http.send(request)
      }, by)
    },
  }
}

beforeEach(async () => {
  statement = (call) => call()
  create = (send) => send()
  sent = []
  rig = await createEngineRig({
    store(clock) {
      database = createMemoryStore({ clock })
      return storeOf('first')
    },
    http: httpOf('first'),
    // The doubles would tell the first process only.
    notificationsLost: true,
  })
  other = rig.another({ store: storeOf('other'), http: httpOf('other') })
})
afterEach(async () => {
  const stopped = other.stop()
  // A process that has died never stops.
  void rig.engine.stop()
  await rig.clock.advance(10_000)
  await stopped
  rig.sandbox.close()
})

/** Begins a payment in the first process. Nobody waits for the answer. */
async function pay(): Promise<string> {
  const { session } = await rig.session()
  void rig.engine.startPayment(session.id, { method: 'sbp' }, rig.key(), {}).catch(() => {})
  return session.id
}

async function stateOf(id: string): Promise<SessionState> {
  const state = await database.read(id)
  if (state === null) throw new Error(`${id} is gone`)
  return state
}

/** Lets time go by until it is so. Resolves with the moment. */
async function until(is: () => boolean | Promise<boolean>, limitMs = 300_000): Promise<number> {
  const began = rig.clock.now()
  while (!(await is())) {
    if (rig.clock.now() - began > limitMs) throw new Error('it did not come to that')
    await rig.clock.advance(50)
  }
  return rig.clock.now()
}

async function hasCode(id: string): Promise<boolean> {
  const [payment] = (await stateOf(id)).payments
  expect(payment?.status).not.toBe('failed')
  return payment?.status === 'requires_action'
}

/** The buyer pays, the order is complete, and the provider has one charge for it. */
async function completes(id: string): Promise<void> {
  await rig.buyer((await stateOf(id)).payments[0]?.action?.qr?.payload ?? '', 'approve')
  await until(async () => (await stateOf(id)).session.status === 'complete')
  expect(rig.charges()).toHaveLength(1)
}

describe('a payment whose process is killed', () => {
  it.each([
    ['CR-02: before the provider is called', false],
    ['CR-03: in the middle of the call', true],
  ])('%s goes on in another within five seconds, with the same key', async (_, isSent) => {
    await other.start()
    let killedAt = 0
    create = async (send, by) => {
      if (by === 'other') return await send()
      killedAt = rig.clock.now()
      statement = (call, of) => (of === 'first' ? never() : call())
      if (isSent) await send()
      return await never()
    }
    const id = await pay()
    await until(() => killedAt > 0)
    expect((await until(() => hasCode(id))) - killedAt).toBeLessThanOrEqual(5000)
    expect(sent.map(({ by }) => by)).toEqual(isSent ? ['first', 'other'] : ['other'])
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
    await completes(id)
  })
})

describe('a process', () => {
  it('that works for longer than a lease keeps its work to itself', async () => {
    await other.start()
    create = async (send) => {
      await rig.clock.sleep(6 * LEASE_MS)
      return await send()
    }
    const id = await pay()
    await until(() => hasCode(id))
    expect(sent.map(({ by }) => by)).toEqual(['first'])
    await completes(id)
  })

  it('that stood still for longer than a lease sends nothing any more', async () => {
    await other.start()
    let changes = 0
    let resumesAt = 0
    const awake = async (by: Who) => {
      if (by === 'first' && rig.clock.now() < resumesAt) await rig.clock.sleep(resumesAt - rig.clock.now())
    }
    statement = async (call, by, name) => {
      await awake(by)
      const result = await call()
      // The order is the first change; the second has leased the operation to this process.
      if (by === 'first' && name === 'change' && ++changes === 2) resumesAt = rig.clock.now() + 3 * LEASE_MS
      await awake(by)
      return result
    }
    const id = await pay()
    await until(() => hasCode(id))
    await rig.clock.advance(5 * LEASE_MS)
    expect(sent.map(({ by }) => by)).toEqual(['other'])
    await completes(id)
  })
})

describe('an answer in hand', () => {
  /** Nobody reaches the database for so long from the provider's first answer on. */
  function awayAfterTheAnswer(ms: number): void {
    let awayUntil = 0
    statement = async (call) => {
      if (rig.clock.now() < awayUntil) throw AWAY
      return await call()
    }
    create = async (send) => {
      const answer = await send()
      if (awayUntil === 0) awayUntil = rig.clock.now() + ms
      return answer
    }
  }

  it('is committed when the database is back, and the provider is not asked again', async () => {
    awayAfterTheAnswer(20_000)
    const id = await pay()
    await until(() => hasCode(id))
    await rig.clock.advance(2 * LEASE_MS)
    expect(sent).toHaveLength(1)
    await completes(id)
  })

  it('is committed once when only the word of its commit is lost', async () => {
    const id = await pay()
    let answered = false
    let isLost = false
    create = async (send) => {
      const answer = await send()
      answered = true
      return answer
    }
    statement = async (call, _, name) => {
      const result = await call()
      if (!answered || name !== 'change' || isLost) return result
      isLost = true
      throw AWAY
    }
    await until(() => isLost)
    const { version } = (await stateOf(id)).session
    await rig.clock.advance(1000)
    expect(await hasCode(id)).toBe(true)
    expect((await stateOf(id)).session.version).toBe(version)
    expect(sent).toHaveLength(1)
    await completes(id)
  })

  it('that is given up leaves the outcome unknown: it is asked for again, and never called failed', async () => {
    await other.start()
    awayAfterTheAnswer(180_000)
    const id = await pay()
    await until(() => sent.length === 1)
    // Where connections are refused, a first request would have failed for certain.
    let refused = 0
    const answer = create
    create = async (send, by) => {
      if (refused++ < 3) throw new ProviderFault('not_done', 'ECONNREFUSED', 'never sent')
      return await answer(send, by)
    }
    await until(() => hasCode(id))
    expect(refused).toBeGreaterThan(3)
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
    await completes(id)
  })
})
