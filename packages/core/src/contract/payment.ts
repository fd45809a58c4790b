import * as z from 'zod/mini'
import { lazy } from './lazy.ts'
import { money, positiveMoney } from './money.ts'
import { receiptRequest, splitRequest } from './receipt.ts'
import { refund } from './refund.ts'
import { PAYMENT_STATUSES } from './states.ts'

/** A payment as the merchant sees it. Amounts are in the session's currency, `charge` in the provider's. */
export const payment = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    id: z.string(),
    sessionId: z.string(),
    status: z.enum(PAYMENT_STATUSES),
    method: z.string(),
    /** The provider account that carries it; with the method it is the rail. */
    account: z.string(),
    /** What the order costs. */
    amount: money(),
    /** What the provider takes: equal to `amount` unless a quote joins them. */
    charge: money(),
    quote: z.nullable(
      z.looseObject({ rate: z.string(), marginBps: z.number(), reference: z.nullable(z.string()) }),
    ),
    /** Taken so far, in the session's currency. */
    captured: money(),
    /** Given back or on its way back, in the session's currency. */
    refunded: money(),
    failure: z.nullable(z.looseObject({ code: z.string() })),
    /** The provider's own id, once known. */
    providerRef: z.nullable(z.string()),
    createdAt: z.string(),
    updatedAt: z.string(),
    refunds: z.array(refund()),
  }),
)
export type Payment = z.infer<ReturnType<typeof payment>>

/** Body of `POST /v1/payments/{id}/capture`. Without an amount the lines are taken that are named, else the whole payment. */
export const captureRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    amount: z.optional(positiveMoney()),
    /** Lines of the order by their ids. */
    lines: z.optional(
      z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.minLength(1), z.maxLength(100)),
    ),
    /** The receipt of what is taken, where it is not the session's. Passed on to the provider. */
    receipt: z.optional(receiptRequest()),
    /** Sellers' shares of what is taken, where they are not the session's. They make up its sum. */
    splits: z.optional(z.array(splitRequest()).check(z.minLength(1), z.maxLength(50))),
  }),
)
export type CaptureRequest = z.infer<ReturnType<typeof captureRequest>>

/** Body of `POST /v1/payments/{id}/cancel` and `POST /v1/sessions/{id}/cancel`. */
export const cancelRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({ reason: z.optional(z.string().check(z.minLength(1), z.maxLength(250))) }),
)
export type CancelRequest = z.infer<ReturnType<typeof cancelRequest>>
