import type { Money } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import { ProviderFault } from '../../provider.ts'

/** `{ currency, value }`, where `value` is a string of minor units. */
export const wireAmount = z.object({ currency: z.string().check(z.regex(/^[A-Z]{3}$/)), value: z.string() })

export function toWireAmount({ currency, minorUnits }: Money): { currency: string; value: string } {
  return { currency, value: String(minorUnits) }
}

/** @throws ProviderFault `answer_unexpected` for anything but a whole number. */
export function fromWireAmount({ currency, value }: z.infer<typeof wireAmount>): Money {
  const minorUnits = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(minorUnits)) {
    throw new ProviderFault(
      'unknown',
      'answer_unexpected',
      `${JSON.stringify(value)} is not an amount of minor units`,
    )
  }
  return { currency, minorUnits }
}
