import type { DeclineReason } from './decline.ts'
import type { LedgerStatus } from './ledger.ts'
import type { Language } from './page.ts'
import type { CardIssuer } from './scenario.ts'

/** What the buyer pays with: it decides the words of the page. */
export type BuyerPageKind = 'wallet' | 'bank' | 'card' | 'yoomoney' | 'phone'

interface BuyerTexts {
  readonly sandbox: string
  readonly kinds: Readonly<Record<BuyerPageKind, string>>
  readonly approve: string
  readonly confirmCard: string
  readonly decline: string
  readonly refuse: string
  readonly reason: string
  readonly reasons: Readonly<Record<DeclineReason, string>>
  readonly abandon: string
  readonly issuer: string
  readonly issuers: Readonly<Record<CardIssuer, string>>
  readonly back: string
  readonly close: string
  readonly order: string
  readonly payUntil: string
  readonly statuses: Readonly<Record<Exclude<LedgerStatus, 'pending'>, string>>
  readonly closed: string
  readonly notFound: string
  readonly language: string
}

export const BUYER_TEXTS: Readonly<Record<Language, BuyerTexts>> = {
  en: {
    sandbox: 'Sandbox: no money moves here.',
    kinds: {
      wallet: 'Wallet payment',
      bank: 'Payment by the Faster Payments System',
      card: 'Your bank asks you to confirm the payment by card',
      yoomoney: 'Payment from an electronic wallet',
      phone: 'Payment in your bank’s app',
    },
    approve: 'Pay',
    confirmCard: 'Confirm the payment',
    decline: 'Play a refusal',
    refuse: 'Refuse the payment',
    reason: 'Why it is refused',
    reasons: {
      general_decline: 'No reason given',
      insufficient_funds: 'Not enough money',
      limit_exceeded: 'Over a limit',
      fraud_suspected: 'Fraud suspected',
      authentication_failed: 'Wrong code or password',
      card_not_accepted: 'This card is not accepted here',
    },
    abandon: 'Leave without paying',
    issuer: 'The card is',
    issuers: { RU: 'From a Russian bank', abroad: 'From a bank abroad' },
    back: 'Back to the shop',
    close: 'You can close this page and go back to the shop.',
    order: 'Reference',
    payUntil: 'Pay before',
    statuses: {
      authorized: 'Approved: the money is held',
      succeeded: 'Paid',
      failed: 'Refused',
      canceled: 'Canceled',
      expired: 'The time to pay is over',
    },
    closed: 'This payment can no longer be made. Nothing was taken. Start again in the shop.',
    notFound: 'There is no such payment.',
    language: 'Language',
  },
  ru: {
    sandbox: 'Песочница: деньги здесь не списываются.',
    kinds: {
      wallet: 'Оплата из кошелька',
      bank: 'Оплата через Систему быстрых платежей',
      card: 'Банк просит подтвердить оплату картой',
      yoomoney: 'Оплата из электронного кошелька',
      phone: 'Оплата в приложении банка',
    },
    approve: 'Оплатить',
    confirmCard: 'Подтвердить оплату',
    decline: 'Разыграть отказ',
    refuse: 'Отказать в оплате',
    reason: 'Причина отказа',
    reasons: {
      general_decline: 'Без объяснения причин',
      insufficient_funds: 'Не хватает денег',
      limit_exceeded: 'Превышен лимит',
      fraud_suspected: 'Подозрение на мошенничество',
      authentication_failed: 'Неверный код или пароль',
      card_not_accepted: 'Такая карта здесь не принимается',
    },
    abandon: 'Уйти без оплаты',
    issuer: 'Карта выпущена',
    issuers: { RU: 'Российским банком', abroad: 'Банком за рубежом' },
    back: 'Вернуться в магазин',
    close: 'Эту страницу можно закрыть и вернуться в магазин.',
    order: 'Номер',
    payUntil: 'Оплатить до',
    statuses: {
      authorized: 'Одобрено: сумма удержана',
      succeeded: 'Оплачено',
      failed: 'Отказано',
      canceled: 'Отменено',
      expired: 'Время на оплату вышло',
    },
    closed: 'Этот платёж уже нельзя провести. Деньги не списаны. Начните снова в магазине.',
    notFound: 'Такого платежа нет.',
    language: 'Язык',
  },
  zh: {
    sandbox: '沙盒环境：不会产生真实扣款。',
    kinds: {
      wallet: '钱包付款',
      bank: '通过俄罗斯快速支付系统付款',
      card: '银行请您确认刷卡付款',
      yoomoney: '电子钱包付款',
      phone: '在银行应用中付款',
    },
    approve: '确认付款',
    confirmCard: '确认付款',
    decline: '模拟拒绝',
    refuse: '拒绝付款',
    reason: '拒绝原因',
    reasons: {
      general_decline: '未说明原因',
      insufficient_funds: '余额不足',
      limit_exceeded: '超出限额',
      fraud_suspected: '疑似欺诈',
      authentication_failed: '验证码或密码错误',
      card_not_accepted: '此处不接受该卡',
    },
    abandon: '不付款离开',
    issuer: '发卡行',
    issuers: { RU: '俄罗斯银行', abroad: '境外银行' },
    back: '返回商店',
    close: '您可以关闭此页面并返回商店。',
    order: '编号',
    payUntil: '付款截止',
    statuses: {
      authorized: '已批准：款项已冻结',
      succeeded: '已付款',
      failed: '已拒绝',
      canceled: '已取消',
      expired: '付款时间已过',
    },
    closed: '该笔付款已无法进行，未扣款。请在商店重新发起。',
    notFound: '没有这笔付款。',
    language: '语言',
  },
}
