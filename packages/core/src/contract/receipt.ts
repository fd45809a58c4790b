import * as z from 'zod/mini'
import { lazy } from './lazy.ts'
import { positiveMoney } from './money.ts'

/** A fiscal receipt (54-FZ), carried to providers that register receipts themselves. */
export const receiptRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    customer: z.strictObject({
      email: z.optional(z.email()),
      phone: z.optional(z.string().check(z.regex(/^\+?\d{10,15}$/))),
    }),
    /** 1 OSN, 2 USN income, 3 USN income minus expenses, 4 ENVD, 5 ESN, 6 patent (tag 1055). */
    taxSystemCode: z.optional(z.int().check(z.gte(1), z.lte(6))),
    items: z
      .array(
        z.strictObject({
          lineId: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
          description: z.string().check(z.minLength(1), z.maxLength(128)),
          quantity: z.string().check(z.regex(/^\d{1,7}(\.\d{1,3})?$/)),
          unitPrice: positiveMoney(),
          /** 1…12, yookassa.ru/developers/54fz/parameters-values; 11 and 12 are 22 % and 22/122 from 2026-01-01. */
          vatCode: z.int().check(z.gte(1), z.lte(12)),
          paymentMode: z.optional(z.string().check(z.regex(/^[a-z_]{1,32}$/))),
          paymentSubject: z.optional(z.string().check(z.regex(/^[a-z_0-9]{1,64}$/))),
          measure: z.optional(z.string().check(z.regex(/^[a-z_]{1,32}$/))),
        }),
      )
      .check(z.minLength(1), z.maxLength(80)),
  }),
)
export type Receipt = z.infer<ReturnType<typeof receiptRequest>>

/** A seller's share of a marketplace order. */
export const splitRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    seller: z.string().check(z.minLength(1), z.maxLength(64)),
    amount: positiveMoney(),
    fee: z.optional(positiveMoney()),
  }),
)
export type Split = z.infer<ReturnType<typeof splitRequest>>
