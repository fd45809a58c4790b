import * as z from 'zod/mini'
import { lazy } from './lazy.ts'

export const RAIL_STATES = ['active', 'suspended'] as const
export type RailState = (typeof RAIL_STATES)[number]

/** A rail, its health and why. `id` is `<account>:<method>`. */
export const rail = /* @__PURE__ */ lazy(() =>
  z.looseObject({
    id: z.string(),
    account: z.string(),
    method: z.string(),
    provider: z.string(),
    state: z.enum(RAIL_STATES),
    reason: z.nullable(z.string()),
    /** ISO 8601; a suspension without it lasts until somebody lifts it. */
    until: z.nullable(z.string()),
    changedAt: z.nullable(z.string()),
    changedBy: z.nullable(z.string()),
    currencies: z.array(z.string()),
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
