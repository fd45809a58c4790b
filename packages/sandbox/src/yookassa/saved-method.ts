import { valueAt } from '../json.ts'
import { optionalUrl } from './fields.ts'
import type { YookassaMethod } from './method.ts'
import { methodObject, type YookassaPayment } from './payment.ts'
import { invalid, YookassaRefusal } from './refusal.ts'
import { makeYookassaId, type YookassaCall } from './store.ts'

/** A way to pay that the buyer let the shop keep: https://yookassa.ru/developers/payment-acceptance/scenario-extensions/recurring-payments/basics */
export interface SavedMethod {
  readonly id: string
  readonly shopId: string
  readonly method: YookassaMethod
  readonly rrn: string
  readonly confirmationUrl: string | undefined
  status: 'pending' | 'active' | 'inactive'
}

/** Keeps what a payment was paid by, once it is paid. */
export function saveMethod(
  { store }: Pick<YookassaCall, 'store'>,
  { methodId, shopId, method, rrn, isSaved }: YookassaPayment,
): void {
  if (!isSaved || store.savedMethods.has(methodId)) return
  store.savedMethods.set(methodId, {
    id: methodId,
    shopId,
    method,
    rrn,
    confirmationUrl: undefined,
    status: 'active',
  })
}

/** The kept way to pay that a request names. @throws YookassaRefusal when there is none. */
export function findSavedMethod({ store, shop }: YookassaCall, id: string): SavedMethod {
  const saved = store.savedMethods.get(id)
  if (saved?.shopId !== shop.shopId || saved.status !== 'active')
    throw invalid('payment_method_id', "Payment method doesn't exist or access denied")
  return saved
}

/** POST /v3/payment_methods: a card to keep without a payment. The sandbox has no page for it: it stays pending. */
export function createPaymentMethod(call: YookassaCall, card: YookassaMethod): object {
  const { body, store, world, shop, baseUrl } = call
  if (valueAt(body, 'type') !== 'bank_card')
    throw invalid('type', 'Only bank_card can be kept without a payment')
  const returnUrl = optionalUrl(body, 'confirmation.return_url', 2048)
  if (valueAt(body, 'confirmation.type') !== 'redirect' || returnUrl === undefined)
    throw invalid('confirmation', 'The confirmation is a redirect with a return_url')
  const id = makeYookassaId(world, '000f')
  const saved: SavedMethod = {
    id,
    shopId: shop.shopId,
    method: card,
    rrn: '',
    confirmationUrl: `${baseUrl}/checkout/${id}`,
    status: 'pending',
  }
  store.savedMethods.set(id, saved)
  return toSavedObject(saved, returnUrl)
}

/** GET /v3/payment_methods/{id} */
export function getPaymentMethod({ store, shop }: YookassaCall, id: string): object {
  const saved = store.savedMethods.get(id)
  if (saved?.shopId !== shop.shopId)
    throw new YookassaRefusal(
      404,
      'not_found',
      "Payment method doesn't exist or access denied",
      'payment_method_id',
    )
  return toSavedObject(saved, undefined)
}

function toSavedObject(saved: SavedMethod, returnUrl: string | undefined): object {
  const { method, id, rrn, shopId, status, confirmationUrl } = saved
  return {
    ...methodObject({ method, methodId: id, phone: undefined, rrn }, status === 'active', status),
    holder: { account_id: shopId, gateway_id: '2154401' },
    ...(status === 'pending'
      ? {
          confirmation: {
            type: 'redirect',
            confirmation_url: confirmationUrl,
            ...(returnUrl === undefined ? {} : { return_url: returnUrl }),
          },
        }
      : {}),
  }
}
