import type { UnavailableReason } from '@teabrick/core/contract'

/** Why a rail is not offered, in words for the merchant's people. The buyer's words are the element's. */
export const REASON_TEXTS: Readonly<
  Record<UnavailableReason, { readonly ru: string; readonly en: string; readonly zh: string }>
> = {
  currency_not_supported: {
    ru: 'Способ не принимает валюту заказа, и курс для неё не задан',
    en: 'The method does not take the currency of the order, and no rate is configured for it',
    zh: '该方式不支持订单货币，且未配置汇率',
  },
  amount_too_small: {
    ru: 'Сумма меньше, чем разрешает провайдер',
    en: 'The amount is below what the provider allows',
    zh: '金额低于支付机构的下限',
  },
  amount_too_large: {
    ru: 'Сумма больше, чем разрешает провайдер',
    en: 'The amount is above what the provider allows',
    zh: '金额超过支付机构的上限',
  },
  hold_not_supported: {
    ru: 'Способ не умеет резервировать деньги до списания',
    en: 'The method cannot hold money before it is captured',
    zh: '该方式不支持预授权',
  },
  escrow_not_supported: {
    ru: 'Способ не работает с безопасной сделкой',
    en: 'The method does not work with escrow',
    zh: '该方式不支持担保交易',
  },
  split_not_supported: {
    ru: 'Способ не делит платёж между продавцами',
    en: 'The method cannot split a payment between sellers',
    zh: '该方式不支持分账',
  },
  device_not_supported: {
    ru: 'Способ не работает на устройстве покупателя',
    en: "The method does not work on the buyer's device",
    zh: '该方式不支持买家的设备',
  },
  in_app_not_supported: {
    ru: 'Способ не работает во встроенном браузере приложения',
    en: "The method does not work in an app's built-in browser",
    zh: '该方式无法在应用内置浏览器中使用',
  },
  quote_unavailable: {
    ru: 'Нет курса, чтобы пересчитать сумму в валюту способа',
    en: 'There is no rate to convert the amount into the currency of the method',
    zh: '没有可用于换算的汇率',
  },
  suspended: {
    ru: 'Способ выключен оператором',
    en: 'An operator has switched the method off',
    zh: '该方式已被运营人员关闭',
  },
  departed: {
    ru: 'Способ больше не работает: провайдер или платёжная система ушли',
    en: 'The method has gone: the provider or the network has left',
    zh: '该方式已停用：支付机构或网络已退出',
  },
  down: {
    ru: 'Провайдер не отвечает',
    en: 'The provider does not answer',
    zh: '支付机构无响应',
  },
  not_offered: {
    ru: 'Способ не подключён',
    en: 'The method is not configured',
    zh: '未配置该方式',
  },
}

/** For a rail that is offered. */
export const OFFERED_TEXT = {
  ru: 'Будет предложен покупателю',
  en: 'Will be offered to the buyer',
  zh: '将提供给买家',
} as const
