import type { CaptureRequest } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { ProviderRail } from '../provider.ts'
import { amountOfLines } from './amount-of-lines.ts'
import { chargeOf } from './charge.ts'
import { checkParts } from './check-parts.ts'
import type { Draft } from './draft.ts'
import { formatAmount } from './format-amount.ts'
import type { PaymentRecord } from './records.ts'

/**
 * The merchant takes reserved money: once, whole or in part; the rest is released.
 *
 * @throws ApiProblem `invalid_state`, `amount_exceeds_remaining`, `invalid_request`.
 */
export function capturePayment(
  draft: Draft,
  payment: PaymentRecord,
  request: CaptureRequest,
  rail: Pick<ProviderRail, 'partialCapture' | 'split'> | null,
): void {
  if (payment.status !== 'authorized') {
    throw new ApiProblem(
      'invalid_state',
      `payment ${payment.id} is ${payment.status}; only an authorized payment can be captured`,
    )
  }
  if (draft.operationsOf(payment.id, 'capture').some(({ state }) => state !== 'failed')) {
    throw new ApiProblem(
      'invalid_state',
      `payment ${payment.id} is being captured already; there is one capture per payment`,
    )
  }
  const { amount } = request
  if (amount !== undefined && amount.currency !== payment.amount.currency) {
    throw new ApiProblem(
      'invalid_request',
      `the payment is in ${payment.amount.currency}, not ${amount.currency}`,
      {
        path: 'amount.currency',
      },
    )
  }
  const wanted = amountOfLines(request, draft.session.order) ?? payment.amount.minorUnits
  if (wanted > payment.amount.minorUnits) {
    throw new ApiProblem(
      'amount_exceeds_remaining',
      `${formatAmount(wanted, payment.amount.currency)} is more than the ${formatAmount(payment.amount.minorUnits, payment.amount.currency)} that is reserved; capture at most that`,
      { path: 'amount.minorUnits' },
    )
  }
  const minorUnits = chargeOf(wanted, payment)
  if (wanted !== payment.amount.minorUnits && rail?.partialCapture === false) {
    throw new ApiProblem(
      'invalid_state',
      `${payment.method} captures only the whole payment; leave the amount out`,
      { path: 'amount' },
    )
  }
  if (minorUnits === 0) {
    throw new ApiProblem(
      'invalid_request',
      `${formatAmount(wanted, payment.amount.currency)} is less than one minor unit of ${payment.charge.currency}; capture more, or cancel`,
      {
        path: 'amount.minorUnits',
      },
    )
  }
  const parts = checkParts(request, wanted, payment, rail)
  draft.addOperation({
    paymentId: payment.id,
    account: payment.account,
    kind: 'capture',
    request: { amount: wanted, charge: { currency: payment.charge.currency, minorUnits }, ...parts },
  })
}
