import type { Locale } from './locale.ts'

/** What only the return page says. It is small and loaded there alone, so all languages are in one place. */
export interface ReturnTexts {
  readonly iPaid: string
  readonly iHadProblem: string
  readonly stillChecking: string
  readonly problemHelp: string
  readonly noReturn: string
  readonly notPaid: string
  readonly notPaidNote: string
}

export const RETURN_TEXTS: Readonly<Record<Locale, ReturnTexts>> = {
  ru: {
    iPaid: 'Да, оплата прошла',
    iHadProblem: 'Не получилось',
    stillChecking: 'Проверили: подтверждения пока нет. Не платите второй раз, мы следим за платежом.',
    problemHelp:
      'Если деньги списались, ничего делать не нужно: заказ подтвердится сам или деньги вернутся. Если вы не платили, вернитесь в магазин и начните снова.',
    noReturn: 'Платёж не найден. Откройте заказ в магазине.',
    notPaid: 'Заказ ещё не оплачен',
    notPaidNote: 'Вернитесь в магазин, чтобы заплатить.',
  },
  'zh-Hans': {
    iPaid: '我已支付',
    iHadProblem: '支付遇到问题',
    stillChecking: '已查询，暂未收到支付结果。请勿重复支付，我们会继续确认。',
    problemHelp: '如果已扣款，您无需操作：订单会自动确认，或款项会退回。如果没有付款，请返回商店重新开始。',
    noReturn: '未找到付款，请在商店中查看订单。',
    notPaid: '订单尚未支付',
    notPaidNote: '请返回商店继续支付。',
  },
  en: {
    iPaid: 'I have paid',
    iHadProblem: 'I had a problem',
    stillChecking: 'We checked: no confirmation yet. Please do not pay twice, we are watching the payment.',
    problemHelp:
      'If money was taken, you need to do nothing: the order confirms itself or the money comes back. If you did not pay, return to the shop and start again.',
    noReturn: 'No payment was found. Open the order in the shop.',
    notPaid: 'The order is not paid yet',
    notPaidNote: 'Go back to the shop to pay.',
  },
}
