import * as z from 'zod/mini'
import { lazy } from './lazy.ts'
import { money, positiveMoney } from './money.ts'

const text = (max: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(max))

/** One position of an order. `total` is what the buyer pays for it, after discounts. */
export const orderLine = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    /** The merchant's own id of the line, carried through captures and refunds. */
    id: z.optional(text(64)),
    name: text(128),
    /** Count or weight as a decimal string with at most 3 places: `"2"`, `"0.250"`. */
    quantity: z
      .string()
      .check(z.regex(/^\d{1,7}(\.\d{1,3})?$/, { error: 'must be a decimal string such as "2" or "0.250"' })),
    total: positiveMoney(),
  }),
)
export type OrderLine = z.infer<ReturnType<typeof orderLine>>

/** The merchant's sale, as a session is created for it. */
export const orderRequest = /* @__PURE__ */ lazy(() =>
  z.strictObject({
    /** The merchant's order number, shown to the buyer. Not unique: a second session for one order is allowed. */
    reference: text(64),
    description: text(128),
    lines: z.optional(z.array(orderLine()).check(z.maxLength(100))),
  }),
)

/** The sale as clients see it. */
export const order = /* @__PURE__ */ lazy(() =>
  z.object({
    reference: z.string(),
    description: z.string(),
    lines: z.array(
      z.object({ id: z.optional(z.string()), name: z.string(), quantity: z.string(), total: money() }),
    ),
  }),
)
export type Order = z.infer<ReturnType<typeof order>>
