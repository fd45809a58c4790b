import type { Money, Order } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'

/** A line of the order as a capture or a refund names it. */
export type NamedLine = string | { readonly id: string; readonly quantity?: string | undefined }

/**
 * What a capture or a refund asks for, in minor units: its amount, else the lines that it names, each as a whole. Undefined
 * where it says neither. An amount beside lines is the merchant's own count and stands.
 *
 * @throws ApiProblem `invalid_request` for a line that the order has not or that is named twice, and for a part of a line
 * without an amount: what a part is worth only the merchant knows.
 */
export function amountOfLines(
  {
    amount,
    lines,
  }: { readonly amount?: Money | undefined; readonly lines?: readonly NamedLine[] | undefined },
  order: Order,
): number | undefined {
  if (lines === undefined) return amount?.minorUnits
  const seen = new Set<string>()
  let sum = 0
  for (const [index, named] of lines.entries()) {
    const { id, quantity } = typeof named === 'string' ? { id: named, quantity: undefined } : named
    const line = order.lines.find((each) => each.id === id)
    if (line === undefined) throw invalid(`lines[${index}]`, 'must name one of order.lines by its id')
    if (seen.has(id)) throw invalid(`lines[${index}]`, 'is there twice')
    seen.add(id)
    if (amount === undefined && quantity !== undefined && Number(quantity) !== Number(line.quantity))
      throw invalid(`lines[${index}].quantity`, `is not the whole line of ${line.quantity}: say the amount`)
    sum += line.total.minorUnits
  }
  return amount?.minorUnits ?? sum
}

function invalid(path: string, why: string): ApiProblem {
  return new ApiProblem('invalid_request', `${path} ${why}`, { path })
}
