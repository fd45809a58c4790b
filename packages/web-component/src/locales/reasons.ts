import type { CheckoutState, PayError } from '@teabrick/core'
import type { FailureCode, UnavailableReason } from '@teabrick/core/contract'
import type { Locale } from '../locale.ts'
import type { Outcome } from '../sheet/outcome.ts'
import { composeTexts } from './compose-texts.ts'
import type { Texts } from './texts.ts'

/**
 * Why something failed, with the next step, or is not offered; what happens rarely. Loaded when there is something to explain:
 * most purchases never need it.
 */
export interface Reasons {
  /** Refusals of the payment API that have their own words. */
  readonly refusals: Readonly<
    Record<
      | 'attempts_exhausted'
      | 'method_unavailable'
      | 'quote_changed'
      | 'session_over'
      | 'order_refused'
      | 'shop_unavailable',
      string
    >
  >
  readonly failures: Readonly<Record<FailureCode, string>>
  /** Money that came when the time was over. */
  readonly late: Readonly<Record<'title' | 'late_success' | 'late_refunded', string>>
  /** When it has taken five minutes. */
  readonly delay: Readonly<Record<'long', string>>
  readonly unavailable: Readonly<Record<UnavailableReason, string>>
  readonly endings: Readonly<
    Record<
      | 'expired'
      | 'canceled'
      | 'notCharged'
      | 'maybeCharged'
      /** With another session. */
      | 'restart'
      /** The seller called the order off, and the shop would make another; or would not. */
      | 'stillWanted'
      | 'choose'
      | 'askSeller'
      /** There is no method at all. */
      | 'noMethods'
      | 'noMethodsNote',
      string
    >
  >
}

export const REASONS: Readonly<Record<Locale, Reasons>> = {
  ru: {
    refusals: {
      attempts_exhausted: 'Слишком много попыток. Оформите заказ заново.',
      method_unavailable: 'Этот способ сейчас недоступен. Выберите другой.',
      quote_changed: 'Курс изменился. Проверьте новую сумму и подтвердите ещё раз.',
      session_over: 'Этот заказ уже закрыт. Начните заново или обновите страницу.',
      order_refused: 'Магазин не принял этот заказ. Обновите страницу или напишите продавцу.',
      shop_unavailable: 'Магазин сейчас не отвечает. Подождите минуту и попробуйте ещё раз.',
    },
    failures: {
      declined: 'Банк отклонил платёж. Попробуйте ещё раз или выберите другой способ.',
      insufficient_funds: 'На счёте не хватает денег. Пополните его или выберите другой способ.',
      limit_exceeded:
        'Превышен лимит на операции. Поднимите его в приложении банка или выберите другой способ.',
      call_issuer:
        'Банк просит позвонить ему. Подтвердите платёж по телефону на карте или выберите другой способ.',
      card_expired: 'Срок действия карты истёк. Возьмите другую карту или другой способ.',
      invalid_card: 'Данные карты не подошли. Проверьте номер, срок и код и попробуйте ещё раз.',
      authentication_failed: 'Подтверждение не прошло. Попробуйте ещё раз и введите код из сообщения банка.',
      fraud_suspected:
        'Банк остановил платёж ради безопасности. Свяжитесь с банком или выберите другой способ.',
      identification_required:
        'Кошелёк просит подтвердить личность. Сделайте это в приложении или выберите другой способ.',
      method_restricted: 'Этим способом нельзя оплатить такой заказ. Выберите другой.',
      issuer_unavailable:
        'Банк сейчас не отвечает. Попробуйте через несколько минут или выберите другой способ.',
      provider_unavailable: 'Способ временно недоступен. Выберите другой.',
      canceled_by_buyer: 'Вы отменили платёж. Можно заплатить снова или выбрать другой способ.',
      expired: 'Время на подтверждение вышло. Получите новый код или выберите другой способ.',
    },
    late: {
      title: 'Оплата пришла позже срока',
      late_success: 'Продавец подтвердит заказ или вернёт деньги. Второй раз платить не нужно.',
      late_refunded: 'Мы уже отправили деньги обратно.',
    },
    delay: {
      long: 'Страницу можно закрыть: мы продолжим проверять и сообщим продавцу. Не платите второй раз. Если ответа долго нет, назовите продавцу номер платежа.',
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
    endings: {
      expired: 'Время на оплату вышло',
      canceled: 'Продавец отменил заказ',
      notCharged: 'Деньги не списаны.',
      maybeCharged: 'Если вы успели заплатить, не платите второй раз: заказ подтвердят или деньги вернут.',
      restart: 'Начать заново',
      stillWanted: 'Если покупка ещё нужна, выберите способ оплаты снова.',
      choose: 'Выбрать способ оплаты',
      askSeller: 'Если покупка ещё нужна, напишите продавцу.',
      noMethods: 'Сейчас оплатить нельзя',
      noMethodsNote:
        'Для этого заказа нет доступных способов оплаты. Попробуйте позже или с другого устройства либо напишите продавцу.',
    },
  },
  'zh-Hans': {
    refusals: {
      attempts_exhausted: '尝试次数过多，请重新下单。',
      method_unavailable: '该方式暂不可用，请选择其他方式。',
      quote_changed: '汇率已变化，请核对新金额后再确认。',
      session_over: '此订单已关闭，请重新开始或刷新页面。',
      order_refused: '商家未接受此订单，请刷新页面或联系商家。',
      shop_unavailable: '商家暂无响应，请稍等片刻再试。',
    },
    failures: {
      declined: '银行拒绝了这笔付款。请重试或选择其他方式。',
      insufficient_funds: '余额不足。请充值或选择其他方式。',
      limit_exceeded: '超出交易限额。请在银行应用中调整限额，或选择其他方式。',
      call_issuer: '银行需要与您核实。请致电银行，或选择其他方式。',
      card_expired: '银行卡已过期。请换一张卡或其他方式。',
      invalid_card: '银行卡信息有误。请核对卡号、有效期和安全码后重试。',
      authentication_failed: '身份验证未通过。请重试并输入银行发送的验证码。',
      fraud_suspected: '银行出于安全原因拦截了付款。请联系银行或选择其他方式。',
      identification_required: '钱包要求完成实名认证。请在应用中认证，或选择其他方式。',
      method_restricted: '此方式不能支付该订单。请选择其他方式。',
      issuer_unavailable: '银行暂无响应。请几分钟后再试，或选择其他方式。',
      provider_unavailable: '该支付方式暂不可用。请选择其他方式。',
      canceled_by_buyer: '您已取消付款。可以重新支付或选择其他方式。',
      expired: '确认时间已过。请获取新的二维码，或选择其他方式。',
    },
    late: {
      title: '超时后收到付款',
      late_success: '款项将退回，或由商家确认订单。请勿重复支付。',
      late_refunded: '款项正在退回，请留意到账。',
    },
    delay: {
      long: '您可以关闭页面，我们会继续确认并通知商家。请勿重复支付。如长时间没有结果，请将支付单号告知商家。',
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
    endings: {
      expired: '支付已超时',
      canceled: '商家已取消订单',
      notCharged: '未扣款。',
      maybeCharged: '如果您已付款，请勿重复支付：订单会确认，或款项会退回。',
      restart: '重新开始',
      stillWanted: '如仍需购买，请重新选择支付方式。',
      choose: '选择支付方式',
      askSeller: '如仍需购买，请联系商家。',
      noMethods: '暂时无法支付',
      noMethodsNote: '此订单目前没有可用的支付方式。请稍后再试、换一台设备，或联系商家。',
    },
  },
  en: {
    refusals: {
      attempts_exhausted: 'Too many attempts. Please start the order again.',
      method_unavailable: 'This method is unavailable right now. Choose another.',
      quote_changed: 'The rate has changed. Check the new amount and confirm again.',
      session_over: 'This order is closed. Start again or reload the page.',
      order_refused: 'The shop did not accept this order. Please reload the page or write to the seller.',
      shop_unavailable: 'The shop is not answering right now. Please wait a minute and try again.',
    },
    failures: {
      declined: 'The bank declined the payment. Try again or choose another method.',
      insufficient_funds: 'There is not enough money in the account. Top it up or choose another method.',
      limit_exceeded: 'A spending limit was reached. Raise it in your bank app or choose another method.',
      call_issuer: 'Your bank asks you to call. Confirm the payment by phone or choose another method.',
      card_expired: 'The card has expired. Use another card or another method.',
      invalid_card: 'The card details did not match. Check the number, date and code and try again.',
      authentication_failed: 'The confirmation did not succeed. Try again with the code your bank sends.',
      fraud_suspected: 'Your bank stopped the payment for safety. Contact the bank or choose another method.',
      identification_required:
        'The wallet asks you to verify your identity. Do it in the app or choose another method.',
      method_restricted: 'This method cannot pay for this order. Choose another.',
      issuer_unavailable: 'The bank is not answering. Try in a few minutes or choose another method.',
      provider_unavailable: 'The method is temporarily unavailable. Choose another.',
      canceled_by_buyer: 'You canceled the payment. You can pay again or choose another method.',
      expired: 'The time to confirm ran out. Get a new code or choose another method.',
    },
    late: {
      title: 'The payment came after the deadline',
      late_success: 'The money comes back, or the seller confirms the order. You do not need to pay again.',
      late_refunded: 'The money is on its way back to you.',
    },
    delay: {
      long: 'You can close this page: we keep checking and will tell the seller. Please do not pay twice. If it takes long, give the seller the payment number.',
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
    endings: {
      expired: 'Time is up',
      canceled: 'The seller canceled this order',
      notCharged: 'You were not charged.',
      maybeCharged: 'If you did pay, do not pay again: the order is confirmed or the money comes back.',
      restart: 'Start again',
      stillWanted: 'If you still want it, choose how to pay again.',
      choose: 'Choose how to pay',
      askSeller: 'If you still want it, write to the seller.',
      noMethods: 'You cannot pay right now',
      noMethodsNote:
        'No payment method is available for this order. Try later or on another device, or write to the seller.',
    },
  },
}

/** The words of a code in the languages of the texts; undefined for one that is not in the list. */
export function reasonOf({ locale, of }: Texts, list: keyof Reasons, code: string): string | undefined {
  const texts: Readonly<Record<string, string>> = (of?.(REASONS, 'reasons') ?? REASONS[locale])[list]
  return Object.hasOwn(texts, code) ? texts[code] : undefined
}

/** What is said of a request that was refused, and on the button that sends another. */
export interface Refusal {
  /** Undefined: nobody answered, the connection is to blame. */
  readonly text: string | undefined
  /** The session that the page has is of no use any more. */
  readonly again: string | undefined
}

export function refusalOf(texts: Texts, { code, status = 0 }: PayError): Refusal {
  const isOver = /^(session_not_open|unauthorized|token_expired|not_found)$/.test(code)
  const word = (name: string) => reasonOf(texts, 'refusals', name)
  return {
    text:
      word(isOver ? 'session_over' : code) ??
      (status < 400 ? undefined : word(status < 500 ? 'order_refused' : 'shop_unavailable')),
    again: isOver ? reasonOf(texts, 'endings', 'restart') : undefined,
  }
}

/** How a checkout ended, and what the buyer can do then. */
export interface Ending extends Outcome {
  /** On the button that leads on; absent: only back to the shop. */
  readonly step?: string | undefined
  /** Nothing is to be paid in a hurry: money may be on its way. */
  readonly isQuiet?: boolean | undefined
}

/**
 * @param state Loaded. With a session that is still open it ends here because there is no method.
 * @param canRestart The page can have another session.
 */
export function endingOf(
  texts: Texts,
  state: Exclude<CheckoutState, { status: 'loading' }>,
  canRestart: boolean,
): Ending {
  const word = (name: keyof Reasons['endings']) => reasonOf(texts, 'endings', name) as string
  const { moneyMayHaveMoved, status } = state
  if (status !== 'expired' && status !== 'canceled')
    return { glyph: 'clock', title: word('noMethods'), text: word('noMethodsNote'), step: texts.tryAgain }
  const { late, view } = state
  if (late)
    return {
      glyph: 'clock',
      title: reasonOf(texts, 'late', 'title') as string,
      text: reasonOf(texts, 'late', late),
    }
  const { payment } = view
  const glyph = status === 'expired' ? 'clock' : 'close'
  // "You were not charged" only where no attempt was ever made that could still be paid.
  const isDead =
    !moneyMayHaveMoved &&
    (!payment || (/^(failed|canceled|expired)$/.test(payment.status) && !payment.supersededBefore))
  const title = word(status)
  if (status === 'expired')
    return {
      glyph,
      title,
      text: word(isDead ? 'notCharged' : 'maybeCharged'),
      step: canRestart ? word('restart') : undefined,
      isQuiet: !isDead,
    }
  if (!isDead) return { glyph, title, text: word('maybeCharged') }
  const weave = (texts.weave ?? String.raw) as (strings: TemplateStringsArray, ...words: string[]) => string
  return {
    glyph,
    title,
    text: weave`${word('notCharged')} ${word(canRestart ? 'stillWanted' : 'askSeller')}`,
    step: canRestart ? word('choose') : undefined,
  }
}

export { composeTexts }

export interface ReasonsModule {
  readonly reasonOf: typeof reasonOf
  readonly refusalOf: typeof refusalOf
  readonly endingOf: typeof endingOf
  readonly composeTexts: typeof composeTexts
}
