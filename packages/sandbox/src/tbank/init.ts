import { BASE62, DIGITS } from '../random.ts'
import { expireWaiting } from './expire.ts'
import {
  checkData,
  checkReceipt,
  checkShops,
  optionalChoice,
  optionalKopecks,
  optionalText,
  optionalUrl,
  requiredText,
} from './fields.ts'
import type { TbankPayment } from './payment.ts'
import { TbankRefusal } from './refusal.ts'
import { SOURCES } from './source.ts'
import { orderKey, type TbankCall } from './store.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const SMALLEST = 100

/** POST /v2/Init: https://developer.tbank.ru/eacq/api/init */
export function init(call: TbankCall): object {
  const { body, world, store, terminal, baseUrl } = call
  const requested = optionalKopecks(body, 'Amount')
  if (requested === undefined) throw new TbankRefusal('2', 'Не передан параметр Amount')
  if (requested < SMALLEST) throw new TbankRefusal('251', `Сумма должна быть не меньше ${SMALLEST} копеек`)
  const orderId = requiredText(body, 'OrderId', 36)
  const description = optionalText(body, 'Description', 140)
  const isTwoStage = optionalChoice(body, 'PayType', ['O', 'T']) === 'T'
  optionalChoice(body, 'Language', ['ru', 'en'])
  const customerKey = optionalText(body, 'CustomerKey', 36)
  const isRecurrent = optionalChoice(body, 'Recurrent', ['Y', 'N']) === 'Y'
  const now = world.clock.now()
  const expiresAt = readDueDate(optionalText(body, 'RedirectDueDate', 40), now)
  checkData(body)
  checkShops(body, requested)
  checkReceipt(body, requested)
  const links = {
    notificationUrl: optionalUrl(body, 'NotificationURL'),
    successUrl: optionalUrl(body, 'SuccessURL'),
    failUrl: optionalUrl(body, 'FailURL'),
  }
  if (store.payments.find('order', orderKey(terminal.terminalKey, orderId))) {
    throw new TbankRefusal('20', `Заказ ${orderId} уже существует`)
  }
  if (call.strike('declined')) throw new TbankRefusal('99', 'Банк, выпустивший карту, отклонил операцию')

  const payment: TbankPayment = {
    id: `${1 + Number(world.random.text(1, '123'))}${world.random.text(9, DIGITS)}`,
    terminalKey: terminal.terminalKey,
    orderId,
    requested,
    description,
    isTwoStage,
    ...links,
    createdAt: now,
    expiresAt,
    formUrl: `${baseUrl}/new/${world.random.text(8, BASE62)}`,
    customerKey,
    isRecurrent,
    rrn: world.random.text(12, DIGITS),
    requestKey: Number(world.random.text(9, '123456789')),
    status: 'NEW',
    left: requested,
    captured: 0,
    refunded: 0,
    source: SOURCES.cards,
    pageUrl: undefined,
    card: undefined,
    holdUntil: undefined,
    failedTries: 0,
    failure: undefined,
    qrCancel: undefined,
    approvals: 0,
    isLie: false,
  }
  store.payments.add(payment)
  world.clock.schedule(expiresAt, () => expireWaiting(call, payment))
  return {
    Status: payment.status,
    PaymentId: payment.id,
    OrderId: orderId,
    Amount: requested,
    PaymentURL: `${payment.formUrl}?flow=redirect`,
  }
}

/** `2016-08-31T12:28:00+03:00`, from a minute to 90 days ahead. Default: a day. */
function readDueDate(text: string | undefined, now: number): number {
  if (text === undefined) return now + DAY_MS
  const dueAt = Date.parse(text)
  const isDate =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(dueAt)
  if (!isDate || dueAt < now + MINUTE_MS - 1000 || dueAt > now + 90 * DAY_MS) throw new TbankRefusal('12')
  return dueAt
}
