import { checkReceipt, requiredText } from './fields.ts'
import { TbankRefusal } from './refusal.ts'
import { requirePayment, type TbankCall } from './store.ts'

/** POST /cashbox/SendClosingReceipt: the second receipt of a prepaid order: https://developer.tbank.ru/eacq/api/send-closing-receipt */
export function sendClosingReceipt(call: TbankCall): object {
  const payment = requirePayment(call, call.body['PaymentId'])
  if (payment.captured === 0) throw new TbankRefusal('8', `Статус ${payment.status}`)
  if (call.body['Receipt'] === undefined) throw new TbankRefusal('309')
  checkReceipt(call.body)
  return {}
}

/** POST /v2/getConfirmOperation: a certificate of operations, by mail or to an address. Nothing is sent here. */
export function getConfirmOperation(call: TbankCall): object {
  const { PaymentIdList: ids, CallbackUrl: url, EmailList: emails } = call.body
  if (!Array.isArray(ids) || ids.length === 0)
    throw new TbankRefusal('2', 'Не передан параметр PaymentIdList')
  if (!Array.isArray(emails) || emails.length === 0) requiredText({ CallbackUrl: url }, 'CallbackUrl', 2048)
  return {
    PaymentIdList: ids.map((id: unknown) => {
      try {
        requirePayment(call, id)
        return {
          Success: true,
          ErrorCode: 0,
          Message: 'Запрос на отправку документа принят',
          PaymentId: String(id),
        }
      } catch (error) {
        if (!(error instanceof TbankRefusal)) throw error
        return {
          Success: false,
          ErrorCode: Number(error.code),
          Message: error.message,
          PaymentId: String(id),
        }
      }
    }),
  }
}
