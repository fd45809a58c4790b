import * as z from 'zod/mini'
import { isSupportedCurrency } from '../money.ts'
import { lazy } from './lazy.ts'

/** An amount as it travels: `{ "currency": "RUB", "minorUnits": 123456 }`. */
export const money = /* @__PURE__ */ lazy(() =>
  z.object({
    currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
    minorUnits: z.number().check(z.int(), z.gte(0), z.lte(Number.MAX_SAFE_INTEGER)),
  }),
)

/** The most minor units one request may carry. Its square stays within BigInt arithmetic of the database (numeric 20). */
export const MAX_MINOR_UNITS = 999_999_999_999

/** An amount in a request: positive, in a currency this build knows, without further members. */
export const positiveMoney = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    currency: z.string().check(
      z.refine(isSupportedCurrency, {
        error: 'must be a supported ISO 4217 code in upper case, such as "RUB"',
      }),
    ),
    minorUnits: z
      .int()
      .check(
        z.gte(1, { error: 'must be a whole number of minor units (kopecks), at least 1' }),
        z.lte(MAX_MINOR_UNITS, { error: `must be at most ${MAX_MINOR_UNITS}` }),
      ),
  }),
)
