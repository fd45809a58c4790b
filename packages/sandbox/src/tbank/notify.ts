import { amountOf, failureOf, type TbankPayment } from './payment.ts'
import type { Owner } from './store.ts'
import { tbankToken } from './token.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** At once, every hour for 24 hours, then every day for a month: https://developer.tbank.ru/eacq/intro/developer/notification */
export const TBANK_PAUSES_MS = [0, ...Array<number>(24).fill(HOUR_MS), ...Array<number>(30).fill(DAY_MS)]

/** Tells the merchant about a payment's state. Nested data are sent only to terminals that asked the bank for them. */
export function notifyPayment(
  { world, terminal }: Owner,
  payment: TbankPayment,
  status: string = payment.status,
  amount: number = amountOf(payment),
): void {
  const url = payment.notificationUrl ?? terminal.notificationUrl
  if (url === undefined) return
  const { code } = failureOf(payment)
  const message = {
    TerminalKey: terminal.terminalKey,
    OrderId: payment.orderId,
    Success: code === '0',
    Status: status,
    PaymentId: Number(payment.id),
    ErrorCode: code,
    Amount: amount,
    ...(payment.card?.rebillId === undefined ? {} : { RebillId: Number(payment.card.rebillId) }),
    ...(payment.source.name === 'cards'
      ? { CardId: Number(payment.card?.cardId ?? 867911), Pan: '220138******4477', ExpDate: '1230' }
      : {}),
  }
  const body = JSON.stringify({ ...message, Token: tbankToken(message, terminal.password) })
  world.deliveries.send({
    double: 'tbank',
    account: terminal.terminalKey,
    event: status,
    references: [payment.orderId, payment.id],
    url,
    body,
    headers: () => ({ 'content-type': 'application/json' }),
    pausesMs: TBANK_PAUSES_MS.map((pauseMs, index) =>
      index === 0 ? pauseMs + world.notificationDelayMs : pauseMs,
    ),
    isAcknowledged: (httpStatus, answer) => httpStatus === 200 && answer.trim() === 'OK',
  })
}
