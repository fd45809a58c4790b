import type { FailureCode, UnavailableReason } from '@teabrick/core/contract'
import type { Locale } from '../locale.ts'

/** Why something failed or is not offered. Loaded when there is something to explain: most purchases never need it. */
export interface Reasons {
  /** Refusals of the payment API that have their own words. */
  readonly refusals: Readonly<
    Record<'attempts_exhausted' | 'method_unavailable' | 'quote_changed' | 'session_over', string>
  >
  readonly failures: Readonly<Record<FailureCode, string>>
  readonly unavailable: Readonly<Record<UnavailableReason, string>>
}

const REASONS: Readonly<Record<Locale, Reasons>> = {
  ru: {
    refusals: {
      attempts_exhausted: 'Слишком много попыток. Начните заказ заново.',
      method_unavailable: 'Этот способ сейчас недоступен. Выберите другой.',
      quote_changed: 'Курс изменился. Проверьте новую сумму и подтвердите ещё раз.',
      session_over: 'Этот заказ уже закрыт. Обновите страницу.',
    },
    failures: {
      declined: 'Банк отклонил платёж.',
      insufficient_funds: 'На счёте не хватает денег.',
      limit_exceeded: 'Превышен лимит на операции.',
      call_issuer: 'Банк просит связаться с ним.',
      card_expired: 'Срок действия карты истёк.',
      invalid_card: 'Данные карты не подошли.',
      authentication_failed: 'Подтверждение не прошло.',
      fraud_suspected: 'Банк не пропустил платёж из соображений безопасности.',
      identification_required: 'Кошелёк просит подтвердить личность.',
      method_restricted: 'Этим способом нельзя оплатить такой заказ.',
      issuer_unavailable: 'Банк сейчас не отвечает.',
      provider_unavailable: 'Способ временно недоступен.',
      canceled_by_buyer: 'Вы отменили платёж.',
      expired: 'Время на подтверждение вышло.',
    },
    unavailable: {
      currency_not_supported: 'не принимает валюту заказа',
      amount_too_small: 'сумма слишком мала',
      amount_too_large: 'сумма выше лимита',
      hold_not_supported: 'не умеет резервировать деньги',
      escrow_not_supported: 'не работает с безопасной сделкой',
      split_not_supported: 'не делит оплату между продавцами',
      device_not_supported: 'не работает на этом устройстве',
      in_app_not_supported: 'откройте страницу в обычном браузере',
      quote_unavailable: 'нет курса валюты',
      suspended: 'временно недоступен',
      departed: 'больше не работает',
      down: 'временно недоступен',
      not_offered: 'продавец не подключил',
    },
  },
  'zh-Hans': {
    refusals: {
      attempts_exhausted: '尝试次数过多,请重新下单。',
      method_unavailable: '该方式暂不可用,请选择其他方式。',
      quote_changed: '汇率已变化,请核对新金额后再确认。',
      session_over: '此订单已关闭,请刷新页面。',
    },
    failures: {
      declined: '银行拒绝了这笔付款。',
      insufficient_funds: '余额不足。',
      limit_exceeded: '超出交易限额。',
      call_issuer: '请联系您的银行。',
      card_expired: '银行卡已过期。',
      invalid_card: '银行卡信息有误。',
      authentication_failed: '身份验证未通过。',
      fraud_suspected: '银行出于安全原因拦截了付款。',
      identification_required: '钱包要求完成实名认证。',
      method_restricted: '此方式不能支付该订单。',
      issuer_unavailable: '银行暂无响应。',
      provider_unavailable: '该支付方式暂不可用。',
      canceled_by_buyer: '您取消了付款。',
      expired: '确认时间已过。',
    },
    unavailable: {
      currency_not_supported: '不支持订单币种',
      amount_too_small: '金额过小',
      amount_too_large: '金额超出限额',
      hold_not_supported: '不支持预授权',
      escrow_not_supported: '不支持担保交易',
      split_not_supported: '不支持分账',
      device_not_supported: '此设备不支持',
      in_app_not_supported: '请在普通浏览器中打开',
      quote_unavailable: '暂无汇率',
      suspended: '暂不可用',
      departed: '已停止服务',
      down: '暂不可用',
      not_offered: '商家未开通',
    },
  },
  en: {
    refusals: {
      attempts_exhausted: 'Too many attempts. Please start the order again.',
      method_unavailable: 'This method is unavailable right now. Choose another.',
      quote_changed: 'The rate has changed. Check the new amount and confirm again.',
      session_over: 'This order is closed. Please reload the page.',
    },
    failures: {
      declined: 'The bank declined the payment.',
      insufficient_funds: 'There is not enough money on the account.',
      limit_exceeded: 'A limit was exceeded.',
      call_issuer: 'The bank asks you to contact it.',
      card_expired: 'The card has expired.',
      invalid_card: 'The card details did not match.',
      authentication_failed: 'The confirmation did not succeed.',
      fraud_suspected: 'The bank stopped the payment for safety.',
      identification_required: 'The wallet asks you to verify your identity.',
      method_restricted: 'This method cannot pay for this order.',
      issuer_unavailable: 'The bank is not answering.',
      provider_unavailable: 'The method is temporarily unavailable.',
      canceled_by_buyer: 'You canceled the payment.',
      expired: 'The time to confirm ran out.',
    },
    unavailable: {
      currency_not_supported: 'does not take the order’s currency',
      amount_too_small: 'the amount is too small',
      amount_too_large: 'the amount is above its limit',
      hold_not_supported: 'cannot reserve money',
      escrow_not_supported: 'does not work with buyer protection',
      split_not_supported: 'cannot split between sellers',
      device_not_supported: 'does not work on this device',
      in_app_not_supported: 'open the page in a normal browser',
      quote_unavailable: 'no exchange rate',
      suspended: 'temporarily unavailable',
      departed: 'no longer works',
      down: 'temporarily unavailable',
      not_offered: 'not offered by the seller',
    },
  },
}

/** The words of a code; undefined for one that is not in the list. */
export function reasonOf(locale: Locale, list: keyof Reasons, code: string): string | undefined {
  const texts: Readonly<Record<string, string>> = REASONS[locale][list]
  return Object.hasOwn(texts, code) ? texts[code] : undefined
}

export interface ReasonsModule {
  readonly reasonOf: typeof reasonOf
}
