import * as z from 'zod/mini'
import { device } from './device.ts'
import { lazy } from './lazy.ts'
import { money } from './money.ts'
import { nextAction, PRESENTATIONS } from './next-action.ts'
import { order } from './order.ts'
import { quote } from './quote.ts'

/** A method the buyer can pick. */
export const checkoutMethod = /* @__PURE__ */ lazy(() =>
  z.object({
    id: z.string(),
    /** Name to show for an id the client has no own word for. */
    name: z.string(),
    /** Of {@link PRESENTATIONS}; newer servers may name others. */
    presentations: z.array(z.string()),
    /** Contacts the method cannot do without: `phone`, `email`. */
    requires: z.array(z.string()),
    /** `up` or `degraded`. What is down is in `unavailable`. */
    health: z.string(),
    /** Present when the method charges in another currency than the order's. */
    quote: z.optional(quote()),
  }),
)
export type CheckoutMethod = z.infer<ReturnType<typeof checkoutMethod>>

/** The live or last attempt, as the buyer sees it. */
export const checkoutPayment = /* @__PURE__ */ lazy(() =>
  z.object({
    id: z.string(),
    method: z.string(),
    /** A payment status; an unknown string is to be read as `processing`. */
    status: z.string(),
    charge: money(),
    nextAction: z.nullable(nextAction()),
    /** Set when `status` is `failed`. A code with buyer texts; unknown codes read as `declined`. */
    failure: z.nullable(z.object({ code: z.string() })),
    /** An earlier code of this session was withdrawn and may still be payable: "do not pay the old code". */
    supersededBefore: z.optional(z.boolean()),
  }),
)
export type CheckoutPayment = z.infer<ReturnType<typeof checkoutPayment>>

/** All a checkout needs to draw itself: load, poll, push and resume are this one view. */
export const checkoutView = /* @__PURE__ */ lazy(() =>
  z.object({
    /** The session's version: it grows with every change that this view shows. */
    version: z.number(),
    session: z.object({
      id: z.string(),
      /** A session status; an unknown string is to be read as `closing`. */
      status: z.string(),
      /** Until the session's deadline; 0 when it has passed. */
      expiresInMs: z.number(),
    }),
    merchant: z.object({ name: z.string() }),
    amount: money(),
    order: order(),
    methods: z.array(checkoutMethod()),
    /** What this session would take and cannot now. `name` is left out where no rail has such a method. */
    unavailable: z.array(z.object({ id: z.string(), name: z.optional(z.string()), reason: z.string() })),
    payment: z.nullable(checkoutPayment()),
    /** Where the merchant wants the buyer after a success. Chosen by the merchant's backend, never by the page. */
    returnUrl: z.optional(z.string()),
    /** The hosted checkout page of this session, for browsers where the element cannot work. */
    url: z.optional(z.string()),
  }),
)
export type CheckoutView = z.infer<ReturnType<typeof checkoutView>>

/** Body of `POST /v1/checkout/payments`. There is no amount in it: the session's is charged. */
export const payRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    method: z.string().check(z.regex(/^[a-z0-9_]{1,32}$/, { error: 'must be a method id such as "sbp"' })),
    presentation: z.optional(z.enum(PRESENTATIONS)),
    bankId: z.optional(z.string().check(z.regex(/^[a-z0-9]{1,32}$/))),
    quoteId: z.optional(z.string().check(z.minLength(1), z.maxLength(2048))),
    contact: z.optional(
      z.strictObject({
        phone: z.optional(
          z
            .string()
            .check(z.regex(/^\+?\d{10,15}$/, { error: 'must be a phone number such as "+79991234567"' })),
        ),
        email: z.optional(z.email()),
      }),
    ),
    device: z.optional(device()),
  }),
)
export type PayRequest = z.infer<ReturnType<typeof payRequest>>

/** Body of `POST /v1/checkout/cancel`: the buyer wants another method. */
export const checkoutCancelRequest = /* @__PURE__ */ lazy(() => z.strictObject({}))

/** What a `st_` token may read: the state of one session and nothing else. */
export const returnStatus = /* @__PURE__ */ lazy(() =>
  z.object({
    version: z.number(),
    session: z.object({ id: z.string(), status: z.string() }),
    payment: z.nullable(
      z.object({
        method: z.string(),
        status: z.string(),
        failure: z.nullable(z.object({ code: z.string() })),
      }),
    ),
  }),
)
export type ReturnStatus = z.infer<ReturnType<typeof returnStatus>>
