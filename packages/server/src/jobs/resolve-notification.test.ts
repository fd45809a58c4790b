import { describe, expect, it } from 'vitest'
import { begin, openSession, refund, rub, says, word } from '../domain/domain-fixtures.ts'
import type { SessionState } from '../domain/records.ts'
import { type Provider, ProviderFault, type ProviderPayment, type ProviderRefund } from '../provider.ts'
import { resolveNotification } from './resolve-notification.ts'

const sessionWith = (id: string): SessionState => {
  const { session } = openSession()
  return begin({ ...openSession(), session: { ...session, id } }, 'alipay')
}
const paid = sessionWith('cs_0000000000000000000001')
const waiting = sessionWith('cs_0000000000000000000002')
const idOf = (state: SessionState): string => state.payments[0]?.id ?? ''

/** A provider that has one payment, and is asked about it by its own reference. */
function rig() {
  const [payment] = paid.payments
  if (payment === undefined) throw new Error('there is no payment')
  const asked: unknown[] = []
  const read: string[] = []
  const provider = {
    account: 'acme',
    async getPayment(reference: object): Promise<ProviderPayment> {
      asked.push(reference)
      return word(payment, 'succeeded', { providerRef: 'theirs' })
    },
  } as unknown as Provider
  const resolve = (hinted?: string) =>
    resolveNotification(
      { subject: { kind: 'payment', providerRef: 'theirs' } },
      provider,
      { http: { send: () => Promise.reject(new Error('no HTTP')) }, now: () => 0 },
      async (sessionId) => {
        read.push(sessionId)
        return [paid, waiting].find(({ session }) => session.id === sessionId) ?? null
      },
      hinted,
    )
  return { asked, read, resolve }
}

it('asks once where a right guess tells beforehand whose payment it is', async () => {
  const { asked, read, resolve } = rig()
  expect(await resolve(idOf(paid))).toMatchObject({ kind: 'payment', paymentId: idOf(paid) })
  expect([asked.length, read]).toEqual([1, [paid.session.id]])
})

it('does not believe a wrong guess, and asks once more after reading the right one', async () => {
  const { asked, read, resolve } = rig()
  expect(await resolve(idOf(waiting))).toMatchObject({ kind: 'payment', paymentId: idOf(paid) })
  expect([asked.length, read]).toEqual([2, [waiting.session.id, paid.session.id]])
})

it('asks twice without a guess: an answer counts only if the state was read before it', async () => {
  const { asked, resolve } = rig()
  expect(await resolve()).toMatchObject({ kind: 'payment', paymentId: idOf(paid) })
  expect(asked).toHaveLength(2)
})

// What a notification is taken for by what the provider says: each line was broken on purpose once.

const NEVER = { send: () => Promise.reject(new Error('no HTTP')) }
/** Resolves a notification against a provider that answers so. */
async function resolveWith(
  subject: Parameters<typeof resolveNotification>[0]['subject'],
  {
    state = paid,
    account = 'acme',
    payment = () => word(state.payments[0]!, 'succeeded'),
    refund = () => null,
    hinted,
  }: {
    readonly state?: SessionState
    readonly account?: string
    readonly payment?: () => ProviderPayment | null
    readonly refund?: () => ProviderRefund | null
    readonly hinted?: string
  },
) {
  const asked: [string, unknown][] = []
  const provider = {
    account,
    async getPayment(reference: unknown) {
      asked.push(['payment', reference])
      return payment()
    },
    async getRefund(reference: unknown) {
      asked.push(['refund', reference])
      return refund()
    },
  } as unknown as Provider
  const read = async (sessionId: string) => (sessionId === state.session.id ? state : null)
  const context = { http: NEVER, now: () => 0 }
  return { resolution: await resolveNotification({ subject }, provider, context, read, hinted), asked }
}
const rejected = () => {
  throw new ProviderFault('rejected', 'INVALID_KEY', 'a key was changed')
}
const about = { kind: 'payment', paymentId: idOf(paid) } as const

describe('a notification of a payment', () => {
  it('is kept while the provider does not know it, cannot be asked or refuses', async () => {
    expect((await resolveWith(about, { payment: () => null })).resolution).toEqual({ kind: 'later' })
    for (const kind of ['unknown', 'not_done'] as const) {
      const payment = () => {
        throw new ProviderFault(kind, 'timeout', 'for a test')
      }
      expect((await resolveWith(about, { payment })).resolution).toEqual({ kind: 'later' })
    }
    expect((await resolveWith(about, { payment: rejected })).resolution).toEqual({ kind: 'later' })
  })

  it('that another account has sent is nothing of ours, though it names our payment', async () => {
    const { resolution, asked } = await resolveWith(about, { account: 'other' })
    expect([resolution, asked]).toEqual([{ kind: 'foreign' }, []])
    const named = { ...about, providerRef: 'acme-1' }
    expect((await resolveWith(named, { account: 'other' })).resolution).toEqual({ kind: 'foreign' })
  })

  it('counts for the state that was read before the provider was asked', async () => {
    const later = says(paid, 1, 'requires_action')
    expect((await resolveWith(about, { state: later })).resolution).toMatchObject({
      kind: 'payment',
      sentVersion: later.payments[0]?.version,
      observed: { status: 'succeeded' },
    })
  })

  it('without our reference in the answer is ours only by the name that we know', async () => {
    const known = says(paid, 1, 'requires_action')
    const nameless = (providerRef: string) => () =>
      word(paid.payments[0]!, 'succeeded', { reference: null, providerRef })
    const resolve = (state: SessionState, providerRef: string) =>
      resolveWith(about, { state, payment: nameless(providerRef) })
    expect((await resolve(known, 'acme-1')).resolution).toMatchObject({
      kind: 'payment',
      paymentId: idOf(paid),
    })
    expect((await resolve(known, 'acme-2')).resolution).toEqual({ kind: 'foreign' })
    expect((await resolve(paid, 'acme-1')).resolution).toEqual({ kind: 'foreign' })
    const unknown = { kind: 'payment', providerRef: 'acme-1' } as const
    expect((await resolveWith(unknown, { payment: nameless('acme-1') })).resolution).toEqual({
      kind: 'foreign',
    })
  })

  it('that names nothing at all, or a session that is gone, is nothing of ours', async () => {
    expect((await resolveWith({ kind: 'none' }, {})).resolution).toEqual({ kind: 'foreign' })
    expect((await resolveWith({ kind: 'payment' }, {})).resolution).toEqual({ kind: 'foreign' })
    const gone = { kind: 'payment', paymentId: idOf(waiting) } as const
    expect((await resolveWith(gone, {})).resolution).toEqual({ kind: 'foreign' })
  })
})

describe('a notification of a refund', () => {
  const state = refund(says(paid, 1, 'succeeded'), 100)
  const refundId = state.refunds[0]?.id ?? ''
  const ours = { kind: 'refund', refundId, paymentProviderRef: 'acme-1' } as const
  const made = () => ({
    providerRef: 'acme-r1',
    reference: refundId,
    charge: rub(100),
    status: 'succeeded' as const,
    failureCode: null,
  })

  it('is asked about by all names that are known', async () => {
    const { resolution, asked } = await resolveWith(
      { ...ours, providerRef: 'acme-r1' },
      { state, refund: made },
    )
    expect(resolution).toEqual({ kind: 'refund', sessionId: state.session.id, refundId, observed: made() })
    expect(asked).toEqual([
      ['refund', { refundId, paymentId: idOf(paid), paymentProviderRef: 'acme-1', providerRef: 'acme-r1' }],
    ])
  })

  it('is kept while the provider does not know it', async () => {
    expect((await resolveWith(ours, { state })).resolution).toEqual({ kind: 'later' })
    expect((await resolveWith(ours, { state, refund: rejected })).resolution).toEqual({ kind: 'later' })
  })

  it('that was made in the cabinet is found by its payment', async () => {
    const foreign = { kind: 'refund', paymentProviderRef: 'acme-1' } as const
    const { resolution, asked } = await resolveWith(foreign, { state, hinted: idOf(paid) })
    expect(resolution).toMatchObject({ kind: 'payment', paymentId: idOf(paid) })
    expect(asked).toMatchObject([['payment', { paymentId: idOf(paid), providerRef: 'acme-1' }]])
    expect((await resolveWith({ kind: 'refund' }, { state })).resolution).toEqual({ kind: 'foreign' })
  })

  it('of another account is not one of ours', async () => {
    const { resolution, asked } = await resolveWith(ours, { state, account: 'other', refund: made })
    expect(resolution).toEqual({ kind: 'foreign' })
    expect(asked.some(([what]) => what === 'refund')).toBe(false)
  })
})
