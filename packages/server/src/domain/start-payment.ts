import { isLivePaymentStatus, type Money, type PayRequest } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { CreatePayment } from '../provider.ts'
import type { Draft } from './draft.ts'
import type { EligibleMethod } from './eligibility.ts'
import type { PaymentRecord } from './records.ts'

/** Attempts that one session may make. */
export const MAX_ATTEMPTS = 10

/** A method with what it charges, as the buyer agreed to it. */
export interface AgreedMethod extends Pick<EligibleMethod, 'rail' | 'charge'> {
  readonly quote: PaymentRecord['quote']
}

/**
 * Begins an attempt, or joins the live one of the same method. Nothing is sent: the operation that will be is written down.
 *
 * @param agree Finds the rail and the charge for the method, or throws why it cannot be paid with.
 * @throws ApiProblem `session_not_open`, `payment_in_progress`, `attempts_exhausted` and whatever `agree` throws.
 */
export function startPayment(
  draft: Draft,
  request: PayRequest,
  options: AttemptLinks & { readonly agree: () => AgreedMethod },
): PaymentRecord {
  const { session, now } = draft
  if (session.status !== 'open' || now >= session.expiresAt) {
    throw new ApiProblem(
      'session_not_open',
      `session ${session.id} is ${session.status === 'open' ? 'past its deadline' : session.status}; ask the merchant for a new one`,
    )
  }
  const live = draft.payments.find(({ status }) => isLivePaymentStatus(status))
  if (live !== undefined && live.method === request.method && live.status !== 'canceling') return live
  if (live !== undefined) {
    throw new ApiProblem(
      'payment_in_progress',
      `payment ${live.id} by ${live.method} is ${live.status}; cancel it before you choose ${request.method}`,
      { retryAfterSeconds: 2 },
    )
  }
  if (draft.payments.length >= MAX_ATTEMPTS) {
    throw new ApiProblem(
      'attempts_exhausted',
      `session ${session.id} has had ${MAX_ATTEMPTS} attempts; ask the merchant for a new one`,
    )
  }
  return beginAttempt(draft, request, options.agree(), options)
}

/** What stays the same when an attempt is carried over another rail. */
export interface AttemptLinks {
  readonly returnUrl: string
  readonly notificationUrl: (account: string) => string
}

/**
 * Writes down an attempt and what will be asked of its provider.
 *
 * @throws ApiProblem `invalid_request` when the rail needs a contact that nobody gave.
 */
export function beginAttempt(
  draft: Draft,
  request: PayRequest,
  agreed: AgreedMethod,
  links: AttemptLinks,
): PaymentRecord {
  const { session, now } = draft
  const number = draft.payments.length + 1
  const payment: PaymentRecord = {
    id: `pay_${session.id.slice(3)}_${number}`,
    sessionId: session.id,
    number,
    method: request.method,
    account: agreed.rail.account,
    status: 'created',
    amount: session.amount,
    charge: agreed.charge,
    quote: agreed.quote,
    providerRef: null,
    captured: 0,
    refunded: 0,
    action: null,
    failureCode: null,
    dead: false,
    device: request.device ?? null,
    createdAt: now,
    updatedAt: now,
    endedAt: null,
    version: 1,
  }
  draft.addPayment(payment)
  draft.addOperation({
    paymentId: payment.id,
    account: payment.account,
    kind: 'create',
    request: createRequest(draft, payment, request, agreed, links),
  })
  draft.addOperation({
    paymentId: payment.id,
    account: payment.account,
    kind: 'query',
    request: {},
    notBefore: null,
  })
  return payment
}

/** The adapter's request without its key: kept as it is, so that a repetition is the same word for word. */
export type CreateRequest = Omit<CreatePayment, 'idempotencyKey'>

function createRequest(
  { session, now }: Draft,
  payment: PaymentRecord,
  request: PayRequest,
  { rail }: AgreedMethod,
  { returnUrl, notificationUrl }: AttemptLinks,
): CreateRequest {
  const { buyer } = session
  const phone = request.contact?.phone ?? buyer?.phone
  const email = request.contact?.email ?? buyer?.email
  for (const [kind, value] of [
    ['phone', phone],
    ['email', email],
  ] as const) {
    if (value === undefined && rail.rail.requires.includes(kind)) {
      throw new ApiProblem(
        'invalid_request',
        `${request.method} needs the buyer's ${kind}; send it as contact.${kind}`,
        {
          path: `contact.${kind}`,
        },
      )
    }
  }
  return {
    paymentId: payment.id,
    method: payment.method,
    charge: payment.charge,
    amount: payment.amount,
    description: session.order.description,
    orderReference: session.order.reference,
    capture: session.capture,
    presentation: request.presentation,
    device: request.device,
    bankId: request.bankId,
    contact: phone === undefined && email === undefined ? undefined : { phone, email },
    buyerReference: buyer?.reference,
    receipt: session.receipt ?? undefined,
    splits: session.splits ?? undefined,
    locale: session.locale ?? undefined,
    returnUrl,
    notificationUrl: notificationUrl(payment.account),
    expiresAt: new Date(Math.min(session.expiresAt, now + rail.rail.timeoutSeconds * 1000)).toISOString(),
  }
}

/** The same amount in the same currency. */
export function isSameMoney(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.minorUnits === b.minorUnits
}
