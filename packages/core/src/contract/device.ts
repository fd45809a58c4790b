import * as z from 'zod/mini'
import { lazy } from './lazy.ts'

export const SURFACES = ['desktop', 'mobile'] as const
export type Surface = (typeof SURFACES)[number]
export const OPERATING_SYSTEMS = ['ios', 'android', 'windows', 'macos', 'linux', 'other'] as const
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number]

/** Where the buyer is, as far as it decides which rails can work. Nothing that identifies a person. */
export const device = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    surface: z.enum(SURFACES),
    os: z.optional(z.enum(OPERATING_SYSTEMS)),
    /** The app whose built-in browser shows the page: `wechat`, `vk`, … Absent in an ordinary browser. */
    inApp: z.optional(z.string().check(z.regex(/^[a-z0-9_]{1,32}$/))),
  }),
)
export type Device = z.infer<ReturnType<typeof device>>
