import type { YookassaAccount } from '../accounts.ts'
import { isJsonObject, valueAt } from '../json.ts'
import type { Money } from '../ledger.ts'
import { DIGITS, HEX } from '../random.ts'
import { readAmount } from './amount.ts'
import { readDealShare } from './deal.ts'
import { expirePending } from './expire.ts'
import { checkReceipt, optionalBoolean, optionalText, optionalUrl, readMetadata } from './fields.ts'
import { CHOSEN_ON_PAGE, type ConfirmationType, findMethod, type YookassaMethod } from './method.ts'
import { toPaymentObject, type YookassaPayment } from './payment.ts'
import { invalid, YookassaRefusal } from './refusal.ts'
import { findSavedMethod } from './saved-method.ts'
import { makeSbpId } from './sbp-link.ts'
import { readShares } from './share.ts'
import { makeYookassaId, type YookassaCall } from './store.ts'
import { takeAtOnce } from './take-at-once.ts'

const TIME_TO_PAY_MS = 3_600_000
const CONFIRMATIONS: readonly ConfirmationType[] = [
  'redirect',
  'qr',
  'mobile_application',
  'embedded',
  'external',
]

/** POST /v3/payments: https://yookassa.ru/developers/api#create_payment */
export function createPayment(call: YookassaCall): object {
  const { body, world, store, shop } = call
  const requested = readShopAmount(body, shop)
  const description = optionalText(body, 'description', 128)
  const isCaptured = optionalBoolean(body, 'capture') ?? false
  const metadata = readMetadata(body)
  const savedId = optionalText(body, 'payment_method_id', 64)
  const saved = savedId === undefined ? undefined : findSavedMethod(call, savedId)
  const chosen = saved?.method ?? readMethod(body)
  const method = chosen ?? CHOSEN_ON_PAGE
  checkLimits(method, requested, isCaptured)
  const confirmation = saved
    ? { type: 'external' as const, returnUrl: undefined, locale: undefined }
    : readConfirmation(body, method)
  const transfers = readShares(body, 'transfers', requested) ?? []
  if (transfers.length > 0 && !method.canSplit)
    throw invalid('transfers', `Payments by ${method.type} cannot be split`)
  const now = world.clock.now()
  const id = makeYookassaId(world, '000f')
  const page = method.type === 'sbp' ? makeSbpId(world.random) : `checkout/${id}`
  const payment: YookassaPayment = {
    id,
    shopId: shop.shopId,
    shopName: shop.shopName,
    isTest: shop.secretKey.startsWith('test_'),
    reference: typeof metadata['paymentId'] === 'string' ? metadata['paymentId'] : call.idempotenceKey,
    requested,
    description,
    metadata,
    merchantCustomerId: optionalText(body, 'merchant_customer_id', 200),
    method,
    isMethodOpen: chosen === undefined,
    phone: saved ? undefined : readPhone(body, method, confirmation.type),
    isCaptured,
    confirmation: { ...confirmation, token: `ct-${id}` },
    receipt: checkReceipt(body),
    isSaved: saved !== undefined || optionalBoolean(body, 'save_payment_method') === true,
    deal: readDealShare(call),
    methodId: saved?.id ?? id,
    rrn: saved?.rrn ?? world.random.text(12, DIGITS),
    authCode: world.random.text(6, HEX).toUpperCase(),
    createdAt: now,
    expiresAt: now + TIME_TO_PAY_MS,
    pageUrl: `${call.baseUrl}/${page}`,
    status: 'pending',
    amount: requested,
    transfers,
    captureBefore: undefined,
    capturedAt: undefined,
    cancellation: undefined,
    approvals: 0,
    isLie: false,
  }
  if (call.isDeclined()) {
    payment.status = 'canceled'
    payment.cancellation = { party: 'payment_network', reason: 'general_decline' }
  }
  store.payments.add(payment)
  // A kept way to pay is charged without the buyer.
  if (saved) {
    if (payment.status === 'pending') takeAtOnce(call, payment)
    return toPaymentObject(payment, store.refunds)
  }
  world.clock.schedule(payment.expiresAt, () => expirePending(call, payment))
  return toPaymentObject(payment, store.refunds)
}

function readShopAmount(body: unknown, { currency = 'RUB' }: YookassaAccount): Money {
  const amount = readAmount(valueAt(body, 'amount'), 'amount')
  if (amount.currency !== currency) {
    throw invalid('amount.currency', `The shop takes ${currency}, not ${amount.currency}`)
  }
  return amount
}

function readMethod(body: unknown): YookassaMethod | undefined {
  if (optionalText(body, 'payment_token', 10_240) !== undefined) {
    throw invalid('payment_token', 'The sandbox knows no payment_token: send payment_method_data')
  }
  const data = valueAt(body, 'payment_method_data')
  if (data === undefined || data === null) return undefined
  const type = valueAt(data, 'type')
  const method = typeof type === 'string' ? findMethod(type) : undefined
  if (!method) {
    throw invalid(
      'payment_method_data.type',
      `The payment method ${String(type)} is not available to the shop`,
    )
  }
  if (valueAt(data, 'card') !== undefined) {
    throw new YookassaRefusal(403, 'forbidden', 'The shop may not take card numbers itself')
  }
  return method
}

function checkLimits(method: YookassaMethod, { minorUnits }: Money, isCaptured: boolean) {
  if (minorUnits < method.minMinorUnits || minorUnits > method.maxMinorUnits) {
    const limits = `from ${method.minMinorUnits / 100} to ${method.maxMinorUnits / 100}`
    throw invalid('amount.value', `Payments by ${method.type} are ${limits}`)
  }
  if (!isCaptured && !method.canHold) {
    throw invalid('capture', `Payments by ${method.type} are taken in one stage: send capture true`)
  }
}

function readConfirmation(body: unknown, method: YookassaMethod) {
  const data = valueAt(body, 'confirmation')
  if (!isJsonObject(data)) throw invalid('confirmation', 'The parameter confirmation is missing')
  const type = CONFIRMATIONS.find((one) => one === data['type'])
  if (!type || !method.confirmations.includes(type)) {
    throw invalid('confirmation.type', `${method.type} is confirmed by ${method.confirmations.join(', ')}`)
  }
  const longest = type === 'mobile_application' && method.type === 'sberbank' ? 255 : 2048
  const returnUrl = optionalUrl(body, 'confirmation.return_url', longest)
  if (returnUrl === undefined && (type === 'redirect' || type === 'mobile_application')) {
    throw invalid('confirmation.return_url', 'The parameter confirmation.return_url is missing')
  }
  const locale = optionalText(body, 'confirmation.locale', 5)
  if (locale !== undefined && locale !== 'ru_RU' && locale !== 'en_US') {
    throw invalid('confirmation.locale', 'The locale is ru_RU or en_US')
  }
  return { type, returnUrl, locale }
}

function readPhone(
  body: unknown,
  method: YookassaMethod,
  confirmation: ConfirmationType,
): string | undefined {
  const phone = optionalText(body, 'payment_method_data.phone', 15)
  // Who is asked by a message has a phone.
  const isAsked = confirmation === 'external' && method.type === 'sberbank'
  if (phone === undefined && (method.type === 'mobile_balance' || isAsked)) {
    throw invalid('payment_method_data.phone', 'The phone of the buyer is missing')
  }
  if (phone !== undefined && !/^[0-9]{4,15}$/.test(phone)) {
    throw invalid('payment_method_data.phone', 'A phone is 4 to 15 digits')
  }
  return phone
}
