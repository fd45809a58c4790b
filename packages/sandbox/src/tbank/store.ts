import type { TbankAccount } from '../accounts.ts'
import type { World } from '../double.ts'
import type { JsonObject } from '../json.ts'
import type { Scenario, ScenarioName } from '../scenario.ts'
import { createTable, type Table } from '../table.ts'
import type { TbankCard, TbankCustomer } from './customers.ts'
import type { TbankPayment, TbankRefund } from './payment.ts'
import { TbankRefusal } from './refusal.ts'

/** An account whose notification address can be changed while the sandbox runs. */
export type Terminal = TbankAccount & { notificationUrl?: string | undefined }

export interface TbankStore {
  readonly payments: Table<TbankPayment, 'id' | 'order' | 'form'>
  readonly refunds: Table<TbankRefund, 'id' | 'payment'>
  /** Buyer's pages that came after the form, by the last part of their address. */
  readonly pages: Map<string, TbankPayment>
  /** Which cancellations were done already, by terminal and `ExternalRequestId`. */
  readonly cancellations: Set<string>
  /** By terminal and `CustomerKey`. */
  readonly customers: Map<string, TbankCustomer>
  readonly cards: Map<string, TbankCard[]>
}

export function createTbankStore(): TbankStore {
  return {
    payments: createTable({
      id: ({ id }) => id,
      order: ({ terminalKey, orderId }) => orderKey(terminalKey, orderId),
      form: ({ formUrl }) => formUrl.slice(formUrl.lastIndexOf('/') + 1),
    }),
    refunds: createTable({ id: ({ id }) => id, payment: ({ paymentId }) => paymentId }),
    pages: new Map(),
    cancellations: new Set(),
    customers: new Map(),
    cards: new Map(),
  }
}

export function orderKey(terminalKey: string, orderId: string): string {
  return `${terminalKey}\n${orderId}`
}

/** Who a payment belongs to, and the world around. */
export interface Owner {
  readonly world: World
  readonly store: TbankStore
  readonly terminal: Terminal
}

/** One request that has passed the Token check. */
export interface TbankCall extends Owner {
  readonly body: JsonObject
  readonly baseUrl: string
  /** The scenario of this name that strikes this request, counted as one strike. */
  readonly strike: (name: ScenarioName) => Scenario | undefined
}

/** @throws TbankRefusal, also for another terminal's payment. */
export function requirePayment({ store, terminal }: Owner, paymentId: unknown): TbankPayment {
  const isNamed = typeof paymentId === 'number' || (typeof paymentId === 'string' && paymentId !== '')
  if (!isNamed) throw new TbankRefusal('2', 'Не передан параметр PaymentId')
  const payment = store.payments.find('id', String(paymentId))
  if (payment?.terminalKey === terminal.terminalKey) return payment
  throw new TbankRefusal('255', 'Платеж не найден')
}
