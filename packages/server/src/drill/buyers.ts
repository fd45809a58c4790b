import type { Device, Presentation } from '@teabrick/core/contract'
import type { DrillBuyerInfo } from './drill-report.ts'

/** One way in which a buyer pays. */
export interface Means {
  /** Methods he would use so, the most wanted first. */
  readonly methods: readonly string[]
  /** How he gets to the payment, in order. */
  readonly by: readonly Presentation[]
  /** Where his card was issued, for cards. */
  readonly issuer?: 'RU' | 'abroad' | undefined
  /** It works only through the app of his bank. */
  readonly needsBankApp?: boolean | undefined
}

/** Somebody who comes to the shop every day. */
export interface DrillBuyer extends DrillBuyerInfo {
  readonly device: Device
  /** In order of preference. */
  readonly means: readonly Means[]
}

const BANK_METHODS = ['sbp', 't_pay', 'sber_pay']
const BY_CODE = ['qr', 'redirect', 'wait'] as const
const BY_LINK = ['appLink', 'banks', 'redirect', 'wait'] as const
const BY_PAGE = ['redirect'] as const
const RUSSIAN_CARD: Means = { methods: ['bank_card'], by: BY_PAGE, issuer: 'RU' }

/**
 * Who buys. Seven kinds of people, not a survey: the weights are this project's guess at a shop for Russian and Chinese buyers,
 * and the same for everybody, so that scores can be compared.
 */
export const DRILL_BUYERS: readonly DrillBuyer[] = [
  {
    id: 'ru-desktop',
    weight: 22,
    name: {
      en: 'Desktop in Russia, bank app on the phone, card as a reserve',
      ru: 'Компьютер в России, банк в телефоне, карта про запас',
      zh: '俄罗斯电脑用户，手机装有银行应用，备用银行卡',
    },
    device: { surface: 'desktop', os: 'windows' },
    means: [{ methods: BANK_METHODS, by: BY_CODE }, RUSSIAN_CARD],
  },
  {
    id: 'ru-android',
    weight: 20,
    name: {
      en: 'Android phone in Russia, pays by the bank app only',
      ru: 'Android в России, платит только из приложения банка',
      zh: '俄罗斯安卓手机用户，只用银行应用付款',
    },
    device: { surface: 'mobile', os: 'android' },
    means: [{ methods: [...BANK_METHODS, 'mir_pay'], by: BY_LINK }],
  },
  {
    id: 'ru-iphone',
    weight: 14,
    name: {
      en: 'iPhone in Russia, used to Apple Pay, has a bank app and a card',
      ru: 'iPhone в России, привык к Apple Pay, есть приложение банка и карта',
      zh: '俄罗斯 iPhone 用户，习惯 Apple Pay，有银行应用和银行卡',
    },
    device: { surface: 'mobile', os: 'ios' },
    means: [
      { methods: ['apple_pay'], by: ['bridge'] },
      { methods: BANK_METHODS, by: BY_LINK, needsBankApp: true },
      RUSSIAN_CARD,
    ],
  },
  {
    id: 'ru-card',
    weight: 14,
    name: {
      en: 'Desktop in Russia, a Visa card of a Russian bank and nothing else',
      ru: 'Компьютер в России, карта Visa российского банка и ничего больше',
      zh: '俄罗斯电脑用户，只有俄罗斯银行发行的 Visa 卡',
    },
    device: { surface: 'desktop', os: 'windows' },
    means: [RUSSIAN_CARD],
  },
  {
    id: 'cn-desktop',
    weight: 12,
    name: { en: 'Desktop in China, Alipay', ru: 'Компьютер в Китае, Alipay', zh: '中国电脑用户，支付宝' },
    device: { surface: 'desktop', os: 'windows' },
    means: [{ methods: ['alipay'], by: BY_CODE }],
  },
  {
    id: 'cn-phone',
    weight: 12,
    name: { en: 'Phone in China, Alipay', ru: 'Телефон в Китае, Alipay', zh: '中国手机用户，支付宝' },
    device: { surface: 'mobile', os: 'android' },
    means: [{ methods: ['alipay'], by: BY_LINK }],
  },
  {
    id: 'foreign-card',
    weight: 6,
    name: {
      en: 'Desktop abroad, a card of a foreign bank',
      ru: 'Компьютер за границей, карта чужого банка',
      zh: '境外电脑用户，境外银行发行的卡',
    },
    device: { surface: 'desktop', os: 'macos' },
    means: [{ methods: ['bank_card'], by: BY_PAGE, issuer: 'abroad' }],
  },
]
