import { generate } from 'lean-qr'
import { toSvgSource } from 'lean-qr/extras/svg'
import { makeSbpId, sbpCrc } from '../yookassa/sbp-link.ts'
import { QR_BANKS } from './banks.ts'
import { expireWaiting } from './expire.ts'
import { optionalChoice, optionalText } from './fields.ts'
import { isWaiting } from './payment.ts'
import { TbankRefusal } from './refusal.ts'
import { SOURCES } from './source.ts'
import { requirePayment, type TbankCall } from './store.ts'

const TBANK_MEMBER = '100000000004'
const SMALLEST = 1_000
const LARGEST = 100_000_000

/** POST /v2/GetQr: https://developer.tbank.ru/eacq/api/get-qr. Every call gives the same code. */
export function getQr(call: TbankCall): object {
  const { body, world, store, baseUrl } = call
  const payment = requirePayment(call, body['PaymentId'])
  expireWaiting(call, payment)
  const type = optionalChoice(body, 'DataType', ['PAYLOAD', 'IMAGE']) ?? 'PAYLOAD'
  const bankId = optionalText(body, 'BankId', 200)
  if (bankId !== undefined && !QR_BANKS.some(({ BankId }) => BankId === bankId)) {
    throw new TbankRefusal('3044')
  }
  if (!isWaiting(payment)) throw new TbankRefusal('8', `Статус ${payment.status}`)
  if (payment.isTwoStage) throw new TbankRefusal('3001', 'Только одностадийная оплата')
  if (payment.requested < SMALLEST || payment.requested > LARGEST) throw new TbankRefusal('3016')
  if (payment.source.name !== 'qrsbp' || payment.pageUrl === undefined) {
    const page = makeSbpId(world.random)
    payment.source = SOURCES.qrsbp
    payment.pageUrl = `${baseUrl}/${page}`
    store.pages.set(page, payment)
  }
  if (payment.status === 'NEW') payment.status = 'FORM_SHOWED'
  const head = `${payment.pageUrl}?type=02&bank=${TBANK_MEMBER}&sum=${payment.requested}&cur=RUB`
  const link = `${head}&crc=${sbpCrc(head)}`
  return {
    OrderId: payment.orderId,
    Data: type === 'IMAGE' ? toQrSvg(link) : link,
    PaymentId: Number(payment.id),
    RequestKey: payment.requestKey,
  }
}

export function toQrSvg(text: string): string {
  return toSvgSource(generate(text), { width: 250, height: 250 })
}
