import type { Language } from '../page.ts'
import type { ScenarioName } from '../scenario.ts'

/** What each scenario does, in one line. */
export const SCENARIO_TEXTS: Readonly<Record<Language, Readonly<Record<ScenarioName, string>>>> = {
  en: {
    declined: 'The buyer’s yes becomes a no',
    'insufficient-funds': 'The buyer has not enough money',
    slow: 'Done at once, answered late',
    hang: 'Done, never answered: the socket stays open',
    reset: 'The connection is reset before anything is done',
    'lost-answer': 'Done, then the connection is cut',
    'http-500': 'HTTP 500, nothing is done',
    'rate-limited': 'Too many requests, nothing is done',
    'webhook-before-answer': 'The notification comes before the answer',
    'duplicate-webhook': 'Every notification is sent twice',
    'webhook-lost': 'Notifications do not arrive',
    'late-success': 'An ended payment can still be paid',
    liar: 'Says canceled; the buyer can still pay',
    'cannot-cancel': 'Cancel is refused',
    down: 'Every connection is cut, buyers’ pages too',
    'departure-2022-03': 'March 2022: rails leave by date',
  },
  ru: {
    declined: 'Согласие покупателя становится отказом',
    'insufficient-funds': 'У покупателя не хватает денег',
    slow: 'Сделано сразу, ответ с опозданием',
    hang: 'Сделано, ответа нет: соединение висит',
    reset: 'Соединение сброшено, ничего не сделано',
    'lost-answer': 'Сделано, но соединение оборвано',
    'http-500': 'HTTP 500, ничего не сделано',
    'rate-limited': 'Слишком много запросов, ничего не сделано',
    'webhook-before-answer': 'Уведомление приходит раньше ответа',
    'duplicate-webhook': 'Каждое уведомление приходит дважды',
    'webhook-lost': 'Уведомления не доходят',
    'late-success': 'Завершённый платёж всё ещё можно оплатить',
    liar: 'Говорит «отменён», а оплатить ещё можно',
    'cannot-cancel': 'Отмена отклоняется',
    down: 'Все соединения рвутся, и страницы покупателя',
    'departure-2022-03': 'Март 2022: способы уходят по датам',
  },
  zh: {
    declined: '买家的同意变成拒绝',
    'insufficient-funds': '买家余额不足',
    slow: '立即执行，延迟应答',
    hang: '已执行，永不应答：连接保持打开',
    reset: '连接被重置，什么都没做',
    'lost-answer': '已执行，随后连接中断',
    'http-500': 'HTTP 500，什么都没做',
    'rate-limited': '请求过多，什么都没做',
    'webhook-before-answer': '通知先于应答到达',
    'duplicate-webhook': '每条通知发送两次',
    'webhook-lost': '通知无法送达',
    'late-success': '已结束的付款仍可支付',
    liar: '声称已取消，买家仍可付款',
    'cannot-cancel': '拒绝取消',
    down: '所有连接中断，包括买家页面',
    'departure-2022-03': '2022 年 3 月：支付方式按日期退出',
  },
}

/** Scenarios in the order of the panel: who is at fault. */
export const SCENARIO_GROUPS: readonly {
  readonly title: Readonly<Record<Language, string>>
  readonly names: readonly ScenarioName[]
}[] = [
  {
    title: { en: 'The buyer and the bank', ru: 'Покупатель и банк', zh: '买家与银行' },
    names: ['declined', 'insufficient-funds', 'late-success', 'liar', 'cannot-cancel'],
  },
  {
    title: { en: 'The network and the provider', ru: 'Сеть и провайдер', zh: '网络与服务商' },
    names: ['slow', 'hang', 'reset', 'lost-answer', 'http-500', 'rate-limited', 'down'],
  },
  {
    title: { en: 'Notifications', ru: 'Уведомления', zh: '通知' },
    names: ['webhook-before-answer', 'duplicate-webhook', 'webhook-lost'],
  },
  { title: { en: 'History', ru: 'История', zh: '历史' }, names: ['departure-2022-03'] },
]
