import type { Receipt, Split } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { ProviderRail } from '../provider.ts'
import { formatAmount } from './format-amount.ts'
import type { PaymentRecord } from './records.ts'

/** What a capture or a refund may carry to the provider. */
export interface Parts {
  readonly receipt?: Receipt | undefined
  readonly splits?: readonly Split[] | undefined
}

/**
 * Checks the receipt and the sellers' shares of a capture or a refund against what is captured or refunded.
 *
 * @returns those that are there, to be kept with the operation.
 * @throws ApiProblem `invalid_request`, `invalid_state`.
 */
export function checkParts(
  { receipt, splits }: Parts,
  minorUnits: number,
  { method, amount: { currency } }: PaymentRecord,
  rail: Pick<ProviderRail, 'split'> | null,
): Parts {
  if (receipt && !receipt.customer.email && !receipt.customer.phone)
    throw invalid('receipt.customer', 'must have an email or a phone: the receipt is sent there')
  for (const [index, { unitPrice }] of (receipt?.items ?? []).entries()) {
    if (unitPrice.currency !== currency)
      throw invalid(
        `receipt.items[${index}].unitPrice.currency`,
        `is ${unitPrice.currency}; the payment is in ${currency}`,
      )
  }
  if (splits === undefined) return receipt ? { receipt } : {}
  if (rail?.split === false) {
    throw new ApiProblem('invalid_state', `${method} cannot be split; leave the splits out`, {
      path: 'splits',
    })
  }
  for (const [index, { amount, fee }] of splits.entries()) {
    if (amount.currency !== currency)
      throw invalid(
        `splits[${index}].amount.currency`,
        `is ${amount.currency}; the payment is in ${currency}`,
      )
    if (fee && (fee.currency !== currency || fee.minorUnits > amount.minorUnits))
      throw invalid(`splits[${index}].fee`, `must not be more than the split's amount in ${currency}`)
  }
  const sum = splits.reduce((all, { amount }) => all + amount.minorUnits, 0)
  if (sum !== minorUnits)
    throw invalid(
      'splits',
      `add up to ${formatAmount(sum, currency)} and not to ${formatAmount(minorUnits, currency)}`,
    )
  return { splits, ...(receipt && { receipt }) }
}

function invalid(path: string, why: string): ApiProblem {
  return new ApiProblem('invalid_request', `${path} ${why}`, { path })
}
