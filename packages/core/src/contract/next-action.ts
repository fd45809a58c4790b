import * as z from 'zod/mini'
import { lazy } from './lazy.ts'

/** How a rail can be shown to the buyer. A rail may give several; the client picks by device. */
export const PRESENTATIONS = ['qr', 'appLink', 'redirect', 'banks', 'bridge', 'wait'] as const
export type Presentation = (typeof PRESENTATIONS)[number]

/** What the buyer must do next, in every form the rail gave. */
export const nextAction = /* @__PURE__ */ lazy(() =>
  z.object({
    /** Time left, as a duration: the client's clock never matters. Null where the provider names no limit. */
    expiresInMs: z.nullable(z.number()),
    /** The text to draw as a QR code. */
    qr: z.optional(z.object({ payload: z.string() })),
    /** Links that open the wallet's or bank's app. `universal` is an https link, `scheme` the app's own. */
    appLink: z.optional(z.object({ universal: z.optional(z.string()), scheme: z.optional(z.string()) })),
    redirect: z.optional(z.object({ url: z.string() })),
    /**
     * SBP: the payment link that each bank's app opens under its own scheme. `list` is the hash of the server's list of
     * banks, read at `/v1/checkout/banks?h=<list>`; absent from servers that have none.
     */
    banks: z.optional(z.object({ link: z.string(), list: z.optional(z.string()) })),
    /** VK Bridge call, inside VK Mini Apps. */
    bridge: z.optional(z.object({ method: z.string(), params: z.record(z.string(), z.unknown()) })),
    /** Nothing to show: the buyer confirms in a message from the bank or operator. */
    wait: z.optional(z.object({ hint: z.string() })),
  }),
)
export type NextAction = z.infer<ReturnType<typeof nextAction>>
