import { isJsonObject, valueAt } from '../json.ts'
import type { Money } from '../ledger.ts'
import { readAmount, toYookassaAmount } from './amount.ts'
import { invalid } from './refusal.ts'

/** A seller's share of a split payment, or what he gives back of it. */
export interface YookassaShare {
  readonly accountId: string
  readonly amount: Money
  readonly fee: Money | undefined
  readonly description: string | undefined
  readonly metadata: unknown
}

/**
 * `transfers` of a payment or a capture, `sources` of a refund. No page that was read says that shares must make up the
 * whole sum; they cannot be more than it.
 */
export function readShares(
  body: unknown,
  name: 'transfers' | 'sources',
  total: Money,
): readonly YookassaShare[] | undefined {
  const list = valueAt(body, name)
  if (list === undefined || list === null) return undefined
  if (!Array.isArray(list)) throw invalid(name, `The parameter ${name} must be a list`)
  // The official Python SDK sends an empty list with every payment.
  if (list.length === 0) return undefined
  const shares = list.map((item: unknown, index): YookassaShare => {
    const place = `${name}[${index}]`
    if (!isJsonObject(item)) throw invalid(place, `The parameter ${place} must be an object`)
    const { account_id: accountId, platform_fee_amount: fee, description, metadata } = item
    if (typeof accountId !== 'string' || accountId === '')
      throw invalid(`${place}.account_id`, 'A share names the shop that gets it')
    const amount = readAmount(item['amount'], `${place}.amount`)
    if (amount.currency !== total.currency)
      throw invalid(`${place}.amount.currency`, `The payment is in ${total.currency}`)
    if (description !== undefined && (typeof description !== 'string' || description.length > 128))
      throw invalid(`${place}.description`, 'A description has at most 128 characters')
    return {
      accountId,
      amount,
      fee: fee === undefined || fee === null ? undefined : readAmount(fee, `${place}.platform_fee_amount`),
      description: typeof description === 'string' ? description : undefined,
      metadata,
    }
  })
  const sum = shares.reduce((all, { amount }) => all + amount.minorUnits, 0)
  if (sum > total.minorUnits) throw invalid(name, `The ${name} are more than the amount`)
  return shares
}

export function toShareObject(
  { accountId, amount, fee, description, metadata }: YookassaShare,
  status?: string | undefined,
): object {
  return {
    account_id: accountId,
    amount: toYookassaAmount(amount),
    ...(status === undefined ? {} : { status }),
    ...(fee === undefined ? {} : { platform_fee_amount: toYookassaAmount(fee) }),
    ...(description === undefined ? {} : { description }),
    ...(isJsonObject(metadata) ? { metadata } : {}),
  }
}
