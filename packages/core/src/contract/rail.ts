import * as z from 'zod/mini'
import { isSupportedCurrency } from '../money.ts'
import { OPERATING_SYSTEMS, SURFACES } from './device.ts'
import { lazy } from './lazy.ts'
import { money } from './money.ts'

export const RAIL_STATES = ['active', 'suspended'] as const
export type RailState = (typeof RAIL_STATES)[number]

/** Words for people, in the languages that merchants' people read. */
const words = /* @__PURE__ */ lazy(() => z.object({ ru: z.string(), en: z.string(), zh: z.string() }))

/** Whether a rail would be offered for a purchase, and why not: codes, and words for people. */
export const railExplanation = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    offered: z.boolean(),
    /**
     * Of {@link UNAVAILABLE_REASONS}: the one that a checkout names; null when it is offered. What does not fit the purchase
     * comes before what may pass, so `suspended`, `down` and `quote_unavailable` say that nothing else is in the way.
     */
    reason: z.nullable(z.string()),
    /** The words for `reason`, or that it is offered. */
    text: words(),
    /** Everything that is in the way, `reason` first; empty when it is offered. */
    reasons: z.array(z.looseObject({ code: z.string(), text: words() })),
    /** What would be charged, where it can be priced. */
    charge: z.nullable(money()),
    /**
     * 1 for the rail that would be tried first for the method that would stand first, and so on: methods in the buyer's
     * order, the rails of each in the order of failover. Null when it is not offered.
     */
    position: z.nullable(z.number()),
  }),
)
export type RailExplanation = z.infer<ReturnType<typeof railExplanation>>

/** `true` or `false` in a query. */
const flag = /* @__PURE__ */ lazy(() => z.enum(['true', 'false']))

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
    /** The money is to be held until the buyer confirms the delivery. */
    escrow: z.optional(flag()),
    /** The money is to be shared among sellers. */
    split: z.optional(flag()),
    /** The same, by the name it has in a session. */
    splits: z.optional(flag()),
    /** Absent with an `os` or `inApp`: the surface that goes with it. */
    surface: z.optional(z.enum(SURFACES)),
    os: z.optional(z.enum(OPERATING_SYSTEMS)),
    inApp: z.optional(z.string().check(z.regex(/^[a-z0-9_]{1,32}$/))),
    /** BCP 47, the buyer's language: `zh-Hans`. Decides about the order only. */
    locale: z.optional(
      z.string().check(
        z.regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, {
          error: 'must be a language tag such as "ru"',
        }),
      ),
    ),
    /** The method this buyer paid with last. Decides about the order only. */
    last: z.optional(
      z.string().check(z.regex(/^[a-z0-9_]{1,32}$/, { error: 'must be a method id such as "sbp"' })),
    ),
  }),
)
export type RailQuery = z.infer<ReturnType<typeof railQuery>>

/** What a rail can do, with the source and date of these facts. */
export const railFacts = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    presentations: z.array(z.string()),
    /** Smallest and largest charge in minor units, by currency. A currency without limits has none that are known. */
    limits: z.record(z.string(), z.object({ min: z.number(), max: z.number() })),
    /** `both`: money can be reserved first and taken later. */
    capture: z.enum(['automatic', 'both']),
    /** How long reserved money stays reserved; null where nothing can be reserved. */
    holdSeconds: z.nullable(z.number()),
    partialCapture: z.boolean(),
    partialRefund: z.boolean(),
    split: z.boolean(),
    escrow: z.boolean(),
    /** A loan or instalments. */
    credit: z.boolean(),
    /** Whether a payment that waits for the buyer can be ended on demand. */
    cancelPending: z.boolean(),
    /** Operating systems it works on; null for all. */
    onlyOs: z.nullable(z.array(z.string())),
    /** Apps from whose built-in browser it cannot be paid; `*` for any. */
    notInApp: z.array(z.string()),
    /** ISO 3166 countries whose people pay so; null where nobody has established it. */
    buyerCountries: z.nullable(z.array(z.string())),
    /** Contacts it cannot do without. */
    requires: z.array(z.string()),
    /** How long the buyer has. */
    timeoutSeconds: z.number(),
    /** Basis points of a charge, VAT not included: by the merchant's configuration, else by public tariffs; null where unknown. */
    costBps: z.nullable(z.number()),
    /** The day the facts were read at their source, ISO 8601. */
    factsAsOf: z.string(),
    source: z.string(),
  }),
)
export type RailFacts = z.infer<ReturnType<typeof railFacts>>

/** How own attempts ended within a sliding window, as seen by the process that was asked. */
export const railSuccess = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    /** Attempts that were paid or refused. Buyers who left are in neither. */
    attempts: z.number(),
    succeeded: z.number(),
    /** `succeeded / attempts`; null without attempts. */
    rate: z.nullable(z.number()),
    windowSeconds: z.number(),
    /** Whether there is enough of it to be used in the order. */
    isEnough: z.boolean(),
  }),
)
export type RailSuccess = z.infer<ReturnType<typeof railSuccess>>

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
    /** The method's name for people who have no own word for the id. */
    name: z.optional(z.string()),
    facts: z.optional(railFacts()),
    success: z.optional(railSuccess()),
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
