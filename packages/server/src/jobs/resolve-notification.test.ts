import { expect, it } from 'vitest'
import { begin, openSession, word } from '../domain/domain-fixtures.ts'
import type { SessionState } from '../domain/records.ts'
import type { Provider, ProviderPayment } from '../provider.ts'
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
