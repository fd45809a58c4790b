/** A text in the languages of the timeline. */
export interface DrillText {
  readonly en: string
  readonly ru: string
  readonly zh: string
}

/** Something that happened then, or that the merchant announced in `departures`. */
export interface DrillEvent {
  readonly id: string
  /** ISO 8601 with the offset of Moscow. */
  readonly at: string
  /** ISO 8601; null: for good. */
  readonly until: string | null
  /** `month` and `year`: the source names no more, the day was chosen for the drill. */
  readonly precision: 'minute' | 'day' | 'month' | 'year'
  readonly title: DrillText
  readonly source: string
  /** Rails of this configuration that it concerns: `yookassa:bank_card`. Empty where it passes the shop by. */
  readonly touches: readonly string[]
}

/** Why an attempt did not end in money: a failure code of the API, or what stopped the buyer before. */
export interface DrillTry {
  readonly method: string
  /**
   * `paid`; `failed`: the provider or bank said no; `refused`: the checkout had stopped offering it; `unreachable`: the
   * payment page did not open; `app_missing`: the link opened nothing, the bank's app is gone from the store.
   */
  readonly result: 'paid' | 'failed' | 'refused' | 'unreachable' | 'app_missing'
  /** `method_restricted`, `departed`, …; null for `paid`. */
  readonly reason: string | null
}

/** How one buyer's order went. */
export interface DrillPurchase {
  /** Id in {@link DrillReport.buyers}. */
  readonly buyer: string
  /**
   * `paid`; `lost`: something was offered that the buyer uses, it failed, and nothing else did it; `not_served`: nothing
   * offered was of use to him.
   */
  readonly outcome: 'paid' | 'lost' | 'not_served'
  readonly tries: readonly DrillTry[]
  /** The first choice failed and the same order was paid another way. */
  readonly kept: boolean
}

/** All buyers, once. */
export interface DrillRound {
  /** ISO 8601 with the offset of Moscow. */
  readonly at: string
  /** `minute`: the buyers opened their checkouts a minute before an event, and press on the minute. */
  readonly kind: 'day' | 'minute'
  /** Ids of the events that began since the round before. */
  readonly events: readonly string[]
  /** Only of `minute` rounds: what was offered one minute earlier. */
  readonly offeredBefore: readonly string[] | null
  /** Methods offered to at least one of the buyers. */
  readonly offered: readonly string[]
  /** Methods offered to none of them, with the checkout's reason. */
  readonly unavailable: readonly { readonly method: string; readonly reason: string }[]
  readonly purchases: readonly DrillPurchase[]
  /** Per cent of the buyers, weighted, whose order was paid. */
  readonly reach: number
}

export interface DrillBuyerInfo {
  readonly id: string
  readonly name: DrillText
  /** Of all weights, which add up to 100. */
  readonly weight: number
}

export interface DrillScore {
  /** 0 to 100, whole, rounded down. */
  readonly value: number
  readonly formula: string
  /** Per cent of the weighted purchases from the first event on. */
  readonly paid: number
  readonly lost: number
  readonly notServed: number
}

/** The books after the drill: the doubles' against ours. */
export interface DrillLedger {
  readonly orders: number
  readonly paid: number
  /** Orders paid though their first choice had failed. */
  readonly kept: number
  readonly lost: number
  /** Orders with more than one charge that was not given back. Must be 0. */
  readonly chargedTwice: number
  /** Orders for which the providers' books and ours differ, in either direction. Must be 0. */
  readonly differences: number
  /** `session.completed` webhooks of paid orders that did not come exactly once. Must be 0. */
  readonly fulfilmentFaults: number
}

/** What a drill found. The same for the same configuration and seed. */
export interface DrillReport {
  readonly scenario: string
  readonly seed: number
  readonly merchant: string
  readonly rehearsed: readonly {
    readonly account: string
    readonly provider: string
    readonly methods: readonly string[]
  }[]
  /** Accounts that took no part, and why. The score is that of the shop without them. */
  readonly notRehearsed: readonly {
    readonly account: string
    readonly provider: string
    readonly methods: readonly string[]
    readonly why: string
  }[]
  readonly buyers: readonly DrillBuyerInfo[]
  readonly events: readonly DrillEvent[]
  readonly rounds: readonly DrillRound[]
  readonly ledger: DrillLedger
  readonly score: DrillScore
}

/** The drill cannot begin: what to change is in the message. */
export class DrillError extends Error {
  override readonly name = 'DrillError'
}
