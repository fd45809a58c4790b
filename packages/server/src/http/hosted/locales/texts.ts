import type { FailureCode, UnavailableReason } from '@teabrick/core/contract'

/** Every word of the hosted page in one language. */
export interface HostedTexts {
  /** Of `<html lang>`, and how amounts are written. */
  readonly locale: 'ru' | 'zh-Hans' | 'en'
  readonly title: string
  readonly order: (reference: string) => string
  readonly chooseMethod: string
  /** Names by method id, where the language has its own. */
  readonly methodNames: Readonly<Record<string, string>>
  readonly hints: {
    readonly app: string
    readonly bank: string
    readonly page: string
    readonly wait: string
  }
  readonly noMethods: string
  /** Reasons that pass. Other methods are not mentioned. */
  readonly unavailable: Readonly<Partial<Record<UnavailableReason, string>>>
  readonly pay: (amount: string) => string
  readonly payAnyAmount: string
  readonly phone: string
  readonly email: string
  readonly rate: (rate: string, margin: string) => string
  readonly decimalPoint: ',' | '.'
  readonly scanWith: (app: string) => string
  readonly scanWithBank: string
  readonly continueIn: (app: string) => string
  readonly onPage: string
  readonly qrLabel: string
  readonly openApp: (app: string) => string
  readonly openBank: string
  readonly openPage: string
  readonly openHere: string
  /** The page is inside another app, which may keep the buyer from his bank's or wallet's. */
  readonly inApp: string
  readonly showQr: string
  readonly banks: {
    readonly choose: string
    readonly another: string
    readonly search: string
    readonly find: string
    readonly none: string
    readonly inBrowser: string
    /** Leads to the page of the SBP itself. */
    readonly other: string
    readonly damaged: string
    readonly back: string
  }
  readonly left: (clock: string) => string
  readonly refreshesItself: string
  readonly anotherMethod: string
  readonly oldCode: string
  readonly waitingTitle: string
  readonly waiting: string
  readonly canceling: string
  readonly paid: string
  readonly paidNote: string
  readonly backToShop: string
  readonly failed: string
  readonly failures: Readonly<Record<FailureCode, string>>
  readonly chooseAgain: string
  readonly expired: string
  readonly notCharged: string
  readonly maybeCharged: string
  readonly lateTitle: string
  readonly lateSuccess: string
  readonly lateRefunded: string
  readonly canceled: string
  readonly notices: Readonly<Record<NoticeCode, string>>
  readonly linkInvalid: string
  readonly linkExpired: string
  readonly linkHelp: string
  readonly busy: string
  readonly busyHelp: string
  readonly broken: string
  readonly brokenHelp: string
}

/** What the page says after a form that changed nothing. */
export const NOTICE_CODES = [
  'quote_changed',
  'method_unavailable',
  'attempts_exhausted',
  'contact_invalid',
  'not_done',
] as const
export type NoticeCode = (typeof NOTICE_CODES)[number]
