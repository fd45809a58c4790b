import { type JsonObject, valueAt } from '../json.ts'
import type { Money } from '../ledger.ts'
import { readAmount, toYookassaAmount } from './amount.ts'
import { SBP_BANKS } from './banks.ts'
import { optionalText, readMetadata } from './fields.ts'
import { listPage } from './list.ts'
import { notifyPayout } from './notify.ts'
import { invalid, YookassaRefusal } from './refusal.ts'
import { makeYookassaId, type YookassaCall } from './store.ts'

/** Money the shop sends to somebody. */
export interface YookassaPayout {
  readonly id: string
  readonly shopId: string
  readonly isTest: boolean
  readonly amount: Money
  readonly destination: object
  readonly description: string | undefined
  readonly metadata: object
  readonly dealId: string | undefined
  readonly createdAt: number
  readonly status: 'succeeded' | 'canceled'
}

/** POST /v3/payouts: https://yookassa.ru/developers/api#create_payout. Paid out at once. */
export function createPayout(call: YookassaCall): object {
  const { body, world, store, shop } = call
  const dealId = optionalText(body, 'deal.id', 64)
  if (dealId !== undefined && store.deals.find('id', dealId)?.shopId !== shop.shopId)
    throw invalid('deal.id', "Deal doesn't exist or access denied")
  const payout: YookassaPayout = {
    id: `po-${makeYookassaId(world, '0003')}`,
    shopId: shop.shopId,
    isTest: shop.secretKey.startsWith('test_'),
    amount: readAmount(valueAt(body, 'amount'), 'amount'),
    destination: readDestination(body),
    description: optionalText(body, 'description', 128),
    metadata: readMetadata(body),
    dealId,
    createdAt: world.clock.now(),
    status: call.isDeclined() ? 'canceled' : 'succeeded',
  }
  store.payouts.add(payout)
  notifyPayout(call, payout.id, payout.status, toPayoutObject(payout))
  return toPayoutObject(payout)
}

/** GET /v3/payouts/{id} */
export function getPayout({ store, shop }: YookassaCall, id: string): object {
  const payout = store.payouts.find('id', id)
  if (payout?.shopId !== shop.shopId)
    throw new YookassaRefusal(404, 'not_found', "Payout doesn't exist or access denied", 'payout_id')
  return toPayoutObject(payout)
}

/** GET /v3/payouts and /v3/payouts/search */
export function listPayouts({ store, shop }: YookassaCall, query: URLSearchParams): object {
  return listPage(store.payouts.where('shop', shop.shopId), query, toPayoutObject)
}

function readDestination(body: unknown): JsonObject {
  if (optionalText(body, 'payout_token', 255) !== undefined)
    return {
      type: 'bank_card',
      card: { first6: '220000', last4: '4477', card_type: 'Mir', issuer_country: 'RU' },
    }
  const data = valueAt(body, 'payout_destination_data')
  const type = valueAt(data, 'type')
  if (type === 'yoo_money') {
    const account = optionalText(body, 'payout_destination_data.account_number', 33) ?? ''
    if (!/^\d{11,33}$/.test(account))
      throw invalid('payout_destination_data.account_number', 'A wallet is 11 to 33 digits')
    return { type, account_number: account }
  }
  if (type === 'sbp') {
    const bankId = valueAt(data, 'bank_id')
    if (!SBP_BANKS.some(({ bank_id }) => bank_id === bankId))
      throw invalid('payout_destination_data.bank_id', 'The bank is unknown')
    const phone = optionalText(body, 'payout_destination_data.phone', 15) ?? ''
    if (!/^\d{4,15}$/.test(phone)) throw invalid('payout_destination_data.phone', 'A phone is 4 to 15 digits')
    return { type, phone, bank_id: bankId, recipient_checked: false }
  }
  if (type === 'bank_card') {
    const number = String(valueAt(data, 'card.number') ?? '')
    if (!/^\d{16,19}$/.test(number))
      throw invalid('payout_destination_data.card.number', 'A card number is 16 to 19 digits')
    return {
      type,
      card: { first6: number.slice(0, 6), last4: number.slice(-4), card_type: 'Mir', issuer_country: 'RU' },
    }
  }
  throw invalid('payout_destination_data', 'The money goes to a yoo_money wallet, by sbp or to a bank_card')
}

function toPayoutObject(payout: YookassaPayout): object {
  return {
    id: payout.id,
    amount: toYookassaAmount(payout.amount),
    status: payout.status,
    payout_destination: payout.destination,
    ...(payout.description === undefined ? {} : { description: payout.description }),
    created_at: new Date(payout.createdAt).toISOString(),
    ...(payout.status === 'succeeded' ? { succeeded_at: new Date(payout.createdAt).toISOString() } : {}),
    ...(payout.dealId === undefined ? {} : { deal: { id: payout.dealId } }),
    metadata: payout.metadata,
    ...(payout.status === 'canceled'
      ? { cancellation_details: { party: 'payout_network', reason: 'general_decline' } }
      : {}),
    test: payout.isTest,
  }
}
