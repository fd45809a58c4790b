import { describe, expect, it } from 'vitest'
import { askForAnotherMethod } from '../domain/another-method.ts'
import { cancelPayment } from '../domain/cancel-payment.ts'
import { capturePayment } from '../domain/capture-payment.ts'
import {
  begin,
  claim,
  cny,
  decide,
  inYuan,
  NOW,
  openSession,
  paymentOf,
  policy,
  refund,
  refunded,
  rub,
  says,
  settling,
  word,
} from '../domain/domain-fixtures.ts'
import { expireSession } from '../domain/end-session.ts'
import type { OperationRecord, SessionState } from '../domain/records.ts'
import { refundPayment } from '../domain/refund-payment.ts'
import {
  type Provider,
  type ProviderContext,
  ProviderFault,
  type ProviderPayment,
  type ProviderRefund,
} from '../provider.ts'
import { performOperation } from './perform-operation.ts'

// What a provider is asked by each operation: each line was broken on purpose once.

const HOUR = 3_600_000
const context: ProviderContext = {
  http: { send: () => Promise.reject(new Error('no HTTP')) },
  now: () => NOW,
}
const made: ProviderRefund = {
  providerRef: 'acme-r1',
  reference: null,
  charge: rub(100),
  status: 'succeeded',
  failureCode: null,
}

/** Claims the last operation of a kind so many times, performs it, and says what was asked and what came of it. */
async function perform(
  before: SessionState,
  kind: OperationRecord['kind'],
  {
    times = 1,
    answer = (payment) => word(payment, 'requires_action'),
    getRefund = async () => made,
    number = 1,
    isKeyForgotten = false,
  }: {
    readonly times?: number
    readonly isKeyForgotten?: boolean
    readonly number?: number
    readonly answer?: (payment: SessionState['payments'][number]) => ProviderPayment | null | Promise<never>
    readonly getRefund?: () => Promise<ProviderRefund | null>
  } = {},
) {
  let claimed = claim(before, kind, { number })
  for (let time = 1; time < times; time++) claimed = claim(claimed.state, kind, { number })
  const asked: [string, unknown][] = []
  const told =
    (call: string) =>
    async (request: unknown): Promise<ProviderPayment | null> => {
      asked.push([call, request])
      return await answer(paymentOf(claimed.state, number))
    }
  const provider = {
    account: 'acme',
    createPayment: told('create'),
    getPayment: told('get'),
    capturePayment: told('capture'),
    cancelPayment: told('cancel'),
    async refundPayment(request: unknown) {
      asked.push(['refund', request])
      return made
    },
    async getRefund(request: unknown) {
      asked.push(['getRefund', request])
      return await getRefund()
    },
  } as unknown as Provider
  const outcome = await performOperation(claimed.claimed, claimed.state, provider, context, {
    isKeyForgotten,
  })
  return { asked, outcome, operation: claimed.claimed }
}

const begun = () => begin(openSession(), 'sbp')
const waiting = (method = 'sbp', capture: 'automatic' | 'manual' = 'automatic') =>
  says(begin(openSession(capture), method), 1, 'requires_action')
const paid = () => says(waiting(), 1, 'succeeded')
const answered = (state: SessionState) => {
  const { state: asked, claimed } = claim(state, 'create')
  return decide(
    asked,
    settling(claimed, { kind: 'payment', payment: word(paymentOf(asked), 'requires_action') }),
  )
}
const canceling = () =>
  decide(answered(begin(openSession(), 'alipay')), (draft) => askForAnotherMethod(draft, policy))
const MOOT = { kind: 'moot' }

describe('a create', () => {
  it('is the same word for word and under the same key, however often it is sent', async () => {
    const [first, third] = [await perform(begun(), 'create'), await perform(begun(), 'create', { times: 3 })]
    const request = {
      ...(first.operation.request as object),
      idempotencyKey: `${paymentOf(begun()).id}-create`,
    }
    expect(first.asked).toEqual([['create', { ...request, repeated: false }]])
    expect(third.asked).toEqual([['create', { ...request, repeated: true }]])
    expect(first.outcome).toMatchObject({ kind: 'payment', payment: { status: 'requires_action' } })
    expect((await perform(begun(), 'create', { times: 2 })).asked).toMatchObject([
      ['create', { repeated: true }],
    ])
  })

  it('that fails as nobody has foreseen may have been done', async () => {
    const broken = await perform(begun(), 'create', { answer: () => Promise.reject(new TypeError('a bug')) })
    expect(broken.outcome).toMatchObject({ kind: 'fault', fault: { kind: 'unknown', code: 'adapter_error' } })
    const refused = new ProviderFault('rejected', 'PARAM_ILLEGAL', 'no')
    expect((await perform(begun(), 'create', { answer: () => Promise.reject(refused) })).outcome).toEqual({
      kind: 'fault',
      fault: refused,
    })
  })

  it('of a payment that is not there is not sent', async () => {
    const { state, claimed } = claim(begun(), 'create')
    const outcome = await performOperation(claimed, { ...state, payments: [] }, {} as Provider, context, {
      isKeyForgotten: false,
    })
    expect(outcome).toEqual(MOOT)
  })
})

describe('a question', () => {
  it('names the payment as we and as the provider do, with what we know', async () => {
    const { asked, outcome } = await perform(refunded(refund(paid(), 100), 1, 'succeeded'), 'query')
    expect(asked).toEqual([
      [
        'get',
        {
          paymentId: paymentOf(paid()).id,
          providerRef: 'acme-1',
          known: { charge: rub(123_456), captured: rub(123_456), refunded: rub(100) },
        },
      ],
    ])
    expect(outcome.kind).toBe('payment')
    expect((await perform(waiting(), 'query', { answer: () => null })).outcome).toEqual({ kind: 'not_found' })
  })
})

describe('a capture', () => {
  const receipt = {
    customer: { email: 'buyer@example.com' },
    items: [{ description: 'Чай', quantity: '1', unitPrice: rub(61_000), vatCode: 11 }],
  }
  const splits = [{ seller: 'a', amount: rub(61_000) }]
  const capturing = () => {
    const held = says(inYuan(begin(openSession('manual'), 'alipay')), 1, 'authorized')
    const request = { amount: rub(61_000), receipt, splits }
    return decide(held, (draft) => capturePayment(draft, paymentOf(held), request, null))
  }

  it('takes the charge of what was asked for, with its receipt and shares', async () => {
    const { asked } = await perform(capturing(), 'capture')
    expect(asked).toEqual([
      [
        'capture',
        {
          paymentId: paymentOf(capturing()).id,
          providerRef: 'acme-1',
          idempotencyKey: `${paymentOf(capturing()).id}-capture`,
          charge: cny(4941),
          receipt,
          splits,
          known: { charge: cny(10_001), captured: cny(0), refunded: cny(0) },
        },
      ],
    ])
  })

  it('is not sent any more when the money is taken', async () => {
    const { asked, outcome } = await perform(says(capturing(), 1, 'succeeded'), 'capture')
    expect([asked, outcome]).toEqual([[], MOOT])
  })
})

describe('a cancel', () => {
  it('is sent under its own key, and says when an earlier one may have arrived', async () => {
    const request = {
      paymentId: paymentOf(canceling()).id,
      providerRef: 'acme-1',
      idempotencyKey: `${paymentOf(canceling()).id}-cancel`,
    }
    expect((await perform(canceling(), 'cancel')).asked).toEqual([
      ['cancel', { ...request, repeated: false }],
    ])
    expect((await perform(canceling(), 'cancel', { times: 2 })).asked).toEqual([
      ['cancel', { ...request, repeated: true }],
    ])
  })

  it('is sent for a code that another one has outrun, and for a hold that came too late', async () => {
    let both = decide(answered(begun()), (draft) => askForAnotherMethod(draft, policy))
    both = begin(both, 'alipay')
    const { state: asked, claimed } = claim(both, 'create', { number: 2 })
    both = decide(
      asked,
      settling(claimed, { kind: 'payment', payment: word(paymentOf(asked, 2), 'requires_action') }),
    )
    both = says(both, 1, 'succeeded')
    expect((await perform(both, 'cancel', { number: 2 })).asked).toMatchObject([
      ['cancel', { providerRef: 'acme-2' }],
    ])
    let late = decide(
      answered(begin(openSession('manual'), 'bank_card')),
      (draft) => expireSession(draft, policy),
      NOW + HOUR,
    )
    late = says(
      decide(late, (draft) => expireSession(draft, policy), NOW + 2 * HOUR),
      1,
      'authorized',
    )
    expect((await perform(late, 'cancel')).asked).toHaveLength(1)
  })

  it.each(['succeeded', 'failed', 'canceled', 'expired'] as const)(
    'is not sent any more when it is %s',
    async (status) => {
      const { asked, outcome } = await perform(says(canceling(), 1, status), 'cancel')
      expect([asked, outcome]).toEqual([[], MOOT])
    },
  )

  it('never overtakes its create, whose outcome may not be known', async () => {
    const sent = claim(begin(openSession(), 'alipay'), 'create')
    const lost = new ProviderFault('unknown', 'timeout', 'no answer')
    const unknown = decide(sent.state, settling(sent.claimed, { kind: 'fault', fault: lost }))
    for (const state of [sent.state, unknown]) {
      const asked = decide(state, (draft) => askForAnotherMethod(draft, policy))
      const { outcome, asked: nothing } = await perform(asked, 'cancel')
      expect([nothing, outcome]).toEqual([[], { kind: 'postponed', delayMs: 500 }])
    }
  })

  it('waits no longer for a create that is not repeated any more', async () => {
    const sent = claim(begin(openSession(), 'alipay'), 'create', { now: NOW - 30 * HOUR })
    const lost = new ProviderFault('unknown', 'timeout', 'no answer')
    const unknown = decide(sent.state, settling(sent.claimed, { kind: 'fault', fault: lost }))
    const asked = decide(unknown, (draft) => askForAnotherMethod(draft, policy))
    expect((await perform(asked, 'cancel')).asked).toHaveLength(1)
  })
})

describe('a refund', () => {
  const receipt = {
    customer: { email: 'buyer@example.com' },
    items: [{ description: 'Чай', quantity: '1', unitPrice: rub(41_151), vatCode: 11 }],
  }
  const splits = [{ seller: 'a', amount: rub(41_151) }]
  const refunding = () => {
    const state = refunded(
      refund(says(inYuan(begin(openSession(), 'alipay')), 1, 'succeeded'), 50_000),
      1,
      'succeeded',
    )
    const request = { amount: rub(41_151), reason: 'broken', receipt, splits }
    return decide(state, (draft) => refundPayment(draft, paymentOf(state), request, null))
  }

  it('gives back its part of the charge, with its reason, receipt and shares', async () => {
    const { asked, outcome } = await perform(refunding(), 'refund')
    const charge = refunding().refunds[1]?.charge ?? 0
    expect(charge).toBe(3334)
    expect(asked).toEqual([
      [
        'refund',
        {
          refundId: 're_0123456789abcdefghijkl_2',
          paymentId: paymentOf(refunding()).id,
          providerRef: 'acme-1',
          idempotencyKey: 're_0123456789abcdefghijkl_2',
          charge: cny(charge),
          reason: 'broken',
          receipt,
          splits,
          repeated: false,
          known: { charge: cny(10_001), captured: cny(10_001), refunded: cny(4050) },
        },
      ],
    ])
    expect(outcome).toEqual({ kind: 'refund', refund: made })
    expect((await perform(refunding(), 'refund', { times: 2 })).asked).toMatchObject([
      ['refund', { repeated: true }],
    ])
  })

  it('under a key that may be forgotten is not asked for when the books show that it is back', async () => {
    const cases = [
      [cny(7384), ['get']],
      [cny(7383), ['get', 'refund']],
      [rub(7384), ['get', 'refund']],
      [null, ['get', 'refund']],
    ] as const
    for (const [refundedThere, calls] of cases) {
      const { asked, outcome } = await perform(refunding(), 'refund', {
        isKeyForgotten: true,
        answer: (payment) => word(payment, 'succeeded', { refunded: refundedThere }),
      })
      expect(asked.map(([call]) => call)).toEqual(calls)
      expect(outcome.kind).toBe(calls.length === 1 ? 'payment' : 'refund')
    }
    const unknown = await perform(refunding(), 'refund', { isKeyForgotten: true, answer: () => null })
    expect(unknown.outcome.kind).toBe('refund')
  })

  it('that the provider has named is asked about and never made again', async () => {
    const named = refunded(refunding(), 2, 'requested')
    const { asked, outcome } = await perform(named, 'refund', { times: 2 })
    expect(asked).toMatchObject([['getRefund', { providerRef: 'acme-r2', paymentProviderRef: 'acme-1' }]])
    expect(outcome.kind).toBe('refund')
    const unknown = await perform(named, 'refund', { getRefund: async () => null })
    expect(unknown.outcome).toEqual({ kind: 'not_found' })
  })

  it('is not sent any more when it is over', async () => {
    for (const status of ['succeeded', 'failed'] as const) {
      const { asked, outcome } = await perform(refunded(refunding(), 2, status), 'refund')
      expect([asked, outcome]).toEqual([[], MOOT])
    }
  })
})

it('releases a hold whose create was answered', async () => {
  const held = says(answered(begin(openSession('manual'), 'bank_card')), 1, 'authorized')
  const state = decide(held, (draft) => cancelPayment(draft, paymentOf(held), policy))
  expect((await perform(state, 'cancel')).asked).toHaveLength(1)
})
