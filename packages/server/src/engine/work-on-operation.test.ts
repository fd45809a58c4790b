import { describe, expect, it } from 'vitest'
import { begin, NOW, openSession, operationOf, policy, says, word } from '../domain/domain-fixtures.ts'
import type { OperationRecord, SessionState } from '../domain/records.ts'
import { LEASE_MS, type Lease } from '../jobs/leases.ts'
import { type Provider, ProviderFault, type ProviderPayment } from '../provider.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { CallWatch, ProviderHealth } from './provider-health.ts'
import { createSessionChanges } from './session-changes.ts'
import { workOnOperation } from './work-on-operation.ts'

const HOUR = 3_600_000
const logged: unknown[] = []
const logger = { info: () => {}, warn: () => {}, error: (fields: object) => void logged.push(fields) }

/** Claims the first due operation of a stored session, and works on it. */
async function work(
  state: SessionState,
  {
    answer = async (): Promise<ProviderPayment> => word(state.payments[0]!, 'requires_action'),
    account = 'acme',
    createKeyTtlSeconds = 86_400,
    sentAt = null,
    lease = { mayBeOver: () => false, keep: (commit) => commit() },
    kind = 'create',
  }: {
    readonly answer?: () => Promise<ProviderPayment>
    readonly account?: string
    readonly createKeyTtlSeconds?: number
    /** When it was sent first, if it was. */
    readonly sentAt?: number | null
    readonly lease?: Lease
    readonly kind?: OperationRecord['kind']
  } = {},
) {
  const clock = { now: () => NOW, sleep: () => new Promise<never>(() => {}) }
  const store = createMemoryStore({ clock })
  const sent = {
    ...state,
    operations: state.operations.map((each) =>
      each.kind === kind
        ? { ...each, firstSentAt: sentAt, notBefore: NOW, attempts: sentAt === null ? 0 : 1 }
        : { ...each, notBefore: null },
    ),
  }
  await store.change({ sessionId: state.session.id }, () => ({ result: null, next: sent }))
  const changes = createSessionChanges({
    store,
    clock,
    merchantId: 'tea',
    endpoints: [],
    hasRoom: () => false,
    onChange: () => {},
  })
  let asked = 0
  const ask = () => {
    asked++
    return answer()
  }
  const provider = {
    account,
    createKeyTtlSeconds,
    createPayment: ask,
    getPayment: ask,
  } as unknown as Provider
  const told: string[] = []
  const call: CallWatch = {
    answered: () => void told.push('answered'),
    failed: (reached) => void told.push(`failed, ${reached ? 'reached' : 'not reached'}`),
    dropped: () => void told.push('dropped'),
  }
  const health = {
    began(what: unknown) {
      told.push(JSON.stringify(what))
      return call
    },
  } as unknown as ProviderHealth
  const [operation] = await store.claimOperations({ merchantId: 'tea', limit: 1, leaseMs: LEASE_MS })
  if (operation === undefined) throw new Error('nothing is due')
  logged.length = 0
  await workOnOperation(operation, lease, {
    store,
    changes,
    providers: new Map([[account, provider]]),
    provider: { http: { send: () => Promise.reject(new Error('no HTTP')) }, now: clock.now },
    policy,
    health,
    logger,
  })
  const after = await store.read(state.session.id)
  if (after === null) throw new Error('the session is gone')
  return { asked, told, after, operation: operationOf(after, kind) }
}
const begun = () => begin(openSession(), 'sbp')
const failing = (kind: 'not_done' | 'unknown' | 'rejected', retryAfterMs?: number) => async () => {
  throw new ProviderFault(kind, 'some_code', 'for a test', { retryAfterMs })
}

it('asks the provider and applies the answer', async () => {
  const { asked, operation, after } = await work(begun())
  expect([asked, operation.state, after.payments[0]?.status]).toEqual([1, 'done', 'requires_action'])
})

it('sends nothing after this process stood still for longer than its lease, and leaves the row to others', async () => {
  const lease: Lease = { mayBeOver: () => true, keep: (commit) => commit() }
  const { asked, operation } = await work(begun(), { lease })
  expect(asked).toBe(0)
  expect(operation).toMatchObject({ state: 'pending', attempts: 1, leaseUntil: NOW + LEASE_MS })
})

it('waits a minute for an account that is not configured, and gives nothing up', async () => {
  const { asked, operation, told } = await work(begun(), { account: 'other' })
  expect([asked, told]).toEqual([0, []])
  expect(operation).toMatchObject({ state: 'pending', attempts: 0, notBefore: NOW + 60_000 })
})

describe('a key', () => {
  it.each([
    [86_400, 23 * HOUR, 1],
    [86_400, 23 * HOUR + 1, 0],
    [3600, 2_700_000, 1],
    [3600, 2_700_001, 0],
  ])('of %i s is used for %i ms, an hour or a quarter less', async (createKeyTtlSeconds, ageMs, times) => {
    const { asked, operation } = await work(begun(), { createKeyTtlSeconds, sentAt: NOW - ageMs })
    expect(asked).toBe(times)
    if (times === 0) expect(operation).toMatchObject({ state: 'unknown', notBefore: null })
    else expect(operation.state).toBe('done')
  })

  it('that is forgotten is shown to people', async () => {
    await work(begun(), { sentAt: NOW - 24 * HOUR })
    expect(logged).toMatchObject([{ alert: 'key_expired' }])
  })
})

it('does not believe an answer to a question that was asked of an older state', async () => {
  const waiting = says(begun(), 1, 'requires_action')
  const { asked, after, operation } = await work(waiting, {
    kind: 'query',
    answer: async () => word(waiting.payments[0]!, 'succeeded'),
  })
  expect([asked, after.payments[0]?.status, operation.notBefore]).toEqual([1, 'succeeded', null])
})

describe('the health of a provider', () => {
  it.each([
    ['an answer', undefined, 'answered'],
    ['a refusal', failing('rejected'), 'answered'],
    ['silence', failing('unknown'), 'failed, reached'],
    ['no connection', failing('not_done'), 'failed, not reached'],
    ['a wish to slow down', failing('not_done', 1000), 'failed, reached'],
  ])('hears of %s', async (_what, answer, expected) => {
    const { told } = await work(begun(), answer === undefined ? {} : { answer })
    expect(told).toEqual([JSON.stringify({ account: 'acme', method: 'sbp', isCreate: true }), expected])
  })

  it('hears nothing of what was not asked after all', async () => {
    const waiting = says(begun(), 1, 'requires_action')
    const wish = {
      paymentId: waiting.payments[0]?.id ?? '',
      account: 'acme',
      kind: 'cancel',
      request: {},
    } as const
    const cancel = {
      ...operationOf(waiting, 'create'),
      ...wish,
      id: 'a-cancel',
      idempotencyKey: 'a-cancel',
      state: 'pending' as const,
    }
    const { asked, told, operation } = await work(
      { ...waiting, operations: [...waiting.operations, cancel] },
      { kind: 'cancel' },
    )
    expect([asked, told.at(-1), operation.state]).toEqual([0, 'dropped', 'done'])
  })
})
