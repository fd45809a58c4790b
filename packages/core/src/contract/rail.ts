import * as z from 'zod/mini'
import { isSupportedCurrency } from '../money.ts'
import { OPERATING_SYSTEMS, SURFACES } from './device.ts'
import { lazy } from './lazy.ts'
import { money } from './money.ts'

export const RAIL_STATES = ['active', 'suspended'] as const
export type RailState = (typeof RAIL_STATES)[number]

/** Whether a rail would be offered for a purchase, and why not: a code, and words for people. */
export const railExplanation = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    offered: z.boolean(),
    /** Of {@link UNAVAILABLE_REASONS}; null when it is offered. */
    reason: z.nullable(z.string()),
    text: z.object({ ru: z.string(), en: z.string(), zh: z.string() }),
    /** What would be charged, where it can be priced. */
    charge: z.nullable(money()),
  }),
)
export type RailExplanation = z.infer<ReturnType<typeof railExplanation>>

/** Query of `GET /v1/rails`: with an amount and currency, each rail says whether it would carry that purchase. */
export const railQuery = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    /** Minor units, as digits. */
    amount: z.optional(
      z
        .string()
        .check(z.regex(/^[1-9]\d{0,11}$/, { error: 'must be minor units as digits, such as "123456"' })),
    ),
    currency: z.optional(
      z
        .string()
        .check(z.refine(isSupportedCurrency, { error: 'must be a supported ISO 4217 code in upper case' })),
    ),
    capture: z.optional(z.enum(['automatic', 'manual'])),
    splits: z.optional(z.enum(['true', 'false'])),
    surface: z.optional(z.enum(SURFACES)),
    os: z.optional(z.enum(OPERATING_SYSTEMS)),
    inApp: z.optional(z.string().check(z.regex(/^[a-z0-9_]{1,32}$/))),
  }),
)
export type RailQuery = z.infer<ReturnType<typeof railQuery>>

/** A rail, its health and why. `id` is `<account>:<method>`. */
export const rail = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    id: z.string(),
    account: z.string(),
    method: z.string(),
    provider: z.string(),
    state: z.enum(RAIL_STATES),
    /** How the provider answers, as seen by the process that was asked: `up`, `degraded` or `down`. */
    health: z.string(),
    reason: z.nullable(z.string()),
    /** ISO 8601; a suspension without it lasts until somebody lifts it. */
    until: z.nullable(z.string()),
    changedAt: z.nullable(z.string()),
    changedBy: z.nullable(z.string()),
    currencies: z.array(z.string()),
    /** When the rail goes, or went, as announced in the configuration. */
    departsAt: z.nullable(z.string()),
    /** Only where a purchase was described in the query. */
    explanation: z.optional(railExplanation()),
  }),
)
export type Rail = z.infer<ReturnType<typeof rail>>

export const railList = /* @__PURE__ */ lazy(() => z.looseObject({ items: z.array(rail()) }))
export type RailList = z.infer<ReturnType<typeof railList>>

/** Body of `PUT /v1/rails/{id}`: the switch an operator throws. */
export const railUpdateRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    state: z.enum(RAIL_STATES),
    reason: z.string().check(z.minLength(1), z.maxLength(250)),
    until: z.optional(z.iso.datetime({ offset: true })),
  }),
)
export type RailUpdateRequest = z.infer<ReturnType<typeof railUpdateRequest>>
