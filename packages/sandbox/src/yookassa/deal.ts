import { isJsonObject, valueAt } from '../json.ts'
import type { Money } from '../ledger.ts'
import { readAmount, toYookassaAmount } from './amount.ts'
import { optionalText, readMetadata } from './fields.ts'
import { listPage } from './list.ts'
import { invalid, YookassaRefusal } from './refusal.ts'
import { makeYookassaId, type YookassaCall } from './store.ts'

/** A safe deal: money that waits at YooKassa until it is paid out to who has earned it. */
export interface YookassaDeal {
  readonly id: string
  readonly shopId: string
  readonly feeMoment: string
  readonly description: string | undefined
  readonly metadata: object
  readonly createdAt: number
  readonly status: 'opened' | 'closed'
}

/** What a payment of a deal says about it. */
export interface DealShare {
  readonly id: string
  readonly settlements: readonly { readonly amount: Money }[]
}

const TERM_MS = 90 * 86_400_000

/** POST /v3/deals: https://yookassa.ru/developers/api#create_deal */
export function createDeal({ body, world, store, shop }: YookassaCall): object {
  if (valueAt(body, 'type') !== 'safe_deal') throw invalid('type', 'The type is safe_deal')
  const feeMoment = valueAt(body, 'fee_moment')
  if (feeMoment !== 'payment_succeeded' && feeMoment !== 'deal_closed')
    throw invalid('fee_moment', 'The moment is payment_succeeded or deal_closed')
  const deal: YookassaDeal = {
    id: `dl-${makeYookassaId(world, '0022')}`,
    shopId: shop.shopId,
    feeMoment,
    description: optionalText(body, 'description', 128),
    metadata: readMetadata(body),
    createdAt: world.clock.now(),
    status: 'opened',
  }
  store.deals.add(deal)
  return toDealObject(store, deal, shop.secretKey.startsWith('test_'))
}

/** GET /v3/deals/{id} */
export function getDeal({ store, shop }: YookassaCall, id: string): object {
  const deal = store.deals.find('id', id)
  if (deal?.shopId !== shop.shopId)
    throw new YookassaRefusal(404, 'not_found', "Deal doesn't exist or access denied", 'deal_id')
  return toDealObject(store, deal, shop.secretKey.startsWith('test_'))
}

/** GET /v3/deals */
export function listDeals({ store, shop }: YookassaCall, query: URLSearchParams): object {
  return listPage(store.deals.where('shop', shop.shopId), query, (deal) =>
    toDealObject(store, deal, shop.secretKey.startsWith('test_')),
  )
}

/** `deal` of a payment: the deal, and how much of the payment is to be paid out. */
export function readDealShare({ body, store, shop }: YookassaCall): DealShare | undefined {
  const deal = valueAt(body, 'deal')
  if (deal === undefined || deal === null) return undefined
  const id = valueAt(deal, 'id')
  if (store.deals.find('id', String(id))?.shopId !== shop.shopId)
    throw invalid('deal.id', "Deal doesn't exist or access denied")
  return { id: String(id), settlements: readSettlements(deal, 'settlements') }
}

export function readSettlements(deal: unknown, name: string): DealShare['settlements'] {
  const list = valueAt(deal, name)
  if (!Array.isArray(list) || list.length === 0)
    throw invalid(`deal.${name}`, `The parameter deal.${name} is missing`)
  return list.map((one: unknown, index) => {
    const place = `deal.${name}[${index}]`
    if (!isJsonObject(one) || one['type'] !== 'payout') throw invalid(`${place}.type`, 'The type is payout')
    return { amount: readAmount(one['amount'], `${place}.amount`) }
  })
}

export function toSettlementObjects(settlements: DealShare['settlements']): object[] {
  return settlements.map(({ amount }) => ({ type: 'payout', amount: toYookassaAmount(amount) }))
}

function toDealObject(store: YookassaCall['store'], deal: YookassaDeal, isTest: boolean): object {
  const paid = store.payments
    .where('shop', deal.shopId)
    .filter((payment) => payment.deal?.id === deal.id && payment.status === 'succeeded')
  const sum = (amounts: readonly Money[]) => ({
    currency: 'RUB',
    minorUnits: amounts.reduce((all, { minorUnits }) => all + minorUnits, 0),
  })
  return {
    id: deal.id,
    type: 'safe_deal',
    fee_moment: deal.feeMoment,
    ...(deal.description === undefined ? {} : { description: deal.description }),
    balance: toYookassaAmount(sum(paid.map(({ amount }) => amount))),
    payout_balance: toYookassaAmount(
      sum(paid.flatMap(({ deal: share }) => (share?.settlements ?? []).map(({ amount }) => amount))),
    ),
    status: deal.status,
    created_at: new Date(deal.createdAt).toISOString(),
    expires_at: new Date(deal.createdAt + TERM_MS).toISOString(),
    metadata: deal.metadata,
    test: isTest,
  }
}
