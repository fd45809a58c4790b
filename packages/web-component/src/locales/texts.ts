import type { html } from 'lit'
import type { Locale } from '../locale.ts'
import type { OtherTable } from './compose-texts.ts'

/** Method ids that have a name of their own in every language. Others show the name the server gives. */
export type NamedMethod = 'alipay' | 'bank_card' | 'mobile_balance' | 'sbp' | 'wechat_pay'

/**
 * Every text the buyer can meet, in one language. A missing key is a type error. Texts about money follow one rule: "you were
 * not charged" is only said where it is proven.
 *
 * In two languages they are no strings (see `BothTexts`): they go as they are into a template, into another text, or into
 * `${}`, and nothing else is done with them.
 */
export interface Texts {
  /** The first, where there are two: everything around the texts is in it. */
  readonly locale: Locale
  /** Of composed texts. */
  readonly locales?: readonly Locale[] | undefined
  /** In place of `html`, where a template puts two texts into one line: each language has its own line then. */
  readonly weave?: typeof html | undefined
  /** Of composed texts: another table in the same languages, with the merchant's own words. */
  readonly of?: (<T>(table: Readonly<Record<Locale, T>>, name: OtherTable) => T) | undefined
  readonly title: string
  readonly close: string
  readonly loading: string
  readonly order: (reference: string) => string
  readonly chooseMethod: string
  readonly methodNames: Readonly<Record<NamedMethod, string>>
  readonly hints: {
    readonly app: string
    readonly bank: string
    readonly page: string
    readonly wait: string
  }
  readonly degraded: string
  readonly notOffered: string
  readonly pay: (amount: string) => string
  readonly phone: string
  readonly email: string
  /** `rate` is decimal, in the order's currency for one unit of the charge's. */
  readonly quote: {
    readonly charge: string
    readonly rate: string
    readonly margin: (percent: string) => string
    readonly valid: (clock: string) => string
    readonly renewing: string
    /** What the rate is compared with, of a day: `2026-11-22`. */
    readonly bankOfRussia: (date: string) => string
  }
  readonly decimalPoint: string
  readonly starting: string
  readonly scanWith: (app: string) => string
  readonly scanWithBank: string
  readonly qrLabel: string
  readonly confirmIn: (app: string) => string
  readonly confirmInBank: string
  readonly confirmOnPage: string
  readonly openApp: (app: string) => string
  readonly openBank: string
  readonly openPage: string
  readonly openHere: string
  readonly notOpened: string
  readonly showQr: string
  readonly payInBrowser: string
  readonly copyLink: string
  readonly copied: string
  readonly left: (clock: string) => string
  readonly minutesLeft: (minutes: number) => string
  readonly timeUp: string
  readonly timeUpNote: string
  readonly anotherMethod: string
  /** Before a code runs out: ends the attempt and begins another with the same method. */
  readonly newCode: string
  readonly oldCode: string
  readonly waitingTitle: string
  /** By how long it has lasted: at once, after 15 s, after a minute. After five see `Reasons`. */
  readonly waiting: readonly [string, string, string]
  readonly canceling: string
  readonly paid: string
  readonly paidNote: string
  readonly backToShop: string
  readonly failed: string
  readonly offline: string
  readonly retrying: string
  readonly checking: string
  readonly loadFailed: string
  readonly tryAgain: string
  /** Before the payment's id. */
  readonly reference: string
  readonly copyReference: string
  readonly notDone: string
}
