import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRecord } from '@teabrick/core/contract'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SessionRecord, SessionState } from '../domain/records.ts'
import {
  type ChangeDecision,
  type DeliveryRecord,
  type NewNotification,
  type NotificationRecord,
  type Store,
  StoreError,
} from './store.ts'
import {
  eventOf,
  idempotencyRecord,
  newSessionId,
  operationRecord,
  paymentRecord,
  refundRecord,
  sessionRecord,
  stateOf,
} from './testing-records.ts'

export interface StoreHarness {
  /** An empty store, twice: two instances on one database. Called before each test; closing is the caller's. */
  readonly open: () => Promise<readonly [Store, Store]>
}

const HOUR_MS = 3_600_000

/** The contract that every store meets. */
export function describeStore(name: string, { open }: StoreHarness): void {
  describe(`${name} store`, () => {
    let store: Store
    let other: Store
    beforeEach(async () => {
      ;[store, other] = await open()
    })

    const write = <T>(
      state: SessionState,
      rest: Omit<ChangeDecision<T>, 'result' | 'next'> = {},
    ): Promise<void> =>
      store.change({ sessionId: state.session.id }, () => ({ result: undefined, next: state, ...rest }))

    const given = async (overrides: Partial<SessionRecord> = {}): Promise<SessionRecord> => {
      const session = sessionRecord(await store.now(), overrides)
      await write(stateOf(session))
      return session
    }

    const edit = <T = void>(
      sessionId: string,
      decide: (state: SessionState, now: number) => ChangeDecision<T>,
      on: Store = store,
    ): Promise<T> =>
      on.change({ sessionId }, ({ current, now }) => {
        if (!current) throw new Error(`${sessionId} is gone`)
        return decide(current, now)
      })

    describe('a change', () => {
      it('keeps every member of every record as it was written', async () => {
        const now = await store.now()
        const session = sessionRecord(now, {
          status: 'closing',
          version: 7,
          amount: { currency: 'CNY', minorUnits: 999_999_999_999 },
          order: {
            reference: 'Ω-1',
            description: '"quotes" \\ \u2028 \u0000 \ud800 𝕏',
            lines: [
              { id: 'z', name: 'Чай', quantity: '1.500', amount: { currency: 'CNY', minorUnits: 1 } },
            ] as never,
          },
          capture: 'manual',
          methods: ['sbp', 'alipay'],
          buyer: { email: 'a@example.com' },
          receipt: { customer: { phone: '+79990000000' }, items: [] },
          splits: [{ seller: 's', amount: { currency: 'CNY', minorUnits: 5 } }],
          locale: 'zh-Hans',
          metadata: { b: '2', a: '1' },
          completedAt: now + 1,
          closing: { to: 'canceled', until: now + 900_123 },
          dueAt: null,
          eventCount: 3,
        })
        const payment = paymentRecord(session, {
          charge: { currency: 'RUB', minorUnits: Number.MAX_SAFE_INTEGER },
          quote: { rate: '12.50', marginBps: 120, reference: null },
          providerRef: 'ref-1',
          status: 'superseded',
          captured: 500,
          refunded: 300,
          action: { expiresAt: new Date(now).toISOString(), qr: { payload: 'x' } },
          failureCode: 'provider_unavailable',
          dead: true,
          device: { surface: 'desktop', os: 'linux' } as never,
          endedAt: now + 3,
          version: 9,
        })
        const second = paymentRecord(session, { number: 2 })
        const refund = refundRecord(payment, {
          status: 'succeeded',
          reason: 'broken',
          origin: 'provider',
          providerRef: 'r',
          charge: 0,
        })
        const operations = [
          operationRecord(payment, { kind: 'refund', refundId: refund.id, state: 'unknown', attempts: 3 }),
          operationRecord(payment, {
            kind: 'query',
            request: null,
            leaseUntil: now + 5,
            leaseToken: 'token',
            firstSentAt: now + 4,
          }),
          operationRecord(second, { state: 'done', notBefore: null }),
        ]
        const state: SessionState = { session, payments: [payment, second], refunds: [refund], operations }
        await write(state)
        const stored = await other.read(session.id)
        expect(stored).toEqual(state)
        expect(JSON.stringify(stored?.session.metadata)).toBe('{"b":"2","a":"1"}')
        expect(JSON.stringify(stored?.operations[0]?.request)).toBe('{"b":1,"a":[2]}')
      })

      it('shows null for a session that does not exist, and stores nothing of a decision without one', async () => {
        const sessionId = newSessionId()
        const seen = await store.change({ sessionId }, ({ current }) => ({ result: current }))
        expect(seen).toBeNull()
        expect(await store.read(sessionId)).toBeNull()
      })

      it('gives the decision what is stored, and a time that does not go back', async () => {
        const session = await given()
        const { current, now } = await store.change({ sessionId: session.id }, (input) => ({ result: input }))
        expect(current).toEqual(stateOf(session))
        expect(now).toBeGreaterThanOrEqual(session.createdAt)
        expect(Number.isInteger(now)).toBe(true)
      })

      it('updates what is new and adds what was not there, in order', async () => {
        const session = await given()
        const payment = paymentRecord(session)
        await edit(session.id, (state) => ({
          result: undefined,
          next: { ...state, payments: [payment], operations: [operationRecord(payment)] },
        }))
        const later = { ...payment, status: 'failed' as const, version: 2, endedAt: session.createdAt + 5 }
        const ids = Array.from({ length: 12 }, (_, index) => index + 2)
        await edit(session.id, (state) => ({
          result: undefined,
          next: {
            ...state,
            session: { ...state.session, version: 2, dueAt: null, eventCount: 4 },
            payments: [later, ...ids.map((number) => paymentRecord(session, { number, status: 'failed' }))],
            operations: [
              ...state.operations,
              ...ids.map((n) => operationRecord(payment, { id: `o${n}`, idempotencyKey: `o${n}` })),
            ],
          },
        }))
        const stored = await other.read(session.id)
        expect(stored?.session).toEqual({ ...session, version: 2, dueAt: null, eventCount: 4 })
        expect(stored?.payments.map(({ number, status }) => [number, status])).toEqual([
          [1, 'failed'],
          ...ids.map((number) => [number, 'failed']),
        ])
        expect(stored?.payments[0]).toEqual(later)
        expect(stored?.operations.map(({ id }) => id)).toEqual([
          `${payment.id}-create`,
          ...ids.map((n) => `o${n}`),
        ])
      })

      it('leaves nothing when the decision throws, and throws the very same', async () => {
        const session = await given()
        const refusal = new Error('no')
        await expect(
          edit(session.id, () => {
            throw refusal
          }),
        ).rejects.toBe(refusal)
        await expect(
          store.change({ sessionId: newSessionId() }, () => {
            throw refusal
          }),
        ).rejects.toBe(refusal)
        expect(await store.read(session.id)).toEqual(stateOf(session))
        await edit(session.id, () => ({ result: undefined }))
      })

      it('remembers a key in the same transaction and finds it again', async () => {
        const session = sessionRecord(await store.now())
        const remember = idempotencyRecord(session, { target: 'pay_x' })
        const target = { sessionId: session.id, idempotency: { scope: remember.scope, key: remember.key } }
        const first = await store.change(target, ({ idempotency }) => ({
          result: idempotency,
          next: stateOf(session),
          remember,
        }))
        expect(first).toBeNull()
        expect(await other.change(target, ({ idempotency }) => ({ result: idempotency }))).toEqual(remember)
        for (const near of [
          { ...target, idempotency: { scope: 'merchant', key: remember.key } },
          { ...target, idempotency: { scope: remember.scope, key: 'another' } },
          { ...target, sessionId: newSessionId() },
          { sessionId: session.id },
        ])
          expect(await store.change(near, ({ idempotency }) => ({ result: idempotency }))).toBeNull()
      })

      it('can remember a key without changing a record', async () => {
        const session = await given()
        const remember = idempotencyRecord(session)
        await edit(session.id, () => ({ result: undefined, remember }))
        const target = { sessionId: session.id, idempotency: remember }
        expect(await store.change(target, ({ idempotency }) => ({ result: idempotency }))).toEqual(remember)
      })
    })

    describe('two at once', () => {
      it('runs the changes of one session one after the other, over two instances', async () => {
        const session = await given({ eventCount: 0 })
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            edit(
              session.id,
              (state) => {
                const number = state.session.eventCount + 1
                const payment = paymentRecord(session, { number, status: 'failed' })
                return {
                  result: number,
                  next: {
                    ...state,
                    session: { ...state.session, eventCount: number, version: number + 1 },
                    payments: [...state.payments, payment],
                    operations: [...state.operations, operationRecord(payment)],
                  },
                }
              },
              index % 2 ? store : other,
            ),
          ),
        )
        expect(results.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
        const stored = await store.read(session.id)
        expect(stored?.payments).toHaveLength(8)
        expect(stored?.operations).toHaveLength(8)
        expect(stored?.session.version).toBe(9)
      })

      it('keeps refunds within what was taken: 8 at once of 60 on 100', async () => {
        const session = await given()
        const payment = paymentRecord(session, { status: 'succeeded', captured: 100 })
        await edit(session.id, (state) => ({ result: undefined, next: { ...state, payments: [payment] } }))
        const refund = (on: Store) =>
          edit(
            session.id,
            (state) => {
              const [paid] = state.payments
              if (!paid || paid.refunded + 60 > paid.captured) return { result: false }
              const made = refundRecord(paid, { amount: 60, number: state.refunds.length + 1 })
              return {
                result: true,
                next: {
                  ...state,
                  payments: [{ ...paid, refunded: paid.refunded + 60 }],
                  refunds: [...state.refunds, made],
                },
              }
            },
            on,
          )
        const made = await Promise.all(Array.from({ length: 8 }, (_, i) => refund(i % 2 ? store : other)))
        expect(made.filter(Boolean)).toHaveLength(1)
        const stored = await store.read(session.id)
        expect(stored?.refunds).toHaveLength(1)
        expect(stored?.payments[0]?.refunded).toBe(60)
      })

      it('lets one of several create a session; the others decide again on what is there', async () => {
        for (let round = 0; round < 5; round++) {
          const session = sessionRecord(await store.now())
          const remember = idempotencyRecord(session)
          const target = { sessionId: session.id, idempotency: remember }
          const results = await Promise.all(
            Array.from({ length: 6 }, (_, index) =>
              (index % 2 ? store : other).change(target, ({ current, idempotency }) =>
                current
                  ? { result: idempotency ? 'found' : 'found without its key' }
                  : { result: 'created', next: stateOf(session), remember },
              ),
            ),
          )
          expect(results.toSorted()).toEqual(['created', 'found', 'found', 'found', 'found', 'found'])
        }
      })

      it('does not lose a lease that is taken while the session changes', async () => {
        const session = await given()
        const payment = paymentRecord(session)
        await edit(session.id, (state) => ({
          result: undefined,
          next: { ...state, payments: [payment], operations: [operationRecord(payment)] },
        }))
        const [claimed] = await Promise.all([
          other.claimOperations({ merchantId: 'tea', limit: 5, leaseMs: HOUR_MS }),
          ...Array.from({ length: 4 }, () =>
            edit(session.id, (state) => ({
              result: undefined,
              next: { ...state, session: { ...state.session, version: state.session.version + 1 } },
            })),
          ),
        ])
        const again = await store.claimOperations({ merchantId: 'tea', limit: 5, leaseMs: HOUR_MS })
        const [lease] = [...claimed, ...again]
        expect([...claimed, ...again]).toHaveLength(1)
        expect((await store.read(session.id))?.operations[0]).toEqual(lease)
      })
    })

    describe('what cannot be true', () => {
      const broken: readonly [string, (session: SessionRecord) => Partial<SessionState>][] = [
        [
          'a second live payment',
          (session) => ({
            payments: [
              paymentRecord(session, { status: 'processing' }),
              paymentRecord(session, { number: 2, status: 'requires_action' }),
            ],
          }),
        ],
        [
          'a second success',
          (session) => ({
            payments: [
              paymentRecord(session, { status: 'succeeded' }),
              paymentRecord(session, { number: 2, status: 'authorized' }),
            ],
          }),
        ],
        [
          'the same reference of a provider twice',
          (session) => ({
            payments: [
              paymentRecord(session, { status: 'failed', providerRef: 'x' }),
              paymentRecord(session, { number: 2, status: 'failed', providerRef: 'x' }),
            ],
          }),
        ],
        [
          'more refunded than captured',
          (session) => ({ payments: [paymentRecord(session, { captured: 10, refunded: 11 })] }),
        ],
        [
          'more captured than the amount',
          (session) => ({
            payments: [paymentRecord(session, { captured: session.amount.minorUnits + 1 })],
          }),
        ],
        ['a negative refund', (session) => ({ payments: [paymentRecord(session, { refunded: -1 })] })],
        [
          'a charge of nothing',
          (session) => ({
            payments: [paymentRecord(session, { charge: { currency: 'CNY', minorUnits: 0 } })],
          }),
        ],
        [
          'a refund of nothing',
          (session) => ({ refunds: [refundRecord(paymentRecord(session), { amount: 0 })] }),
        ],
        [
          'a status nobody knows',
          (session) => ({ payments: [paymentRecord(session, { status: 'pending' as never })] }),
        ],
        [
          'a session in a status nobody knows',
          (session) => ({ session: { ...session, status: 'paid' as never } }),
        ],
        [
          'a session of nothing',
          (session) => ({ session: { ...session, amount: { currency: 'RUB', minorUnits: 0 } } }),
        ],
        ['closing without a plan', (session) => ({ session: { ...session, status: 'closing' } })],
        ['complete without a moment', (session) => ({ session: { ...session, status: 'complete' } })],
        [
          'an operation that is over and due',
          (session) => ({ operations: [operationRecord(paymentRecord(session), { state: 'done' })] }),
        ],
        [
          'half a lease',
          (session) => ({ operations: [operationRecord(paymentRecord(session), { leaseToken: 'x' })] }),
        ],
        [
          'one provider key for two operations',
          (session) => ({
            operations: [
              operationRecord(paymentRecord(session)),
              operationRecord(paymentRecord(session), { id: 'b' }),
            ],
          }),
        ],
        [
          'two watches of one payment',
          (session) => ({
            operations: [
              operationRecord(paymentRecord(session), { kind: 'query' }),
              operationRecord(paymentRecord(session), { kind: 'query', id: 'b', idempotencyKey: 'b' }),
            ],
          }),
        ],
        [
          'a record of another session',
          (session) => ({ payments: [paymentRecord({ ...session, id: newSessionId() })] }),
        ],
      ]

      it.each(broken)('refuses %s and changes nothing', async (_, breaks) => {
        const session = await given()
        let decisions = 0
        const change = edit(session.id, (state) => {
          decisions++
          return {
            result: undefined,
            next: { ...state, session: { ...session, version: 2 }, ...breaks(session) },
            events: [eventOf(session)],
            endpoints: ['https://shop.example/hook'],
            remember: idempotencyRecord(session),
          }
        })
        await expect(change).rejects.toSatisfy(isInvariantViolation)
        // Not a race: to decide again would lead to the same.
        expect(decisions).toBe(1)
        expect(await store.read(session.id)).toEqual(stateOf(session))
        expect((await store.listEvents({ merchantId: 'tea', cursor: null, limit: 10 })).items).toEqual([])
        const target = { sessionId: session.id, idempotency: idempotencyRecord(session) }
        expect(await store.change(target, ({ idempotency }) => ({ result: idempotency }))).toBeNull()
      })

      it('refuses what belongs to another session: itself, its events and its keys', async () => {
        const [session, foreign] = [await given(), await given()]
        const foreignParts: readonly Partial<ChangeDecision<void>>[] = [
          { next: stateOf(foreign) },
          { events: [eventOf(foreign)], endpoints: [] },
          { remember: idempotencyRecord(foreign) },
        ]
        for (const part of foreignParts)
          await expect(edit(session.id, () => ({ result: undefined, ...part }))).rejects.toSatisfy(
            isInvariantViolation,
          )
        expect(await store.read(session.id)).toEqual(stateOf(session))
        expect((await store.listEvents({ merchantId: 'tea', cursor: null, limit: 10 })).items).toEqual([])
      })

      it('refuses to forget a record', async () => {
        const session = await given()
        const payment = paymentRecord(session)
        await edit(session.id, (state) => ({ result: undefined, next: { ...state, payments: [payment] } }))
        await expect(
          edit(session.id, (state) => ({ result: undefined, next: { ...state, payments: [] } })),
        ).rejects.toSatisfy(isInvariantViolation)
      })

      it('refuses the same event and the same key twice', async () => {
        const session = await given()
        const decision = { result: undefined, events: [eventOf(session)], endpoints: [] }
        await edit(session.id, () => decision)
        await expect(edit(session.id, () => decision)).rejects.toSatisfy(isInvariantViolation)
        const remember = idempotencyRecord(session)
        await edit(session.id, () => ({ result: undefined, remember }))
        for (const again of [remember, { ...remember, fingerprint: 'e'.repeat(64), target: 'another' }])
          await expect(edit(session.id, () => ({ result: undefined, remember: again }))).rejects.toSatisfy(
            isInvariantViolation,
          )
      })

      it('refuses events and keys of a session that is not there', async () => {
        const session = sessionRecord(await store.now())
        const target = { sessionId: session.id }
        const change = (rest: object) => store.change(target, () => ({ result: undefined, ...rest }))
        await expect(change({ events: [eventOf(session)] })).rejects.toSatisfy(isInvariantViolation)
        await expect(change({ remember: idempotencyRecord(session) })).rejects.toSatisfy(isInvariantViolation)
      })

      it('lets one payment end and the next begin in the same change', async () => {
        const session = await given()
        const payment = paymentRecord(session, { status: 'requires_action' })
        await edit(session.id, (state) => ({ result: undefined, next: { ...state, payments: [payment] } }))
        await edit(session.id, (state) => ({
          result: undefined,
          next: {
            ...state,
            payments: [{ ...payment, status: 'superseded' }, paymentRecord(session, { number: 2 })],
          },
        }))
        const statuses = (await store.read(session.id))?.payments.map(({ status }) => status)
        expect(statuses).toEqual(['superseded', 'created'])
      })

      it('lets an older payment be reserved and the live one be withdrawn in the same change', async () => {
        const session = await given()
        const old = paymentRecord(session, { status: 'superseded' })
        const live = paymentRecord(session, { number: 2, status: 'requires_action' })
        await edit(session.id, (state) => ({ result: undefined, next: { ...state, payments: [old, live] } }))
        await edit(session.id, (state) => ({
          result: undefined,
          next: {
            ...state,
            payments: [
              { ...old, status: 'authorized' },
              { ...live, status: 'superseded' },
            ],
          },
        }))
        const statuses = (await store.read(session.id))?.payments.map(({ status }) => status)
        expect(statuses).toEqual(['authorized', 'superseded'])
      })
    })

    describe('lists', () => {
      it('turns pages of sessions, newest first, without losing or repeating one', async () => {
        const now = await store.now()
        const sessions = Array.from({ length: 7 }, (_, index) =>
          // Some in the same millisecond.
          sessionRecord(now, { createdAt: now + Math.floor(index / 3) }),
        )
        for (const session of sessions) await write(stateOf(session))
        await write(stateOf(sessionRecord(now, { merchantId: 'coffee' })))
        const seen: SessionRecord[] = []
        let cursor: string | undefined
        do {
          const page = await other.listSessions({ merchantId: 'tea', limit: 3, cursor })
          seen.push(...page.items.map(({ session }) => session))
          cursor = page.nextCursor ?? undefined
        } while (cursor)
        expect(seen).toHaveLength(7)
        expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(sessions.map(({ id }) => id)))
        expect(seen.map(({ createdAt }) => createdAt)).toEqual(
          sessions.map(({ createdAt }) => createdAt).toSorted((a, b) => b - a),
        )
      })

      it('finds sessions by reference and by status, with all that belongs to them', async () => {
        const now = await store.now()
        const order = { reference: 'B-2', description: 'x', lines: [] }
        const session = await given({ order })
        const canceled = await given({ order, status: 'canceled' })
        await given({ createdAt: now + 1 })
        const payment = paymentRecord(session)
        await edit(session.id, (state) => ({ result: undefined, next: { ...state, payments: [payment] } }))
        const find = async (query: object) =>
          (await store.listSessions({ merchantId: 'tea', limit: 10, ...query })).items
        expect((await find({ reference: 'B-2' })).map((each) => each.session.id).toSorted()).toEqual(
          [session.id, canceled.id].toSorted(),
        )
        expect((await find({ reference: 'B-2', status: 'canceled' })).map((each) => each.session.id)).toEqual(
          [canceled.id],
        )
        expect(await find({ reference: 'B-2', status: 'open' })).toEqual([
          stateOf(session, { payments: [payment] }),
        ])
        expect(await find({ reference: 'B' })).toEqual([])
      })

      it.each(['', 'x', 'bm90IGEgY3Vyc29y', '../..', '\u0000'])('refuses the cursor %j', async (cursor) => {
        const refused = (error: unknown) => error instanceof StoreError && error.code === 'cursor_invalid'
        await expect(store.listSessions({ merchantId: 'tea', limit: 3, cursor })).rejects.toSatisfy(refused)
        await expect(store.listEvents({ merchantId: 'tea', limit: 3, cursor })).rejects.toSatisfy(refused)
      })

      it('tells the versions of many sessions at once', async () => {
        const first = await given({ version: 3 })
        const second = await given({ version: 5 })
        const missing = newSessionId()
        expect(await store.versions([])).toEqual(new Map())
        expect(await other.versions([first.id, missing, second.id])).toEqual(
          new Map([
            [first.id, 3],
            [second.id, 5],
          ]),
        )
      })

      it('finds sessions whose time has come, oldest first', async () => {
        const now = await store.now()
        const late = await given({ dueAt: now - 10 })
        const later = await given({ dueAt: now - 20 })
        await given({ dueAt: now + HOUR_MS })
        await given({ dueAt: null })
        expect(await store.dueSessions({ merchantId: 'tea', limit: 10 })).toEqual([later.id, late.id])
        expect(await store.dueSessions({ merchantId: 'tea', limit: 1 })).toEqual([later.id])
      })
    })

    describe('queues', () => {
      const withOperations = async (count: number, notBefore?: number | null) => {
        const session = sessionRecord(await store.now())
        const payment = paymentRecord(session)
        const operations = Array.from({ length: count }, (_, index) =>
          operationRecord(payment, {
            id: `op-${index}`,
            idempotencyKey: `key-${index}`,
            ...(notBefore === undefined ? {} : { notBefore }),
          }),
        )
        await write(stateOf(session, { payments: [payment], operations }))
        return { session, payment, operations }
      }

      it('sleeps until the next row is due', async () => {
        const now = await store.now()
        expect(await store.nextDueAt()).toBeNull()
        await given({ dueAt: now + HOUR_MS })
        expect(await store.nextDueAt()).toBe(now + HOUR_MS)
        await withOperations(1, now + HOUR_MS / 2)
        expect(await store.nextDueAt()).toBe(now + HOUR_MS / 2)
        await withOperations(1, null)
        expect(await store.nextDueAt()).toBe(now + HOUR_MS / 2)
        await store.addNotification(notification())
        expect(await store.nextDueAt()).toBeLessThan(now + HOUR_MS / 2)
        const [claimed] = await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: 500 })
        expect(await store.nextDueAt()).toBeLessThan(now + HOUR_MS / 2)
        if (claimed) await store.finishNotification(claimed, { state: 'done' })
        expect(await store.nextDueAt()).toBe(now + HOUR_MS / 2)
        expect(await store.nextDueAt('tea')).toBe(now + HOUR_MS / 2)
        expect(await store.nextDueAt('coffee')).toBeNull()
        await given({ merchantId: 'coffee', dueAt: now + 500 })
        expect(await store.nextDueAt('tea')).toBe(now + HOUR_MS / 2)
        expect(await store.nextDueAt()).toBe(now + 500)
      })

      it('gives a due operation to one worker until its lease is over', async () => {
        const { operations } = await withOperations(1)
        await withOperations(1, (await store.now()) + HOUR_MS)
        const [first, ...more] = await store.claimOperations({ merchantId: 'tea', limit: 10, leaseMs: 20 })
        expect(more).toEqual([])
        expect(first).toEqual({
          ...operations[0],
          attempts: 1,
          firstSentAt: expect.any(Number),
          leaseUntil: (first?.firstSentAt ?? 0) + 20,
          leaseToken: expect.any(String),
        })
        await sleep(30)
        const [second] = await other.claimOperations({ merchantId: 'tea', limit: 10, leaseMs: HOUR_MS })
        expect(second?.id).toBe(first?.id)
        expect(second?.leaseToken).not.toBe(first?.leaseToken)
        expect(second).toMatchObject({ attempts: 2, firstSentAt: first?.firstSentAt })
        expect(await store.claimOperations({ merchantId: 'tea', limit: 10, leaseMs: HOUR_MS })).toEqual([])
        // The first holder wakes up and sees under the lock that the lease is another's.
        const seen = await edit(second?.sessionId ?? '', ({ operations: [operation] }) => ({
          result: operation?.leaseToken,
        }))
        expect(seen).toBe(second?.leaseToken)
      })

      it('renews the leases that are still held, of every queue, and no other', async () => {
        const options = { merchantId: 'tea', limit: 10 }
        const { session } = await withOperations(2)
        const [lost, ...held] = await store.claimOperations({ ...options, leaseMs: 20 })
        if (lost === undefined || held.length !== 1) throw new Error('two operations were due')
        await sleep(30)
        // Over, and nobody's yet: still this holder's to renew.
        const before = await store.now()
        expect(await store.renewLeases({ queue: 'operations', rows: held }, HOUR_MS)).toEqual([true])
        const [taken] = await other.claimOperations({ ...options, leaseMs: HOUR_MS })
        expect(taken?.id).toBe(lost.id)
        expect(await store.renewLeases({ queue: 'operations', rows: [lost, ...held] }, 2 * HOUR_MS)).toEqual([
          false,
          true,
        ])
        const { operations = [] } = (await other.read(session.id)) ?? {}
        expect(operations.find(({ id }) => id === lost.id)).toEqual(taken)
        const renewed = operations.find(({ id }) => id === held[0]?.id)
        expect(renewed).toEqual({ ...held[0], leaseUntil: renewed?.leaseUntil })
        expect(renewed?.leaseUntil).toBeGreaterThanOrEqual(before + 2 * HOUR_MS)

        const received = notification()
        const arrived = await store.takeNotification(received, { leaseMs: 20, sessionId: undefined })
        const event = eventOf(session)
        await edit(session.id, () => ({
          result: null,
          events: [event],
          endpoints: ['https://a.example', 'https://b.example'],
        }))
        const deliveries = await store.claimDeliveries({
          ...options,
          leaseMs: 20,
          endpoint: { noneOf: ['https://b.example'] },
        })
        await sleep(30)
        const notifications = arrived ? [arrived.notification] : []
        expect(await store.renewLeases({ queue: 'notifications', rows: notifications }, HOUR_MS)).toEqual([
          true,
        ])
        const unclaimed = { ...deliveries[0], endpoint: 'https://b.example' } as DeliveryRecord
        expect(
          await store.renewLeases({ queue: 'deliveries', rows: [...deliveries, unclaimed] }, HOUR_MS),
        ).toEqual([true, false])
        expect(await other.claimNotifications({ ...options, leaseMs: HOUR_MS })).toEqual([])
        expect(
          await other.claimDeliveries({ ...options, leaseMs: HOUR_MS, endpoint: 'https://a.example' }),
        ).toEqual([])
        // Ended: there is nothing left to renew.
        for (const row of notifications) await store.finishNotification(row, { state: 'done' })
        expect(await store.renewLeases({ queue: 'notifications', rows: notifications }, HOUR_MS)).toEqual([
          false,
        ])
      })

      it('gives no merchant the due work of another, whose accounts have the same names', async () => {
        await withOperations(1)
        await store.addNotification(notification())
        expect(await store.addNotification(notification({ merchantId: 'coffee' }))).toBe('stored')
        const due = await given({ dueAt: (await store.now()) - 10 })
        const endpoints = ['https://shop.example/hook']
        await edit(due.id, () => ({ result: undefined, events: [eventOf(due)], endpoints }))
        const claim = { merchantId: 'coffee', limit: 10, leaseMs: HOUR_MS }
        expect(await store.claimOperations(claim)).toEqual([])
        expect(await store.claimDeliveries({ ...claim, endpoint: { noneOf: [] } })).toEqual([])
        expect(await store.claimNotifications(claim)).toMatchObject([{ merchantId: 'coffee' }])
        expect(await store.claimDeliveries({ ...claim, endpoint: 'https://shop.example/hook' })).toEqual([])
        expect(await store.dueSessions({ merchantId: 'coffee', limit: 10 })).toEqual([])
        expect(await store.dueSessions({ merchantId: 'tea', limit: 10 })).toEqual([due.id])
      })

      it('gives each of 500 rows once to 4 workers on two instances', async () => {
        for (let index = 0; index < 50; index++) await withOperations(10)
        const work = async (on: Store) => {
          const taken: string[] = []
          for (;;) {
            const claimed = await on.claimOperations({ merchantId: 'tea', limit: 16, leaseMs: HOUR_MS })
            taken.push(...claimed.map(({ sessionId, id }) => `${sessionId} ${id}`))
            if (claimed.length === 0 && ((await on.nextDueAt()) ?? 0) > (await on.now())) return taken
          }
        }
        const taken = (await Promise.all([work(store), work(other), work(store), work(other)])).flat()
        expect(taken).toHaveLength(500)
        expect(new Set(taken).size).toBe(500)
      })

      it('takes no more than asked for, the longest due first', async () => {
        const now = await store.now()
        await withOperations(3, now - 1000)
        const { session } = await withOperations(1, now - 2000)
        const [first, ...more] = await store.claimOperations({
          merchantId: 'tea',
          limit: 1,
          leaseMs: HOUR_MS,
        })
        expect(more).toEqual([])
        // With several buckets any due row may come first; none is left behind.
        const rest = await store.claimOperations({ merchantId: 'tea', limit: 10, leaseMs: HOUR_MS })
        expect([first, ...rest].map((operation) => operation?.sessionId)).toContain(session.id)
        expect(rest).toHaveLength(3)
      })

      it('stores a notification once, and keeps its bytes', async () => {
        const received = notification({ rawBody: new Uint8Array([0, 255, 10, 13, 0x80]) })
        const stored = await Promise.all([
          store.addNotification(received),
          other.addNotification(received),
          store.addNotification(received),
        ])
        expect(stored.toSorted()).toEqual(['duplicate', 'duplicate', 'stored'])
        expect(await store.addNotification({ ...received, account: 'antom' })).toBe('stored')
        const claimed = await store.claimNotifications({ merchantId: 'tea', limit: 10, leaseMs: HOUR_MS })
        expect(claimed).toHaveLength(2)
        const mine = claimed.find(({ account }) => account === received.account)
        expect(mine).toEqual({
          ...received,
          attempts: 0,
          receivedAt: expect.any(Number),
          leaseToken: expect.any(String),
        })
        expect(Object.getPrototypeOf(mine?.rawBody)).toBe(Uint8Array.prototype)
      })

      it('does not open a finished notification again', async () => {
        await store.addNotification(notification())
        const [claimed] = await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: HOUR_MS })
        if (!claimed) throw new Error('nothing to claim')
        expect(await store.finishNotification(claimed, { state: 'done' })).toBe(true)
        expect(await store.finishNotification(claimed, { state: 'done' })).toBe(false)
        expect(await store.addNotification(notification())).toBe('duplicate')
        expect(await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: HOUR_MS })).toEqual([])
      })

      it('puts a notification off, and counts the tries', async () => {
        await store.addNotification(notification())
        const attempts: number[] = []
        for (let round = 0; round < 3; round++) {
          const [claimed] = await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: HOUR_MS })
          if (!claimed) throw new Error('nothing to claim')
          attempts.push(claimed.attempts)
          await store.finishNotification(claimed, { state: 'pending', delayMs: round === 2 ? HOUR_MS : 0 })
        }
        expect(attempts).toEqual([0, 1, 2])
        expect(await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: HOUR_MS })).toEqual([])
      })

      it('takes a notification as it is stored, with the session it says to be about, once', async () => {
        const session = await given()
        const received = notification()
        const options = { leaseMs: HOUR_MS, sessionId: session.id }
        const taken = await Promise.all([
          store.takeNotification(received, options),
          other.takeNotification(received, options),
        ])
        const [mine, ...more] = taken.filter((each) => each !== null)
        expect([more, taken.length]).toEqual([[], 2])
        expect(mine).toEqual({
          notification: {
            ...received,
            attempts: 0,
            receivedAt: expect.any(Number),
            leaseToken: expect.any(String),
          },
          state: stateOf(session),
        })
        expect(await store.addNotification(received)).toBe('duplicate')
        const claim = { merchantId: 'tea', limit: 10, leaseMs: HOUR_MS }
        expect(await other.claimNotifications(claim)).toEqual([])
        if (!mine) throw new Error('nobody has it')
        expect(await store.finishNotification(mine.notification, { state: 'pending', delayMs: 0 })).toBe(true)
        expect(await other.claimNotifications(claim)).toMatchObject([
          { attempts: 1, eventKey: received.eventKey },
        ])
      })

      it('reads no session with a notification that names none, or one that is not there', async () => {
        for (const sessionId of [undefined, newSessionId()]) {
          const received = notification({ eventKey: `paid/${sessionId}` })
          const taken = await store.takeNotification(received, { leaseMs: HOUR_MS, sessionId })
          expect(taken).toMatchObject({ state: null, notification: { eventKey: received.eventKey } })
        }
      })

      it('gives a notification that was taken to another when the lease is over, as after a crash', async () => {
        await store.takeNotification(notification(), { leaseMs: 1, sessionId: undefined })
        await sleep(5)
        const claim = { merchantId: 'tea', limit: 10, leaseMs: HOUR_MS }
        expect(await other.claimNotifications(claim)).toMatchObject([{ attempts: 1 }])
      })

      it('ends a notification in the transaction of the change that answers it, and only its holder does', async () => {
        const session = await given()
        const ended: boolean[] = []
        const answer = (taken: NotificationRecord) =>
          edit(session.id, ({ session: { version } }) => ({
            result: version,
            finishes: {
              notification: taken,
              outcome: { state: 'done' },
              onEnd: (wasOurs) => ended.push(wasOurs),
            },
          }))
        const late = await store.takeNotification(notification(), { leaseMs: 1, sessionId: undefined })
        await sleep(5)
        const claim = { merchantId: 'tea', limit: 10, leaseMs: HOUR_MS }
        const [holder] = await other.claimNotifications(claim)
        if (!late || !holder) throw new Error('nobody has it')
        await answer(late.notification)
        expect(await store.finishNotification(holder, { state: 'pending', delayMs: 0 })).toBe(true)
        const [again] = await store.claimNotifications(claim)
        if (!again) throw new Error('nobody has it')
        await answer(again)
        expect(ended).toEqual([false, true])
        expect(await store.claimNotifications(claim)).toEqual([])
        expect(await store.finishNotification(again, { state: 'done' })).toBe(false)
      })

      it('ends a notification with its change, whether anybody wants to hear of that or not', async () => {
        const session = await given()
        const taken = await store.takeNotification(notification(), { leaseMs: HOUR_MS, sessionId: undefined })
        if (!taken) throw new Error('nobody has it')
        const finishes = { notification: taken.notification, outcome: { state: 'done' } } as const
        await edit(session.id, () => ({ result: undefined, finishes }))
        expect(await store.finishNotification(taken.notification, { state: 'done' })).toBe(false)
      })

      it('ends no notification with a change that is refused', async () => {
        const session = await given()
        const taken = await store.takeNotification(notification(), { leaseMs: HOUR_MS, sessionId: undefined })
        if (!taken) throw new Error('nobody has it')
        const finishes = { notification: taken.notification, outcome: { state: 'done' } } as const
        await expect(
          edit(session.id, (state) => ({
            result: undefined,
            next: { ...state, session: { ...state.session, status: 'closing' } },
            finishes,
          })),
        ).rejects.toSatisfy(isInvariantViolation)
        expect(await store.finishNotification(taken.notification, { state: 'done' })).toBe(true)
      })

      it('ignores the finish of a lease that went to another', async () => {
        await store.addNotification(notification())
        const [first] = await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: 1 })
        await sleep(5)
        const [second] = await other.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: HOUR_MS })
        if (!first || !second) throw new Error('nothing to claim')
        expect(await store.finishNotification(first, { state: 'done' })).toBe(false)
        expect(await store.finishNotification(second, { state: 'pending', delayMs: 0 })).toBe(true)
        expect(
          await store.claimNotifications({ merchantId: 'tea', limit: 1, leaseMs: HOUR_MS }),
        ).toHaveLength(1)
      })
    })

    describe('events', () => {
      const endpoints = ['https://a.example/hook', 'https://b.example/hook']

      const withEvents = async (count: number, overrides: Partial<SessionRecord> = {}) => {
        const session = sessionRecord(await store.now(), overrides)
        const events = Array.from({ length: count }, (_, index) => eventOf(session, index + 1))
        await write(stateOf(session), { events, endpoints })
        return { session, events }
      }

      const list = async (merchantId = 'tea') =>
        (await store.listEvents({ merchantId, cursor: null, limit: 100 })).items

      it('makes one delivery of each event to each endpoint', async () => {
        const { session, events } = await withEvents(2)
        const claimed = await store.claimDeliveries({
          merchantId: 'tea',
          endpoint: { noneOf: [] },
          limit: 10,
          leaseMs: HOUR_MS,
        })
        expect(claimed.map(({ eventId, endpoint }) => `${eventId} ${endpoint}`).toSorted()).toEqual(
          events.flatMap(({ id }) => endpoints.map((endpoint) => `${id} ${endpoint}`)).toSorted(),
        )
        expect(claimed.find(({ eventId }) => eventId === events[1]?.id)).toEqual({
          eventId: events[1]?.id,
          sessionId: session.id,
          endpoint: expect.any(String),
          body: events[1]?.body,
          attempts: 0,
          createdAt: session.createdAt,
          leaseToken: expect.any(String),
        })
        expect(
          await other.claimDeliveries({
            merchantId: 'tea',
            endpoint: { noneOf: [] },
            limit: 10,
            leaseMs: HOUR_MS,
          }),
        ).toEqual([])
      })

      it('leases deliveries to the endpoints asked for in the transaction that writes the events', async () => {
        const session = sessionRecord(await store.now())
        const [near = '', far = ''] = endpoints
        await write(stateOf(session), {
          events: [eventOf(session, 1), eventOf(session, 2)],
          endpoints,
          deliveryLease: { endpoints: [near], token: 'ours', leaseMs: HOUR_MS },
        })
        const claim = { merchantId: 'tea', limit: 10, leaseMs: HOUR_MS, endpoint: { noneOf: [] } }
        const claimed = await other.claimDeliveries(claim)
        expect(claimed.map(({ endpoint }) => endpoint)).toEqual([far, far])
        const mine = { ...claimed[0], eventId: eventOf(session, 1).id, endpoint: near } as DeliveryRecord
        expect(
          await store.finishDelivery({ ...mine, leaseToken: 'theirs' }, { state: 'done', status: 200 }),
        ).toBe(false)
        const finished = await Promise.all([
          store.finishDelivery({ ...mine, leaseToken: 'ours' }, { state: 'done', status: 200 }),
          store.finishDelivery(
            { ...mine, eventId: eventOf(session, 2).id, leaseToken: 'ours' },
            { state: 'pending', delayMs: 0, status: 503 },
          ),
          ...claimed.map((record) => store.finishDelivery(record, { state: 'done', status: 204 })),
        ])
        expect(finished).toEqual([true, true, true, true])
        const of = (listed: EventRecord | undefined) =>
          listed?.deliveries.map(({ status, attempts, lastStatus }) => [status, attempts, lastStatus])
        const [second, first] = await list()
        expect(of(first)).toEqual([
          ['delivered', 1, 200],
          ['delivered', 1, 204],
        ])
        expect(of(second)).toEqual([
          ['pending', 1, 503],
          ['delivered', 1, 204],
        ])
      })

      it('ends the delivery to one endpoint and not to the other, though one commit leased both', async () => {
        const session = sessionRecord(await store.now())
        const events = [eventOf(session, 1), eventOf(session, 2)]
        const deliveryLease = { endpoints, token: 'ours', leaseMs: HOUR_MS }
        await write(stateOf(session), { events, endpoints, deliveryLease })
        const [endpoint = ''] = endpoints
        const ours = {
          eventId: events[0]?.id ?? '',
          sessionId: session.id,
          endpoint,
          body: '',
          attempts: 0,
          createdAt: session.createdAt,
          leaseToken: 'ours',
        }
        expect(await store.finishDelivery(ours, { state: 'done', status: 200 })).toBe(true)
        const statuses = (await list()).map(({ deliveries }) => deliveries.map(({ status }) => status))
        expect(statuses).toEqual([
          ['pending', 'pending'],
          ['delivered', 'pending'],
        ])
      })

      it('gives leased deliveries to another when the lease is over, as after a crash', async () => {
        const session = sessionRecord(await store.now())
        await write(stateOf(session), {
          events: [eventOf(session)],
          endpoints,
          deliveryLease: { endpoints, token: 'ours', leaseMs: 1 },
        })
        await sleep(5)
        const claim = { merchantId: 'tea', limit: 10, leaseMs: HOUR_MS, endpoint: { noneOf: [] } }
        const claimed = await other.claimDeliveries(claim)
        expect(claimed).toMatchObject([
          { attempts: 1, body: eventOf(session).body },
          { attempts: 1, body: eventOf(session).body },
        ])
        const [mine] = claimed
        if (!mine) throw new Error('nothing to claim')
        expect(
          await store.finishDelivery({ ...mine, leaseToken: 'ours' }, { state: 'done', status: 200 }),
        ).toBe(false)
      })

      it('shows what became of each delivery', async () => {
        const { events } = await withEvents(1)
        const [first, second] = await store.claimDeliveries({
          merchantId: 'tea',
          endpoint: { noneOf: [] },
          limit: 10,
          leaseMs: HOUR_MS,
        })
        if (!first || !second) throw new Error('nothing to claim')
        expect(await store.finishDelivery(first, { state: 'done', status: 204 })).toBe(true)
        expect(await store.finishDelivery(first, { state: 'exhausted', status: 500 })).toBe(false)
        await store.finishDelivery(second, { state: 'pending', delayMs: HOUR_MS, status: 503 })
        const [listed] = await list()
        expect(listed).toMatchObject({
          id: events[0]?.id,
          type: 'session.completed',
          sequence: 1,
          createdAt: new Date(events[0]?.createdAt ?? 0).toISOString(),
        })
        const of = (endpoint: string) => listed?.deliveries.find((each) => each.endpoint === endpoint)
        expect(listed?.deliveries).toHaveLength(2)
        expect(of(first.endpoint)).toEqual({
          endpoint: first.endpoint,
          status: 'delivered',
          attempts: 1,
          lastStatus: 204,
          nextAttemptAt: null,
        })
        expect(of(second.endpoint)).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 503 })
        expect(Date.parse(of(second.endpoint)?.nextAttemptAt ?? '')).toBeGreaterThan(await store.now())
      })

      it('delivers again on request, whatever became of it', async () => {
        const { events } = await withEvents(1)
        for (const delivery of await store.claimDeliveries({
          merchantId: 'tea',
          endpoint: { noneOf: [] },
          limit: 10,
          leaseMs: HOUR_MS,
        }))
          await store.finishDelivery(delivery, { state: 'exhausted', status: null })
        expect((await list())[0]?.deliveries.map(({ status }) => status)).toEqual(['exhausted', 'exhausted'])
        const id = events[0]?.id ?? ''
        expect(await other.redeliver('tea', id)).toBe(true)
        const again = await store.claimDeliveries({
          merchantId: 'tea',
          endpoint: { noneOf: [] },
          limit: 10,
          leaseMs: HOUR_MS,
        })
        expect(again.map(({ attempts }) => attempts)).toEqual([0, 0])
        for (const delivery of again) await store.finishDelivery(delivery, { state: 'done', status: 200 })
        expect(await store.redeliver('tea', id)).toBe(true)
        expect(
          await store.claimDeliveries({
            merchantId: 'tea',
            endpoint: { noneOf: [] },
            limit: 10,
            leaseMs: HOUR_MS,
          }),
        ).toHaveLength(2)
      })

      it('takes given-up deliveries up again: the oldest events first, one after the other, their attempts kept', async () => {
        const now = await store.now()
        const older = await withEvents(2, { createdAt: now - 2000 })
        const newer = await withEvents(1, { createdAt: now - 1000 })
        const oldest = await withEvents(1, { createdAt: now - 3000 })
        const [endpoint = '', elsewhere = ''] = endpoints
        const claim = { merchantId: 'tea', limit: 10, leaseMs: HOUR_MS }
        for (const delivery of await store.claimDeliveries({ ...claim, endpoint }))
          await store.finishDelivery(delivery, { state: 'exhausted', reviveInMs: 0, status: 500 })
        for (const delivery of await store.claimDeliveries({ ...claim, endpoint: elsewhere }))
          await store.finishDelivery(delivery, { state: 'exhausted', reviveInMs: 0, status: 500 })
        await sleep(5)

        expect(await other.reviveDeliveries({ merchantId: 'coffee', endpoint, limit: 10 })).toBe(0)
        expect(await other.reviveDeliveries({ merchantId: 'tea', endpoint, limit: 3 })).toBe(3)
        const due = (await list())
          .flatMap(({ id, deliveries }) => deliveries.map((delivery) => ({ ...delivery, id })))
          .filter(({ status }) => status === 'pending')
          .toSorted((a, b) => (a.nextAttemptAt ?? '').localeCompare(b.nextAttemptAt ?? ''))
        expect(due.map(({ id }) => id)).toEqual([...oldest.events, ...older.events].map(({ id }) => id))
        expect(new Set(due.map(({ nextAttemptAt }) => nextAttemptAt)).size).toBe(3)
        expect(due.every((delivery) => delivery.endpoint === endpoint && delivery.attempts === 1)).toBe(true)
        await sleep(5)
        const taken = await store.claimDeliveries({ ...claim, endpoint })
        expect(taken.map(({ attempts }) => attempts)).toEqual([1, 1, 1])

        expect(await store.reviveDeliveries({ merchantId: 'tea', endpoint, limit: 10 })).toBe(1)
        expect(await store.reviveDeliveries({ merchantId: 'tea', endpoint, limit: 10 })).toBe(0)
        await sleep(5)
        const last = await store.claimDeliveries({ ...claim, endpoint })
        expect(last.map(({ eventId }) => eventId)).toEqual(newer.events.map(({ id }) => id))
      })

      it('takes nothing up again before its time, nothing given up for good, and nothing that was sent by hand', async () => {
        await withEvents(3)
        const [endpoint = ''] = endpoints
        const claim = { merchantId: 'tea', endpoint, limit: 10, leaseMs: HOUR_MS }
        const claimed = await store.claimDeliveries(claim)
        const [early, never, byHand] = claimed.toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1))
        if (!early || !never || !byHand) throw new Error('nothing to claim')
        await store.finishDelivery(early, { state: 'exhausted', reviveInMs: HOUR_MS, status: 500 })
        await store.finishDelivery(never, { state: 'exhausted', status: 410 })
        await store.finishDelivery(byHand, { state: 'exhausted', reviveInMs: 0, status: 500 })
        await sleep(5)
        expect(await store.reviveDeliveries({ merchantId: 'tea', endpoint, limit: 1 })).toBe(1)
        await store.redeliver('tea', byHand.eventId)
        expect(await store.reviveDeliveries({ merchantId: 'tea', endpoint, limit: 10 })).toBe(0)
        const again = await store.claimDeliveries(claim)
        expect(again.map(({ eventId, attempts }) => [eventId, attempts])).toEqual([[byHand.eventId, 0]])
        expect(await store.finishDelivery(byHand, { state: 'exhausted', reviveInMs: 0, status: 500 })).toBe(
          false,
        )
        expect(await store.reviveDeliveries({ merchantId: 'tea', endpoint, limit: 10 })).toBe(0)
      })

      it('redelivers nothing of another merchant, and nothing that does not exist', async () => {
        const { session, events } = await withEvents(1)
        for (const delivery of await store.claimDeliveries({
          merchantId: 'tea',
          endpoint: { noneOf: [] },
          limit: 10,
          leaseMs: HOUR_MS,
        }))
          await store.finishDelivery(delivery, { state: 'done', status: 200 })
        expect(await store.redeliver('coffee', events[0]?.id ?? '')).toBe(false)
        expect(await store.redeliver('tea', `evt_${session.id.slice(3)}_2`)).toBe(false)
        expect(await store.redeliver('tea', "'; drop table event")).toBe(false)
        expect(
          await store.claimDeliveries({
            merchantId: 'tea',
            endpoint: { noneOf: [] },
            limit: 10,
            leaseMs: HOUR_MS,
          }),
        ).toEqual([])
      })

      it('turns pages of events, newest first, numbers as numbers', async () => {
        const { events } = await withEvents(12)
        const newer = await withEvents(1, { createdAt: (await store.now()) + 1000 })
        await withEvents(1, { merchantId: 'coffee' })
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const page: Awaited<ReturnType<Store['listEvents']>> = await other.listEvents({
            merchantId: 'tea',
            limit: 5,
            cursor,
          })
          seen.push(...page.items.map(({ id }) => id))
          cursor = page.nextCursor
        } while (cursor)
        expect(seen).toEqual([newer.events[0]?.id, ...events.map(({ id }) => id).toReversed()])
      })
    })

    describe('reports of health', () => {
      const down = { name: 'yookassa:sbp', instance: 'a', ttlMs: HOUR_MS }

      it('are seen by every instance of the merchant until they are withdrawn', async () => {
        await store.putHealthReport('tea', down)
        await other.putHealthReport('tea', { ...down, instance: 'b' })
        const reports = await other.healthReports('tea')
        expect(reports).toEqual([
          { name: 'yookassa:sbp', instance: 'a', since: expect.any(Number), until: expect.any(Number) },
          { name: 'yookassa:sbp', instance: 'b', since: expect.any(Number), until: expect.any(Number) },
        ])
        expect(await store.healthReports('coffee')).toEqual([])
        await store.dropHealthReport('tea', down)
        expect(await other.healthReports('tea')).toEqual(reports.slice(1))
      })

      it('are renewed and keep their beginning, and run out where nobody renews them', async () => {
        await store.putHealthReport('tea', down)
        const [first] = await store.healthReports('tea')
        await store.putHealthReport('tea', { ...down, ttlMs: 2 * HOUR_MS })
        const [renewed] = await store.healthReports('tea')
        expect(renewed?.since).toBe(first?.since)
        expect(Number(renewed?.until)).toBeGreaterThan(Number(first?.until))
        await store.putHealthReport('tea', { ...down, ttlMs: -1 })
        expect(await store.healthReports('tea')).toEqual([])
      })
    })

    describe('rails', () => {
      const pseudoSession = newSessionId().slice(3)
      const put = (on: Store, id: string, state: 'active' | 'suspended', merchantId = 'tea') =>
        on.putRail(
          merchantId,
          { id, state, reason: 'cut off', until: null, changedBy: 'ops' },
          (now, number) => ({
            id: `evt_${pseudoSession}_${number}`,
            type: state === 'active' ? 'rail.restored' : 'rail.suspended',
            sequence: number,
            body: JSON.stringify({ number }),
            createdAt: now,
          }),
          ['https://a.example/hook'],
        )

      it('keeps the last switch of each rail, and a version that grows', async () => {
        expect(await store.rails('tea')).toEqual({ version: 0, items: [] })
        await put(store, 'yookassa:sbp', 'suspended')
        const restored = await put(other, 'yookassa:sbp', 'active')
        const suspended = await put(store, 'antom:alipay', 'suspended')
        expect(await other.rails('tea')).toEqual({ version: 3, items: [suspended, restored] })
        expect(await other.rails('coffee')).toEqual({ version: 0, items: [] })
        expect(suspended).toEqual({
          id: 'antom:alipay',
          state: 'suspended',
          reason: 'cut off',
          until: null,
          changedBy: 'ops',
          changedAt: expect.any(Number),
        })
      })

      it('numbers the events of rails thrown at once, and delivers them', async () => {
        await Promise.all(
          Array.from({ length: 6 }, (_, index) => put(index % 2 ? store : other, `r:${index}`, 'suspended')),
        )
        expect((await store.rails('tea')).version).toBe(6)
        const { items } = await store.listEvents({ merchantId: 'tea', cursor: null, limit: 10 })
        expect(items.map(({ sequence }) => sequence).toSorted()).toEqual([1, 2, 3, 4, 5, 6])
        expect(
          await store.claimDeliveries({
            merchantId: 'tea',
            endpoint: { noneOf: [] },
            limit: 10,
            leaseMs: HOUR_MS,
          }),
        ).toHaveLength(6)
      })

      it('writes nothing when the event is refused', async () => {
        const refusal = new Error('no')
        const rail = { id: 'a:b', state: 'suspended', reason: 'x', until: null, changedBy: 'ops' } as const
        const refuse = () => {
          throw refusal
        }
        await expect(store.putRail('tea', rail, refuse, [])).rejects.toBe(refusal)
        expect(await store.rails('tea')).toEqual({ version: 0, items: [] })
      })
    })
  })
}

function notification(overrides: Partial<NewNotification> = {}): NewNotification {
  return {
    merchantId: 'tea',
    account: 'yookassa',
    eventKey: 'payment.succeeded/22d6d597-000f-5000-9000-145f6df21d6f',
    subject: { kind: 'payment', providerRef: '22d6d597-000f-5000-9000-145f6df21d6f' },
    rawBody: new TextEncoder().encode('{"event":"payment.succeeded"}'),
    ...overrides,
  }
}

function isInvariantViolation(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'invariant_violated'
}
