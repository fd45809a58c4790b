import * as z from 'zod/mini'
import { lazy } from './lazy.ts'
import { money, positiveMoney } from './money.ts'
import { order, orderRequest } from './order.ts'
import { payment } from './payment.ts'
import { receiptRequest, splitRequest } from './receipt.ts'
import { SESSION_STATUSES } from './states.ts'

export const CAPTURE_MODES = ['automatic', 'manual'] as const
export type CaptureMode = (typeof CAPTURE_MODES)[number]

/** Session deadlines, in seconds from its creation. */
export const SESSION_EXPIRY = { defaultSeconds: 3600, minSeconds: 60, maxSeconds: 2_592_000 } as const

/** At most 16 pairs of the merchant's own, given back as they are. Not for contacts: it is kept as long as the session. */
export const metadata = /* @__PURE__ */ lazy(() =>
  z
    .record(z.string().check(z.regex(/^[A-Za-z0-9_.-]{1,40}$/)), z.string().check(z.maxLength(500)))
    .check(z.refine((pairs) => Object.keys(pairs).length <= 16, { error: 'must have at most 16 keys' })),
)

const METHOD_ID = /^[a-z0-9_]{1,32}$/

/** Body of `POST /v1/sessions`. */
export const createSessionRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    amount: positiveMoney(),
    order: orderRequest(),
    /** Method ids to offer, in this order. Absent: all that are eligible. */
    methods: z.optional(z.array(z.string().check(z.regex(METHOD_ID))).check(z.minLength(1), z.maxLength(32))),
    buyer: z.optional(
      z.strictObject({
        /** The merchant's own id of the buyer. */
        reference: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
        phone: z.optional(z.string().check(z.regex(/^\+?\d{10,15}$/))),
        email: z.optional(z.email()),
      }),
    ),
    capture: z._default(z.enum(CAPTURE_MODES), 'automatic'),
    receipt: z.optional(receiptRequest()),
    splits: z.optional(z.array(splitRequest()).check(z.minLength(1), z.maxLength(50))),
    /** Where the buyer goes afterwards: https of one of the merchant's origins (http only on localhost). */
    returnUrl: z.string().check(z.minLength(1), z.maxLength(2048)),
    expiresInSeconds: z._default(
      z.int().check(z.gte(SESSION_EXPIRY.minSeconds), z.lte(SESSION_EXPIRY.maxSeconds)),
      SESSION_EXPIRY.defaultSeconds,
    ),
    locale: z.optional(z.string().check(z.regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/))),
    metadata: z._default(metadata(), {}),
  }),
)
/** The body as sent: members with defaults may be left out. */
export type CreateSessionRequest = z.input<ReturnType<typeof createSessionRequest>>
/** The body as parsed: defaults filled in. */
export type ParsedCreateSessionRequest = z.output<ReturnType<typeof createSessionRequest>>

/** A session as the merchant sees it. */
export const session = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    id: z.string(),
    status: z.enum(SESSION_STATUSES),
    version: z.number(),
    amount: money(),
    order: order(),
    capture: z.enum(CAPTURE_MODES),
    methods: z.nullable(z.array(z.string())),
    returnUrl: z.string(),
    locale: z.nullable(z.string()),
    metadata: z.record(z.string(), z.string()),
    createdAt: z.string(),
    expiresAt: z.string(),
    completedAt: z.nullable(z.string()),
    /** All attempts, oldest first. */
    payments: z.array(payment()),
    /** Lets a browser pay and watch this session. Only in answers to the merchant's backend, never in webhooks. */
    clientToken: z.optional(z.string()),
    /** The hosted checkout page. Like the token: whoever has it can pay. */
    url: z.optional(z.string()),
  }),
)
export type Session = z.infer<ReturnType<typeof session>>

/** A page of `GET /v1/sessions`. */
export const sessionList = /* @__PURE__ */ lazy(() =>
  z.looseObject({ items: z.array(session()), nextCursor: z.nullable(z.string()) }),
)
export type SessionList = z.infer<ReturnType<typeof sessionList>>

/** Query of `GET /v1/sessions`. */
export const sessionListQuery = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    reference: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
    status: z.optional(z.enum(SESSION_STATUSES)),
    cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
    limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/, { error: 'must be 1 to 100' }))),
  }),
)
