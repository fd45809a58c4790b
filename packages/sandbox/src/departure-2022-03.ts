import type { Cut, DepartureEvent } from './departure.ts'

// Cards, in the words of the doubles: Antom, YooKassa, and what every buyer's page of the kind "card" is called.
const CARDS = ['CARD', 'bank_card', 'card']
const RUSSIAN_ACQUIRERS = ['yookassa', 'tbank']

/** Across the border only: inside Russia the same cards went on working, processed by NSPK. */
const CROSS_BORDER: readonly Cut[] = [
  {
    effect: 'declined',
    reason: 'card_not_accepted',
    doubles: ['antom'],
    methods: CARDS,
    operations: ['approve'],
    issuer: 'RU',
  },
  {
    effect: 'declined',
    reason: 'card_not_accepted',
    doubles: RUSSIAN_ACQUIRERS,
    methods: CARDS,
    operations: ['approve'],
    issuer: 'abroad',
  },
]

/** What broke for Russian shops in February and March 2022, in order. Facts as printed by the sources named. */
export const DEPARTURE_2022_03: readonly DepartureEvent[] = [
  {
    id: 'phone-wallets',
    at: '2022-02-27T00:00:00+03:00',
    precision: 'day',
    title: {
      en: 'Apple Pay and Google Pay fail at terminals of newly sanctioned banks, whatever the buyer’s bank is',
      ru: 'Apple Pay и Google Pay не работают на терминалах банков под санкциями, какой бы ни была карта',
      zh: '受制裁银行的终端无法使用 Apple Pay 和 Google Pay',
    },
    source: 'abnews.ru, 2022-02-27',
    cuts: [],
  },
  {
    id: 'visa-mastercard',
    at: '2022-03-10T00:01:00+03:00',
    precision: 'minute',
    title: {
      en: 'Visa and Mastercard stop at the border: Russian cards fail abroad, foreign cards fail in Russian shops',
      ru: 'Visa и Mastercard останавливаются на границе: российские карты не работают за рубежом, чужие — в российских магазинах',
      zh: 'Visa 和 Mastercard 停止跨境交易：俄罗斯卡在境外、外国卡在俄罗斯均无法使用',
    },
    source: 'fotkaew.ru; bloknot.ru 897894',
    cuts: CROSS_BORDER,
  },
  {
    id: 'clearing',
    at: '2022-03-11T00:00:00+03:00',
    precision: 'day',
    title: {
      en: 'Clearing of cross-border card payments ends',
      ru: 'Заканчивается клиринг трансграничных операций по картам',
      zh: '跨境刷卡交易停止清算',
    },
    source: 'fotkaew.ru; belnovosti.by',
    // What is held can neither be taken nor given back: read out of the source, which names the date only.
    cuts: [
      {
        effect: 'declined',
        reason: 'card_not_accepted',
        doubles: ['antom'],
        methods: CARDS,
        operations: ['capture', 'refund'],
      },
    ],
  },
  {
    id: 'jcb',
    at: '2022-03-14T00:00:00+03:00',
    precision: 'day',
    title: {
      en: 'JCB stops as well',
      ru: 'Прекращает работу и JCB',
      zh: 'JCB 也停止服务',
    },
    source: 'belnovosti.by',
    cuts: [],
  },
  {
    id: 'certificates',
    at: '2022-03-15T00:00:00+03:00',
    until: '2022-03-16T00:00:00+03:00',
    precision: 'month',
    title: {
      en: 'A foreign authority revokes a certificate: for a day buyers cannot open the card page of a Russian provider',
      ru: 'Иностранный центр отзывает сертификат: день покупатели не могут открыть страницу оплаты картой',
      zh: '境外机构吊销证书：买家一整天无法打开俄罗斯服务商的刷卡页面',
    },
    source: 'new-retail.ru',
    cuts: [{ effect: 'reset', doubles: RUSSIAN_ACQUIRERS, methods: CARDS, operations: ['approve'] }],
  },
]
