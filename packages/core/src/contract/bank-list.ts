import * as z from 'zod/mini'
import { lazy } from './lazy.ts'

/** One bank of the SBP. */
export const bank = /* @__PURE__ */ lazy(() =>
  z.object({
    /** Twelve digits. The bank's app opens links of the scheme `bank<id>:`. */
    id: z.string(),
    name: z.string(),
    /** The Android application. Some banks have none in the shops; their scheme works all the same. */
    packageName: z.optional(z.string()),
    /** Where the bank takes SBP payments in a browser: this, `/`, and the id and query of the payment link. */
    webUrl: z.optional(z.string()),
  }),
)
export type Bank = z.infer<ReturnType<typeof bank>>

/** Answer of `GET /v1/checkout/banks`: the banks in the order of the operator's file. */
export const bankList = /* @__PURE__ */ lazy(() => z.object({ banks: z.array(bank()) }))
export type BankList = z.infer<ReturnType<typeof bankList>>
