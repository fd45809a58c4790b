import * as z from 'zod/mini'
import { lazy } from './lazy.ts'
import { money } from './money.ts'

/** What a method takes when it charges in another currency than the order's. Held for `validForMs`. */
export const quote = /* @__PURE__ */ lazy(() =>
  z.object({
    /** A signed blob with the session, rate, both amounts and deadline. Nothing is stored until it comes back. */
    id: z.string(),
    charge: money(),
    /** Order currency per one unit of the charge currency, as a decimal string: `"12.50"` RUB for one CNY. */
    rate: z.string(),
    /** How much worse `rate` is than the reference, in hundredths of a per cent. It is already in `rate`. */
    marginBps: z.number(),
    /** What the rate is compared with, for the buyer. Written as `"Bank of Russia 2026-11-22"` it is said in his language. */
    reference: z.optional(z.string()),
    validForMs: z.number(),
  }),
)
export type Quote = z.infer<ReturnType<typeof quote>>
