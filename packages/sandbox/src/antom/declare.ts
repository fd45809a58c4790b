import { canonicalJson, isJsonObject, type JsonObject } from '../json.ts'
import {
  oneOf,
  optionalBoolean,
  optionalText,
  requiredAmount,
  requiredText,
  toAntomAmount,
} from './fields.ts'
import { type AntomDeclaration, captured } from './payment.ts'
import { AntomRefusal, type AntomResult, SUCCESS } from './result.ts'
import { type AntomCall, makeAntomId, requestKey, requirePayment } from './store.ts'

const RETRANSMISSION_MS = 5 * 60_000
const CUSTOMS_ANSWER_MS = 3_000

/**
 * Tells a customs office of China what was paid for goods into the country: https://docs.antom.com/ac/ams/declare.
 * Idempotent by `declarationRequestId`. After five minutes the same id may be sent again with corrected data.
 */
export function declare(call: AntomCall, decline: () => AntomResult | undefined): object {
  const { body, world, store, account } = call
  const requestId = requiredText(body, 'declarationRequestId', 32)
  const payment = requirePayment(call, { paymentId: requiredText(body, 'paymentId', 64) })
  const amount = requiredAmount(body, 'declarationAmount', { takesNumbers: true })
  oneOf(body, 'customs.region', ['CN'])
  requiredText(body, 'customs.customsCode', 128)
  requiredText(body, 'merchantCustomsInfo.merchantCustomsCode', 128)
  requiredText(body, 'merchantCustomsInfo.merchantCustomsName', 256)
  const splitOrder = optionalBoolean(body, 'splitOrder')
  if (splitOrder === undefined)
    throw new AntomRefusal('PARAM_ILLEGAL', 'Illegal parameter splitOrder: it is required.')
  const suborderId = optionalText(body, 'suborderId', 64)
  if (splitOrder && suborderId === undefined) {
    throw new AntomRefusal('PARAM_ILLEGAL', 'Illegal parameter suborderId: a split order has suborders.')
  }
  if (payment.status !== 'SUCCESS' || captured(payment) === 0) {
    throw new AntomRefusal('ORDER_STATUS_INVALID', 'The order is not paid.')
  }
  if (amount.currency !== 'CNY' || payment.amount.currency !== 'CNY') {
    throw new AntomRefusal('CURRENCY_NOT_SUPPORT', 'Only CNY is declared to the customs of China.')
  }

  const now = world.clock.now()
  const fields = isJsonObject(body) ? body : {}
  const known = store.declarations.find('request', requestKey(account.clientId, requestId))
  if (known) {
    if (canonicalJson(known.fields) === canonicalJson(fields)) return answer(known)
    const mayBeSentAgain = now >= known.sentAt + RETRANSMISSION_MS && fixed(known.fields) === fixed(fields)
    if (!mayBeSentAgain) {
      throw new AntomRefusal('CONTEXT_INCONSISTENT', 'The repeated declaration differs from the first one.')
    }
  }
  const others = store.declarations
    .where('payment', payment.id)
    .reduce((sum, other) => sum + (other === known ? 0 : other.amount.minorUnits), 0)
  if (others + amount.minorUnits > captured(payment)) {
    throw new AntomRefusal('PARAM_ILLEGAL', 'Illegal parameter declarationAmount: it exceeds what was paid.')
  }
  const refusal = decline()
  if (refusal) return { result: refusal }
  const said = { amount, fields, sentAt: now, status: 'PROCESSING' as const }
  const declaration: AntomDeclaration = known ?? {
    ...said,
    requestId,
    clientId: account.clientId,
    paymentId: payment.id,
    customsPaymentId: makeAntomId(world, '50'),
    customsOrderId: suborderId ?? payment.id,
  }
  Object.assign(declaration, said)
  if (!known) store.declarations.add(declaration)
  world.clock.schedule(now + CUSTOMS_ANSWER_MS, () => {
    if (declaration.sentAt === now) declaration.status = 'SUCCESS'
  })
  return answer(declaration)
}

/** What a declaration that is sent again may not change. */
function fixed({
  declarationAmount,
  suborderId,
  customs,
  merchantCustomsInfo,
  buyerCertificate,
  ...rest
}: JsonObject) {
  return canonicalJson(rest)
}

function answer({ customsPaymentId, customsOrderId, fields }: AntomDeclaration): object {
  return {
    result: SUCCESS,
    customsPaymentId,
    customsOrderId,
    // Without a certificate nothing is compared.
    ...(fields['buyerCertificate'] === undefined ? {} : { identityCheckResult: 'CHECK_PASSED' }),
    clearingChannel: 'NUCC',
    clearingTransactionId: customsPaymentId,
  }
}

/** How Antom tells a declaration when it is asked. */
export function toDeclarationRecord(declaration: AntomDeclaration, toTime: (at: number) => string): object {
  const { requestId, customsPaymentId, customsOrderId, amount, fields, sentAt, status } = declaration
  return {
    declarationRequestId: requestId,
    customsPaymentId,
    customsOrderId,
    customs: fields['customs'],
    merchantCustomsInfo: fields['merchantCustomsInfo'],
    declarationAmount: toAntomAmount(amount),
    splitOrder: fields['splitOrder'] === true || fields['splitOrder'] === 'true',
    declarationRequestStatus: status,
    lastModifiedTime: toTime(status === 'SUCCESS' ? sentAt + CUSTOMS_ANSWER_MS : sentAt),
    ...(status === 'SUCCESS'
      ? {
          customsDeclarationResultCode: 'SUCCESS',
          customsDeclarationResultDesc: 'success',
          customsDeclarationReturnTime: toTime(sentAt + CUSTOMS_ANSWER_MS),
        }
      : {}),
  }
}
