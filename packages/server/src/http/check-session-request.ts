import type { Money, ParsedCreateSessionRequest } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import { refuseCardNumbers } from './card-number.ts'
import { checkReturnUrl } from './return-url.ts'

/**
 * What a schema cannot say about a new session: one currency, lines and splits that add up to the amount, ids that refer to
 * something, a return URL of the merchant. Whether a rail can carry it is not asked here.
 *
 * @returns The request with its return URL serialised again.
 * @throws ApiProblem `invalid_request`, `card_number_refused`.
 */
export function checkSessionRequest(
  request: ParsedCreateSessionRequest,
  origins: readonly string[],
): ParsedCreateSessionRequest {
  refuseCardNumbers(request)
  const returnUrl = checkReturnUrl(request.returnUrl, origins)
  checkLines(request)
  checkSplits(request)
  checkReceipt(request)
  refuseRepeated(request.methods ?? [], (index) => `methods[${index}]`)
  return { ...request, returnUrl }
}

function checkLines({ amount, order }: ParsedCreateSessionRequest): void {
  const { lines = [] } = order
  for (const [index, { total }] of lines.entries())
    checkCurrency(total, amount, `order.lines[${index}].total.currency`)
  if (lines.length > 0)
    checkSum(
      lines.map(({ total }) => total),
      amount,
      'order.lines',
    )
  refuseRepeated(
    lines.map(({ id }) => id),
    (index) => `order.lines[${index}].id`,
  )
}

function checkSplits({ amount, splits = [] }: ParsedCreateSessionRequest): void {
  for (const [index, split] of splits.entries()) {
    checkCurrency(split.amount, amount, `splits[${index}].amount.currency`)
    if (!split.fee) continue
    checkCurrency(split.fee, amount, `splits[${index}].fee.currency`)
    if (split.fee.minorUnits > split.amount.minorUnits)
      throw invalid(`splits[${index}].fee`, `must not be more than the split's amount`)
  }
  if (splits.length > 0)
    checkSum(
      splits.map((split) => split.amount),
      amount,
      'splits',
    )
}

function checkReceipt({ amount, order, receipt }: ParsedCreateSessionRequest): void {
  if (!receipt) return
  if (!receipt.customer.email && !receipt.customer.phone)
    throw invalid('receipt.customer', 'must have an email or a phone: the receipt is sent there')
  const lineIds = new Set(order.lines?.map(({ id }) => id))
  for (const [index, { unitPrice, lineId }] of receipt.items.entries()) {
    checkCurrency(unitPrice, amount, `receipt.items[${index}].unitPrice.currency`)
    if (lineId !== undefined && !lineIds.has(lineId))
      throw invalid(`receipt.items[${index}].lineId`, 'must be the id of one of order.lines')
  }
}

function checkCurrency({ currency }: Money, amount: Money, path: string): void {
  if (currency !== amount.currency)
    throw invalid(path, `must be ${amount.currency}, the session's currency; got ${currency}`)
}

function checkSum(parts: readonly Money[], amount: Money, path: string): void {
  const sum = parts.reduce((total, { minorUnits }) => total + minorUnits, 0)
  const missing = amount.minorUnits - sum
  if (missing !== 0)
    throw invalid(
      path,
      `add up to ${sum} minor units, the amount is ${amount.minorUnits}: ${Math.abs(missing)} ${missing > 0 ? 'missing' : 'too many'}`,
    )
}

function refuseRepeated(values: readonly (string | undefined)[], pathOf: (index: number) => string): void {
  const seen = new Set<string>()
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue
    if (seen.has(value)) throw invalid(pathOf(index), 'is there twice')
    seen.add(value)
  }
}

function invalid(path: string, what: string): ApiProblem {
  return new ApiProblem('invalid_request', `${path} ${what}`, { path })
}
