import type { DrillTry } from '@teabrick/server'
import type { Locale } from '../locale.ts'

/** Texts of the drill's page. The timeline's own come with the report. */
export interface DrillTexts {
  readonly link: string
  readonly title: string
  readonly lead: string
  readonly live: string
  readonly buyers: string
  readonly buyersNote: string
  readonly timeline: string
  readonly day: string
  readonly reach: string
  readonly touches: string
  readonly touchesNothing: string
  readonly source: string
  readonly chosenDay: string
  readonly paidBy: string
  readonly kept: string
  readonly keptNote: string
  readonly lost: string
  readonly notServed: string
  readonly legend: string
  readonly results: Readonly<Record<Exclude<DrillTry['result'], 'paid'>, string>>
  readonly score: string
  readonly scoreOf: string
  readonly formula: string
  readonly orders: string
  readonly ordersValue: string
  readonly chargedTwice: string
  readonly differences: string
  readonly fulfilmentFaults: string
  readonly own: string
  readonly failed: string
  readonly methods: Readonly<Record<string, string>>
}

export const DRILL_TEXTS: Readonly<Record<Locale, DrillTexts>> = {
  ru: {
    link: 'учения: март 2022 года против этого магазина',
    title: 'Учения: март 2022',
    lead: 'Что останется от кассы, когда сети уходят? Та же конфигурация, тот же движок и те же адаптеры проживают 24 февраля – 31 марта 2022 года день за днём. Каждый день приходят семь покупателей.',
    live: 'Учения идут сейчас: строки появляются по мере того, как проходят дни.',
    buyers: 'Кто покупает',
    buyersNote: 'Доли – предположение проекта, одинаковое для всех магазинов. В сумме 100.',
    timeline: 'День за днём',
    day: 'День',
    reach: 'Смогли',
    touches: 'Касается: {rails}',
    touchesNothing: 'Этого магазина не касается',
    source: 'Источник: {source}',
    chosenDay: 'день выбран для учений',
    paidBy: 'оплачено: {method}',
    kept: 'заказ сохранён, оплачено: {method}',
    keptNote: 'заказ сохранён',
    lost: 'заказ потерян',
    notServed: 'нечем заплатить',
    legend: '● оплачено, ↻ оплачено вторым способом, ✕ заказ потерян, – нечем заплатить',
    results: {
      failed: 'отказ банка',
      refused: 'больше не предлагается',
      unreachable: 'страница оплаты не открылась',
      app_missing: 'ссылка не нашла приложение банка',
    },
    score: 'Устойчивость',
    scoreOf: 'из 100',
    formula:
      '100 × (оплачено − ½ × потеряно) / все, с округлением вниз. Заказ весит столько, сколько его покупатель; счёт идёт с первого события. Если с кого-то списали дважды или книги разошлись с провайдерами, ноль.',
    orders: 'Заказы',
    ordersValue: '{orders}: оплачено {paid}, из них вторым способом {kept}; потеряно {lost}',
    chargedTwice: 'Списано дважды',
    differences: 'Расхождений с книгами провайдеров',
    fulfilmentFaults: 'Уведомлений о заказе пропало или повторилось',
    own: 'То же со своей конфигурацией:',
    failed: 'Учения не состоялись: {message}',
    methods: { sbp: 'СБП', bank_card: 'карта', alipay: 'Alipay', t_pay: 'T-Pay', sber_pay: 'SberPay' },
  },
  'zh-Hans': {
    link: '演练：让本店重新经历 2022 年 3 月',
    title: '演练：2022 年 3 月',
    lead: '支付网络撤离之后，收银台还剩下什么？同样的配置、同样的引擎和适配器，逐日重演 2022 年 2 月 24 日至 3 月 31 日。每天有七位买家来购物。',
    live: '演练正在进行：每过一天，页面就多一行。',
    buyers: '谁在购买',
    buyersNote: '权重是本项目的估计，对所有商店相同，合计 100。',
    timeline: '逐日记录',
    day: '日期',
    reach: '可付款',
    touches: '涉及：{rails}',
    touchesNothing: '与本店无关',
    source: '来源：{source}',
    chosenDay: '具体日期由演练选定',
    paidBy: '已付款：{method}',
    kept: '订单保留，已付款：{method}',
    keptNote: '订单保留',
    lost: '订单流失',
    notServed: '没有可用的付款方式',
    legend: '● 已付款，↻ 换一种方式付款，✕ 订单流失，– 没有可用的付款方式',
    results: {
      failed: '银行拒绝',
      refused: '不再提供',
      unreachable: '付款页面打不开',
      app_missing: '链接找不到银行应用',
    },
    score: '韧性得分',
    scoreOf: '满分 100',
    formula:
      '100 ×（已付款 − ½ × 流失）÷ 全部，向下取整。每张订单按买家权重计算，从第一起事件算起。若有人被重复扣款，或账目与服务商不符，则为零。',
    orders: '订单',
    ordersValue: '{orders} 张：已付款 {paid} 张，其中换方式付款 {kept} 张；流失 {lost} 张',
    chargedTwice: '重复扣款',
    differences: '与服务商账目不符',
    fulfilmentFaults: '订单通知丢失或重复',
    own: '用您自己的配置运行：',
    failed: '演练未能进行：{message}',
    methods: { sbp: 'SBP', bank_card: '银行卡', alipay: '支付宝', t_pay: 'T-Pay', sber_pay: 'SberPay' },
  },
  en: {
    link: 'the drill: March 2022 against this shop',
    title: 'The drill: March 2022',
    lead: 'What is left of a checkout when networks leave? The same configuration, the same engine and adapters live through 24 February to 31 March 2022, day by day. Seven buyers come every day.',
    live: 'The drill is running now: rows appear as the days go by.',
    buyers: 'Who buys',
    buyersNote: 'The weights are the project’s guess, the same for every shop. They add up to 100.',
    timeline: 'Day by day',
    day: 'Day',
    reach: 'Can pay',
    touches: 'Touches: {rails}',
    touchesNothing: 'Touches nothing of this shop',
    source: 'Source: {source}',
    chosenDay: 'the day was chosen for the drill',
    paidBy: 'paid: {method}',
    kept: 'order kept, paid: {method}',
    keptNote: 'order kept',
    lost: 'order lost',
    notServed: 'nothing to pay with',
    legend: '● paid, ↻ paid by a second method, ✕ order lost, – nothing to pay with',
    results: {
      failed: 'declined by the bank',
      refused: 'no longer offered',
      unreachable: 'the payment page did not open',
      app_missing: 'the link found no bank app',
    },
    score: 'Resilience',
    scoreOf: 'of 100',
    formula:
      '100 × (paid − ½ × lost) / all, rounded down. An order weighs as much as its buyer, from the first event on. Zero if anybody was charged twice or the books differ from the providers’.',
    orders: 'Orders',
    ordersValue: '{orders}: {paid} paid, {kept} of them by a second method; {lost} lost',
    chargedTwice: 'Charged twice',
    differences: 'Differences from the providers’ books',
    fulfilmentFaults: 'Notices of an order lost or repeated',
    own: 'The same with your own configuration:',
    failed: 'The drill could not be held: {message}',
    methods: { sbp: 'SBP', bank_card: 'card', alipay: 'Alipay', t_pay: 'T-Pay', sber_pay: 'SberPay' },
  },
}
