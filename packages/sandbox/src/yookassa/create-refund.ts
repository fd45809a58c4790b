import { valueAt } from '../json.ts'
import { DIGITS } from '../random.ts'
import { readAmount, toYookassaAmount } from './amount.ts'
import { readSettlements } from './deal.ts'
import { checkReceipt, optionalText, readMetadata } from './fields.ts'
import { notifyRefund } from './notify.ts'
import { refunded, toRefundObject, type YookassaRefund } from './payment.ts'
import { registerReceipt } from './receipt.ts'
import { invalid } from './refusal.ts'
import { readShares } from './share.ts'
import { makeYookassaId, type YookassaCall } from './store.ts'

const WINDOW_MS = 3 * 365 * 86_400_000

/** POST /v3/refunds: https://yookassa.ru/developers/api#create_refund */
export function createRefund(call: YookassaCall): object {
  const { body, world, store, shop } = call
  const paymentId = optionalText(body, 'payment_id', 36)
  const payment = store.payments.find('id', paymentId ?? '')
  if (payment?.shopId !== shop.shopId) throw invalid('payment_id', "Payment doesn't exist or access denied")
  const amount = readAmount(valueAt(body, 'amount'), 'amount')
  const description = optionalText(body, 'description', 250)
  const metadata = readMetadata(body)
  const receipt = checkReceipt(body)
  if (payment.status !== 'succeeded') {
    throw invalid('payment_id', `A payment in status ${payment.status} cannot be refunded`)
  }
  if (world.clock.now() > payment.createdAt + WINDOW_MS) {
    throw invalid('payment_id', 'The payment is more than three years old')
  }
  if (amount.currency !== payment.amount.currency) {
    throw invalid('amount.currency', `The payment is in ${payment.amount.currency}`)
  }
  const left = payment.amount.minorUnits - refunded(store.refunds, payment)
  if (amount.minorUnits > left)
    throw invalid('amount.value', 'The amount is more than what is left of the payment')
  if (!payment.method.canRefundPart && amount.minorUnits !== payment.amount.minorUnits) {
    throw invalid('amount.value', `Payments by ${payment.method.type} are refunded in full only`)
  }
  const sources = readShares(body, 'sources', amount) ?? []
  const deal = valueAt(body, 'deal')
  if (deal !== undefined && deal !== null && payment.deal === undefined)
    throw invalid('deal', 'The payment is not of a deal')
  const refund: YookassaRefund = {
    id: makeYookassaId(world, '0015'),
    shopId: shop.shopId,
    paymentId: payment.id,
    reference: typeof metadata['refundId'] === 'string' ? metadata['refundId'] : call.idempotenceKey,
    amount,
    description,
    metadata,
    createdAt: world.clock.now(),
    operationId: payment.method.type === 'sbp' ? `B${world.random.text(31, DIGITS)}` : undefined,
    sources,
    dealId: payment.deal?.id,
    dealSettlements: deal ? readSettlements(deal, 'refund_settlements') : [],
    hasReceipt: receipt !== undefined,
    status: call.isDeclined() ? 'canceled' : 'succeeded',
  }
  store.refunds.add(refund)
  if (refund.status === 'succeeded') {
    if (receipt) {
      const settlements = [{ type: 'cashless', amount: toYookassaAmount(amount) }]
      registerReceipt(call, { paymentId: payment.id, refundId: refund.id, body: receipt, settlements })
    }
    notifyRefund(call, refund)
  }
  return toRefundObject(refund)
}
