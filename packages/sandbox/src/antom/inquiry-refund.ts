import { optionalText, toAntomAmount } from './fields.ts'
import { AntomRefusal, SUCCESS } from './result.ts'
import { type AntomCall, requestKey } from './store.ts'
import { toAntomTime } from './time.ts'

/** Its `result` tells about the question only; the refund is in `refundStatus`. */
export function inquiryRefund({ body, store, account }: AntomCall): object {
  const refundId = optionalText(body, 'refundId', 64)
  const requestId = optionalText(body, 'refundRequestId', 64)
  if (refundId === undefined && requestId === undefined) {
    throw new AntomRefusal('PARAM_ILLEGAL', 'Illegal parameter: refundId or refundRequestId is required.')
  }
  const refund =
    refundId === undefined
      ? store.refunds.find('request', requestKey(account.clientId, requestId ?? ''))
      : store.refunds.find('id', refundId)
  if (refund?.clientId !== account.clientId)
    throw new AntomRefusal('ORDER_NOT_EXIST', 'The refund does not exist.')
  return {
    result: SUCCESS,
    refundId: refund.id,
    refundRequestId: refund.requestId,
    refundAmount: toAntomAmount(refund.amount),
    refundStatus: refund.status,
    ...(refund.status === 'SUCCESS' ? { refundTime: toAntomTime(refund.createdAt) } : {}),
  }
}
