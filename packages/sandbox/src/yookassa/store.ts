import type { YookassaAccount } from '../accounts.ts'
import type { World } from '../double.ts'
import { HEX } from '../random.ts'
import type { Scenario, ScenarioName } from '../scenario.ts'
import { createTable, type Table } from '../table.ts'
import type { YookassaDeal } from './deal.ts'
import type { YookassaInvoice } from './invoice.ts'
import type { Refunds, YookassaPayment } from './payment.ts'
import type { YookassaPayout } from './payout.ts'
import type { YookassaReceipt } from './receipt.ts'
import { YookassaRefusal } from './refusal.ts'
import type { SavedMethod } from './saved-method.ts'
import type { YookassaWebhook } from './webhooks.ts'

/** An account whose notification address can be changed while the sandbox runs. */
export type Shop = YookassaAccount & { notificationUrl?: string | undefined }

export interface YookassaStore {
  readonly payments: Table<YookassaPayment, 'id' | 'shop' | 'page'>
  readonly refunds: Refunds
  readonly receipts: Table<YookassaReceipt, 'id' | 'shop'>
  readonly deals: Table<YookassaDeal, 'id' | 'shop'>
  readonly payouts: Table<YookassaPayout, 'id' | 'shop'>
  readonly invoices: Table<YookassaInvoice, 'id'>
  readonly savedMethods: Map<string, SavedMethod>
  readonly webhooks: Map<string, YookassaWebhook>
}

export function createYookassaStore(): YookassaStore {
  return {
    payments: createTable({
      id: ({ id }) => id,
      shop: ({ shopId }) => shopId,
      page: ({ pageUrl }) => pageUrl.slice(pageUrl.lastIndexOf('/') + 1),
    }),
    refunds: createTable({ id: ({ id }) => id, payment: ({ paymentId }) => paymentId }),
    receipts: createTable({ id: ({ id }) => id, shop: ({ shopId }) => shopId }),
    deals: createTable({ id: ({ id }) => id, shop: ({ shopId }) => shopId }),
    payouts: createTable({ id: ({ id }) => id, shop: ({ shopId }) => shopId }),
    invoices: createTable({ id: ({ id }) => id }),
    savedMethods: new Map(),
    webhooks: new Map(),
  }
}

/** One request that has passed authentication. */
export interface YookassaCall {
  readonly world: World
  readonly store: YookassaStore
  readonly shop: Shop
  /** Asked by an OAuth token: on behalf of an application, not of the shop itself. */
  readonly isOauth: boolean
  readonly body: unknown
  readonly baseUrl: string
  readonly idempotenceKey: string
  /** Whether the scenario `declined` strikes this request. */
  readonly isDeclined: () => boolean
  /** The scenario of this name that strikes this request, counted as one strike. */
  readonly strike: (name: ScenarioName) => Scenario | undefined
}

const EPOCH_2000_MS = Date.UTC(2000, 0, 1)

/** Ids as YooKassa makes them: the head is seconds since 2000, as in `2dc3c1c1-000f-5000-9000-1b68e7b15f3f`. */
export function makeYookassaId({ clock, random }: World, kind: '000f' | '0015' | '0022' | '0003'): string {
  const seconds = Math.floor((clock.now() - EPOCH_2000_MS) / 1000)
  const head = seconds.toString(16).padStart(8, '0').slice(-8)
  return `${head}-${kind}-5000-${random.text(1, '89ab')}000-${random.text(12, HEX)}`
}

/** @throws YookassaRefusal 404, also for another shop's payment. */
export function requirePayment({ store, shop }: YookassaCall, id: string): YookassaPayment {
  const payment = store.payments.find('id', id)
  if (payment?.shopId === shop.shopId) return payment
  throw new YookassaRefusal(404, 'not_found', "Payment doesn't exist or access denied", 'payment_id')
}
