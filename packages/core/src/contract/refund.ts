import * as z from 'zod/mini'
import { lazy } from './lazy.ts'
import { money, positiveMoney } from './money.ts'
import { receiptRequest, splitRequest } from './receipt.ts'
import { REFUND_STATUSES } from './states.ts'

/** Money on its way back to the buyer. */
export const refund = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    id: z.string(),
    sessionId: z.string(),
    paymentId: z.string(),
    status: z.enum(REFUND_STATUSES),
    /** In the session's currency. */
    amount: money(),
    /** What the provider gives back, in its currency. All parts of a payment add up to its charge exactly. */
    charge: money(),
    reason: z.nullable(z.string()),
    /** `merchant`: asked through the API. `late`: money that came after the session was over. `provider`: made in the provider's cabinet. */
    origin: z.string(),
    failure: z.nullable(z.looseObject({ code: z.string() })),
    createdAt: z.string(),
    updatedAt: z.string(),
  }),
)
export type Refund = z.infer<ReturnType<typeof refund>>

/** Body of `POST /v1/payments/{id}/refunds`. Without an amount the lines go back that are named, else everything that is left. */
export const refundRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    amount: z.optional(positiveMoney()),
    /** Lines of the order by their ids. A part of one (`quantity`) needs the amount. */
    lines: z.optional(
      z
        .array(
          z.strictObject({
            id: z.string().check(z.minLength(1), z.maxLength(64)),
            quantity: z.optional(z.string().check(z.regex(/^\d{1,7}(\.\d{1,3})?$/))),
          }),
        )
        .check(z.minLength(1), z.maxLength(100)),
    ),
    reason: z.optional(z.string().check(z.minLength(1), z.maxLength(250))),
    /** The receipt of what goes back. Passed on to the provider. */
    receipt: z.optional(receiptRequest()),
    /** Who of the sellers gives back how much. They make up the sum that goes back. */
    splits: z.optional(z.array(splitRequest()).check(z.minLength(1), z.maxLength(50))),
  }),
)
export type RefundRequest = z.infer<ReturnType<typeof refundRequest>>
