import { describe, expect, it } from 'vitest'
import {
  AMOUNT,
  begin,
  NOW,
  openSession,
  paymentOf,
  railInUse,
  saying,
  says,
} from '../domain/domain-fixtures.ts'
import type { Draft } from '../domain/draft.ts'
import type { SessionState } from '../domain/records.ts'
import { startPayment } from '../domain/start-payment.ts'
import { askNow } from '../domain/watch.ts'
import { LEASE_MS } from '../jobs/leases.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { createSessionChanges, type KeyedRequest, type Wrote } from './session-changes.ts'

const SHOP = 'https://shop.example/webhooks'
const BOOKS = 'https://books.example/webhooks'
const key: KeyedRequest<unknown> = {
  key: 'a-key-of-at-least-22-characters',
  fingerprint: 'f',
  scope: 'merchant POST /x',
}

/** Changes over a store in memory that holds one session. */
async function rig({
  state = openSession(),
  room = () => true,
  busy = [],
  aheadMs = 0,
  merchantId = 'tea',
}: {
  readonly state?: SessionState
  readonly room?: () => boolean
  readonly busy?: readonly string[]
  readonly aheadMs?: number
  readonly merchantId?: string
} = {}) {
  let now = NOW
  const store = createMemoryStore({ clock: { now: () => now + aheadMs } })
  // As the store wants it: a session, then what it has become.
  await store.change({ sessionId: state.session.id }, () => ({ result: null, next: state }))
  const heard: { readonly state: SessionState; readonly wrote: Wrote }[] = []
  const changes = createSessionChanges({
    store,
    clock: { now: () => now, sleep: () => new Promise<never>(() => {}) },
    merchantId,
    endpoints: [SHOP, BOOKS],
    outbox: { hasRoom: (endpoint) => !busy.includes(endpoint) },
    hasRoom: room,
    onChange: (after, wrote) => heard.push({ state: after, wrote }),
  })
  return {
    store,
    changes,
    heard,
    change: <T>(decide: (draft: Draft) => T, request?: KeyedRequest<T>) =>
      changes.change(state.session.id, decide, request),
    advance: (ms: number) => {
      now += ms
    },
    stored: async () => {
      const found = await store.read(state.session.id)
      if (found === null) throw new Error('the session is gone')
      return found
    },
  }
}
const start = (draft: Draft) =>
  startPayment(
    draft,
    { method: 'sbp' },
    {
      agree: () => ({ rail: railInUse('sbp'), charge: AMOUNT, quote: null }),
      returnUrl: 'https://pay.example/r',
      notificationUrl: () => 'https://pay.example/n',
    },
  )
const waiting = () => says(begin(openSession(), 'sbp'), 1, 'requires_action')

describe('a change', () => {
  it('is refused for a session of another merchant, in the words for one that is not there', async () => {
    const { change, stored, changes } = await rig({ merchantId: 'coffee' })
    await expect(change(start)).rejects.toMatchObject({ code: 'not_found' })
    await expect(changes.change(undefined, start)).rejects.toMatchObject({ code: 'not_found' })
    expect(await stored()).toEqual(openSession())
  })

  it('leaves nothing and tells nobody when it is refused', async () => {
    const { change, stored, heard } = await rig()
    await expect(
      change((draft) => {
        start(draft)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect([await stored(), heard]).toEqual([openSession(), []])
  })

  it('is told when it is stored, with when it was begun', async () => {
    const { change, stored, heard } = await rig()
    const { state } = await change(start)
    expect(heard).toMatchObject([{ state, wrote: { since: NOW } }])
    expect(await stored()).toEqual(state)
  })

  it("tells the store's time from then on, however far ahead it is", async () => {
    const { change, changes, advance } = await rig({ aheadMs: 5000 })
    await change(() => {})
    advance(100)
    expect(changes.storeNow()).toBe(NOW + 5100)
  })
})

describe('a key', () => {
  it('decides once, and gives what it made the first time', async () => {
    const { change, heard } = await rig()
    const request = { ...key, target: ({ id }: { readonly id: string }) => id }
    const first = await change(start, request)
    expect(first).toMatchObject({ target: paymentOf(first.state).id, decided: { id: first.target } })
    const again = await change(() => {
      throw new Error('decided anew')
    }, request)
    expect(again).toEqual({ state: first.state, target: first.target, decided: null })
    expect(heard[1]?.wrote).toMatchObject({
      taken: [],
      due: false,
      deliveries: [],
      deliveriesDue: false,
      ended: [],
    })
  })

  it('with another body is refused, and for another wish it is another', async () => {
    const { change } = await rig()
    await change(() => 'one', key)
    await expect(change(() => 'two', { ...key, fingerprint: 'g' })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    expect(await change(() => 'three', { ...key, scope: 'merchant POST /y' })).toMatchObject({
      decided: 'three',
    })
  })
})

describe('what a change has written down to be asked', () => {
  it('is leased to this process in its own commit, each under a lease of its own', async () => {
    const { change, stored, heard } = await rig()
    await change(start)
    const [create, query] = (await stored()).operations
    expect(create).toMatchObject({ attempts: 1, firstSentAt: NOW, leaseUntil: NOW + LEASE_MS })
    expect(query).toMatchObject({ attempts: 0, firstSentAt: null, leaseToken: null })
    expect(heard[0]?.wrote).toMatchObject({
      taken: [{ id: create?.id, leaseToken: create?.leaseToken }],
      due: false,
    })
    const another = await rig()
    await another.change(start)
    expect((await another.stored()).operations[0]?.leaseToken).not.toBe(create?.leaseToken)
  })

  it('is left to whoever has room where this process has none', async () => {
    const { change, stored, heard } = await rig({ room: () => false })
    await change(start)
    expect((await stored()).operations[0]).toMatchObject({ attempts: 0, leaseToken: null, notBefore: NOW })
    expect(heard[0]?.wrote).toMatchObject({ taken: [], due: true })
  })

  it('anew is only made known: an operation that was there keeps its count', async () => {
    const later = waiting()
    const { change, stored, heard } = await rig({ state: later })
    await change((draft) => askNow(draft, paymentOf(later)))
    expect((await stored()).operations.find(({ kind }) => kind === 'query')).toMatchObject({
      attempts: 0,
      leaseToken: null,
    })
    expect(heard[0]?.wrote).toMatchObject({ taken: [], due: true })
  })

  it('for later is nobody’s yet', async () => {
    const { change, heard } = await rig({ state: waiting() })
    const wait = { paymentId: paymentOf(waiting()).id, account: 'acme', kind: 'cancel', request: {} } as const
    await change((draft) => draft.addOperation({ ...wait, notBefore: NOW + 1000 }))
    expect(heard[0]?.wrote).toMatchObject({ taken: [], due: false })
  })
})

describe('events of a change', () => {
  const shown = async (busy: readonly string[]) => {
    const { change, store, heard } = await rig({ state: waiting(), busy })
    await change(saying(1, 'succeeded'))
    const claim = { merchantId: 'tea', limit: 10, leaseMs: LEASE_MS, endpoint: { noneOf: [] } }
    return { wrote: heard[0]?.wrote, left: await store.claimDeliveries(claim) }
  }

  it('are handed over with their leases where the endpoint can take them', async () => {
    const { wrote, left } = await shown([])
    expect(
      wrote?.deliveries.map(({ endpoint, eventId, attempts }) => [endpoint, eventId.slice(-2), attempts]),
    ).toEqual([
      [SHOP, '_1', 0],
      [BOOKS, '_1', 0],
      [SHOP, '_2', 0],
      [BOOKS, '_2', 0],
    ])
    expect(new Set(wrote?.deliveries.map(({ leaseToken }) => leaseToken)).size).toBe(1)
    expect([wrote?.deliveriesDue, left]).toEqual([false, []])
  })

  it('are left in the queue of an endpoint that is busy', async () => {
    const { wrote, left } = await shown([BOOKS])
    expect(wrote?.deliveries.every(({ endpoint }) => endpoint === SHOP)).toBe(true)
    expect([wrote?.deliveriesDue, left.map(({ endpoint }) => endpoint)]).toEqual([true, [BOOKS, BOOKS]])
  })

  it('that were handed over can be finished under that lease', async () => {
    const { change, store, heard } = await rig({ state: waiting() })
    await change(saying(1, 'succeeded'))
    const [delivery] = heard[0]?.wrote.deliveries ?? []
    if (delivery === undefined) throw new Error('nothing was handed over')
    expect(await store.finishDelivery(delivery, { state: 'done', status: 200 })).toBe(true)
  })
})

describe('how an attempt ended', () => {
  const ended = async (state: SessionState, decide: (draft: Draft) => unknown) => {
    const { change, heard } = await rig({ state })
    await change(decide)
    return heard[0]?.wrote.ended
  }

  it('counts for its rail once: a hold that is captured was paid before', async () => {
    const rail = { account: 'acme', method: 'sbp' }
    expect(await ended(waiting(), saying(1, 'succeeded'))).toEqual([{ ...rail, isPaid: true }])
    expect(await ended(waiting(), saying(1, 'failed'))).toEqual([{ ...rail, isPaid: false }])
    const held = says(begin(openSession('manual'), 'sbp'), 1, 'authorized')
    expect(await ended(begin(openSession('manual'), 'sbp'), saying(1, 'authorized'))).toEqual([
      { ...rail, isPaid: true },
    ])
    expect(await ended(held, saying(1, 'succeeded'))).toEqual([])
  })

  it('says nothing where the buyer gave up or nothing has ended', async () => {
    expect(await ended(waiting(), saying(1, 'failed', { failureCode: 'canceled_by_buyer' }))).toEqual([])
    expect(await ended(waiting(), saying(1, 'canceled'))).toEqual([])
    expect(await ended(begin(openSession(), 'sbp'), saying(1, 'requires_action'))).toEqual([])
    expect(await ended(says(waiting(), 1, 'failed'), (draft) => draft.emit('payment.failed'))).toEqual([])
  })
})
