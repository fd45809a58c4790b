import * as z from 'zod/mini'
import { lazy } from './lazy.ts'
import { payment } from './payment.ts'
import { refund } from './refund.ts'
import { session } from './session.ts'

/** Every type of event that a merchant's webhook can receive. Fulfil on `session.completed` only. */
export const EVENT_TYPES = [
  'session.completed',
  'session.expired',
  'session.canceled',
  'payment.authorized',
  'payment.succeeded',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'payment.superseded',
  'payment.late',
  'payment.late_refunded',
  'refund.succeeded',
  'refund.failed',
  'rail.suspended',
  'rail.restored',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/**
 * The body of a webhook, in the form of the Standard Webhooks specification. `data` is as of the commit that made the
 * event, without contacts or tokens.
 */
export const webhookEvent = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    /** Same as the `webhook-id` header: one effect per id. */
    id: z.string(),
    /** One of {@link EVENT_TYPES}; newer servers may send others. */
    type: z.string(),
    /** ISO 8601, when it happened. */
    timestamp: z.string(),
    /** The session's version: orders the events of one session. Deliveries may arrive in any order. */
    sequence: z.number(),
    data: z.looseObject({
      session: z.optional(session()),
      payment: z.optional(payment()),
      refund: z.optional(refund()),
      rail: z.optional(z.looseObject({ id: z.string(), state: z.string(), reason: z.nullable(z.string()) })),
    }),
  }),
)
export type WebhookEvent = z.infer<ReturnType<typeof webhookEvent>>

/** What was or will be sent to one endpoint. */
export const eventRecord = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    id: z.string(),
    type: z.string(),
    createdAt: z.string(),
    sequence: z.number(),
    deliveries: z.array(
      z.looseObject({
        endpoint: z.string(),
        /** `pending`, `delivered`, or `exhausted` after the last attempt. */
        status: z.string(),
        attempts: z.number(),
        lastStatus: z.nullable(z.number()),
        nextAttemptAt: z.nullable(z.string()),
      }),
    ),
  }),
)
export type EventRecord = z.infer<ReturnType<typeof eventRecord>>

export const eventList = /* @__PURE__ */ lazy(() =>
  z.looseObject({ items: z.array(eventRecord()), nextCursor: z.nullable(z.string()) }),
)
export type EventList = z.infer<ReturnType<typeof eventList>>
