import type { NotificationAttempt } from '../deliver.ts'
import type { LedgerStatus } from '../ledger.ts'
import type { Language } from '../page.ts'

export interface PanelTexts {
  readonly title: string
  readonly worthless: string
  readonly language: string
  readonly sections: string
  readonly live: string
  readonly lost: string
  readonly refresh: string
  readonly copy: string
  readonly copied: string
  readonly time: string
  readonly timeNote: string
  readonly steps: readonly [seconds: number, label: string][]
  readonly advance: string
  readonly seconds: string
  readonly reset: string
  readonly resetNote: string
  readonly payments: string
  readonly noPayments: string
  readonly refunds: string
  readonly noRefunds: string
  readonly status: string
  readonly amount: string
  readonly reference: string
  readonly rail: string
  readonly moved: string
  readonly taken: string
  readonly back: string
  readonly charged: string
  readonly created: string
  readonly buyerPage: string
  readonly open: string
  readonly payment: string
  readonly statuses: Readonly<Record<LedgerStatus, string>>
  readonly exchanges: string
  readonly exchangesNote: string
  readonly noExchanges: string
  readonly incoming: string
  readonly outgoing: string
  readonly request: string
  readonly answer: string
  readonly noAnswer: string
  readonly unanswered: string
  readonly empty: string
  readonly notifications: string
  readonly noNotifications: string
  readonly to: string
  readonly waiting: string
  readonly states: Readonly<Record<'pending' | 'acknowledged' | 'given_up', string>>
  readonly outcomes: Readonly<Record<NotificationAttempt['outcome'], string>>
  readonly scenarios: string
  readonly scenariosNote: string
  readonly on: string
  readonly off: string
  readonly endAll: string
  readonly aim: string
  readonly scenario: string
  readonly provider: string
  readonly every: string
  readonly operation: string
  readonly usual: string
  readonly times: string
  readonly delay: string
  readonly reason: string
  readonly none: string
  readonly from: string
  readonly turnOn: string
  readonly timeline: string
  readonly timelineNow: string
  readonly go: string
  readonly stages: Readonly<Record<'ahead' | 'on' | 'over', string>>
  readonly dayChosen: string
  readonly source: string
  readonly providers: string
  readonly address: string
  readonly account: string
  readonly notificationUrl: string
  readonly save: string
}

export const PANEL_TEXTS: Readonly<Record<Language, PanelTexts>> = {
  en: {
    title: 'Payment sandbox',
    worthless: 'No money moves here, and the keys open nothing.',
    language: 'Language',
    sections: 'Sections',
    live: 'Live',
    lost: 'No connection, trying again',
    refresh: 'Refresh',
    copy: 'Copy',
    copied: 'Copied',
    time: 'Virtual time',
    timeNote: 'Everything that falls due on the way happens: expiry, retries, the end of holds.',
    steps: [
      [60, '+1 min'],
      [900, '+15 min'],
      [3_600, '+1 hour'],
      [86_400, '+1 day'],
      [691_200, '+8 days'],
    ],
    advance: 'Move on',
    seconds: 'Seconds',
    reset: 'Reset',
    resetNote: 'Forgets payments, exchanges, notifications, scenarios and virtual time. Accounts stay.',
    payments: 'Payments',
    noPayments: 'No payments yet. Put an address from “Providers” where your provider’s goes.',
    refunds: 'Refunds',
    noRefunds: 'No refunds yet.',
    status: 'Status',
    amount: 'Amount',
    reference: 'Reference',
    rail: 'Method',
    moved: 'Moved',
    taken: 'taken',
    back: 'back',
    charged: 'charges',
    created: 'Created',
    buyerPage: 'Buyer',
    open: 'Open',
    payment: 'Payment',
    statuses: {
      pending: 'waits',
      authorized: 'held',
      succeeded: 'paid',
      failed: 'refused',
      canceled: 'canceled',
      expired: 'expired',
    },
    exchanges: 'Exchanges',
    exchangesNote: 'Newest first. Credentials and signatures are masked.',
    noExchanges: 'Nobody has called yet.',
    incoming: 'to the provider',
    outgoing: 'to the merchant',
    request: 'Request',
    answer: 'Answer',
    noAnswer: 'no answer',
    unanswered: 'waiting',
    empty: 'empty',
    notifications: 'Notifications',
    noNotifications: 'Nothing was told to a merchant yet.',
    to: 'to',
    waiting: 'not tried yet',
    states: { pending: 'pending', acknowledged: 'acknowledged', given_up: 'given up' },
    outcomes: {
      acknowledged: 'acknowledged',
      refused: 'refused',
      unreachable: 'unreachable',
      lost: 'lost on purpose',
    },
    scenarios: 'Scenarios',
    scenariosNote: 'What goes wrong on purpose. Several at once are fine.',
    on: 'On',
    off: 'Off',
    endAll: 'End all',
    aim: 'Aim at one provider, operation or payment',
    scenario: 'Scenario',
    provider: 'Provider',
    every: 'every',
    operation: 'Operation',
    usual: 'usual',
    times: 'Times',
    delay: 'Delay, ms',
    reason: 'Reason',
    none: 'none',
    from: 'Timeline from',
    turnOn: 'Turn on',
    timeline: 'March 2022, day by day',
    timelineNow: 'The timeline stands at',
    go: 'Go there',
    stages: { ahead: 'ahead', on: 'now', over: 'over' },
    dayChosen: 'day chosen here, the source names the month',
    source: 'Source',
    providers: 'Providers',
    address: 'Address',
    account: 'Account',
    notificationUrl: 'Notification URL',
    save: 'Save',
  },
  ru: {
    title: 'Платёжная песочница',
    worthless: 'Деньги здесь не движутся, ключи ничего не открывают.',
    language: 'Язык',
    sections: 'Разделы',
    live: 'Обновляется',
    lost: 'Нет связи, пробуем снова',
    refresh: 'Обновить',
    copy: 'Копировать',
    copied: 'Скопировано',
    time: 'Виртуальное время',
    timeNote: 'По пути случается всё, чему пора: истечение сроков, повторы, конец удержаний.',
    steps: [
      [60, '+1 мин'],
      [900, '+15 мин'],
      [3_600, '+1 час'],
      [86_400, '+1 день'],
      [691_200, '+8 дней'],
    ],
    advance: 'Перевести',
    seconds: 'Секунд',
    reset: 'Сброс',
    resetNote: 'Забыть платежи, обмены, уведомления, сценарии и виртуальное время. Аккаунты останутся.',
    payments: 'Платежи',
    noPayments: 'Платежей ещё нет. Укажите адрес из раздела «Провайдеры» вместо адреса вашего провайдера.',
    refunds: 'Возвраты',
    noRefunds: 'Возвратов ещё нет.',
    status: 'Статус',
    amount: 'Сумма',
    reference: 'Номер',
    rail: 'Способ',
    moved: 'Движение',
    taken: 'списано',
    back: 'возвращено',
    charged: 'списания',
    created: 'Создан',
    buyerPage: 'Покупатель',
    open: 'Открыть',
    payment: 'Платёж',
    statuses: {
      pending: 'ждёт',
      authorized: 'удержан',
      succeeded: 'оплачен',
      failed: 'отказ',
      canceled: 'отменён',
      expired: 'истёк',
    },
    exchanges: 'Обмены',
    exchangesNote: 'Сначала новые. Ключи и подписи скрыты.',
    noExchanges: 'Запросов ещё не было.',
    incoming: 'провайдеру',
    outgoing: 'магазину',
    request: 'Запрос',
    answer: 'Ответ',
    noAnswer: 'нет ответа',
    unanswered: 'ждёт ответа',
    empty: 'пусто',
    notifications: 'Уведомления',
    noNotifications: 'Магазинам ещё ничего не сообщали.',
    to: 'на',
    waiting: 'ещё не отправляли',
    states: { pending: 'в пути', acknowledged: 'принято', given_up: 'не доставлено' },
    outcomes: {
      acknowledged: 'принято',
      refused: 'отвергнуто',
      unreachable: 'не дозвониться',
      lost: 'потеряно нарочно',
    },
    scenarios: 'Сценарии',
    scenariosNote: 'Что ломается нарочно. Можно несколько сразу.',
    on: 'Вкл',
    off: 'Выкл',
    endAll: 'Выключить все',
    aim: 'Для одного провайдера, операции или платежа',
    scenario: 'Сценарий',
    provider: 'Провайдер',
    every: 'каждый',
    operation: 'Операция',
    usual: 'обычная',
    times: 'Сколько раз',
    delay: 'Задержка, мс',
    reason: 'Причина',
    none: 'нет',
    from: 'Хроника с',
    turnOn: 'Включить',
    timeline: 'Март 2022 по дням',
    timelineNow: 'Хроника сейчас на',
    go: 'Перейти',
    stages: { ahead: 'впереди', on: 'сейчас', over: 'позади' },
    dayChosen: 'день выбран здесь, источник называет месяц',
    source: 'Источник',
    providers: 'Провайдеры',
    address: 'Адрес',
    account: 'Аккаунт',
    notificationUrl: 'Адрес уведомлений',
    save: 'Сохранить',
  },
  zh: {
    title: '支付沙盒',
    worthless: '这里不会产生真实扣款，密钥也没有任何用途。',
    language: '语言',
    sections: '分区',
    live: '实时更新',
    lost: '连接中断，正在重试',
    refresh: '刷新',
    copy: '复制',
    copied: '已复制',
    time: '虚拟时间',
    timeNote: '期间到期的一切都会发生：过期、重发、冻结到期。',
    steps: [
      [60, '+1 分钟'],
      [900, '+15 分钟'],
      [3_600, '+1 小时'],
      [86_400, '+1 天'],
      [691_200, '+8 天'],
    ],
    advance: '前进',
    seconds: '秒数',
    reset: '重置',
    resetNote: '清除付款、请求、通知、场景和虚拟时间，保留账户。',
    payments: '付款',
    noPayments: '还没有付款。请把“服务商”中的地址填到您的服务商地址处。',
    refunds: '退款',
    noRefunds: '还没有退款。',
    status: '状态',
    amount: '金额',
    reference: '编号',
    rail: '方式',
    moved: '资金',
    taken: '已扣',
    back: '已退',
    charged: '次扣款',
    created: '创建时间',
    buyerPage: '买家',
    open: '打开',
    payment: '付款',
    statuses: {
      pending: '待付款',
      authorized: '已冻结',
      succeeded: '已付款',
      failed: '已拒绝',
      canceled: '已取消',
      expired: '已过期',
    },
    exchanges: '请求记录',
    exchangesNote: '最新在前。凭证与签名已隐藏。',
    noExchanges: '还没有请求。',
    incoming: '发往服务商',
    outgoing: '发往商户',
    request: '请求',
    answer: '应答',
    noAnswer: '无应答',
    unanswered: '等待应答',
    empty: '空',
    notifications: '通知',
    noNotifications: '还没有通知商户。',
    to: '发往',
    waiting: '尚未发送',
    states: { pending: '发送中', acknowledged: '已确认', given_up: '已放弃' },
    outcomes: { acknowledged: '已确认', refused: '被拒绝', unreachable: '无法连接', lost: '故意丢失' },
    scenarios: '场景',
    scenariosNote: '故意制造的故障，可以同时开启多个。',
    on: '开',
    off: '关',
    endAll: '全部关闭',
    aim: '限定服务商、操作或付款',
    scenario: '场景',
    provider: '服务商',
    every: '全部',
    operation: '操作',
    usual: '默认',
    times: '次数',
    delay: '延迟（毫秒）',
    reason: '原因',
    none: '无',
    from: '时间线起点',
    turnOn: '开启',
    timeline: '2022 年 3 月逐日回放',
    timelineNow: '时间线当前为',
    go: '跳到此刻',
    stages: { ahead: '未到', on: '进行中', over: '已过' },
    dayChosen: '日期为此处选定，来源只写明月份',
    source: '来源',
    providers: '服务商',
    address: '地址',
    account: '账户',
    notificationUrl: '通知地址',
    save: '保存',
  },
}
