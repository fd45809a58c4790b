import type { AntomAccount } from '../accounts.ts'
import type { World } from '../double.ts'
import { DIGITS } from '../random.ts'
import type { Scenario, ScenarioName } from '../scenario.ts'
import { createTable, type Table } from '../table.ts'
import type { AntomDeclaration, AntomPayment, AntomRefund } from './payment.ts'
import { AntomRefusal } from './result.ts'
import { toAntomDay } from './time.ts'

/** An account whose notification address can be changed while the sandbox runs. */
export type Client = AntomAccount & { notificationUrl?: string | undefined }

/** What the double remembers. Request ids are unique within a client. */
export interface AntomStore {
  readonly payments: Table<AntomPayment, 'id' | 'request' | 'page'>
  readonly refunds: Table<AntomRefund, 'id' | 'request' | 'payment'>
  readonly declarations: Table<AntomDeclaration, 'request' | 'payment'>
}

export function createAntomStore(): AntomStore {
  return {
    payments: createTable({
      id: ({ id }) => id,
      request: ({ clientId, requestId }) => requestKey(clientId, requestId),
      page: ({ pageUrl }) => pageUrl.slice(pageUrl.lastIndexOf('/') + 1),
    }),
    refunds: createTable({
      id: ({ id }) => id,
      request: ({ clientId, requestId }) => requestKey(clientId, requestId),
      payment: ({ paymentId }) => paymentId,
    }),
    declarations: createTable({
      request: ({ clientId, requestId }) => requestKey(clientId, requestId),
      payment: ({ paymentId }) => paymentId,
    }),
  }
}

/** Ids that a merchant chose are unique only among his own. */
export function requestKey(clientId: string, requestId: string): string {
  return `${clientId} ${requestId}`
}

/** One request that has passed the signature check. */
export interface AntomCall {
  readonly world: World
  readonly store: AntomStore
  readonly account: Client
  readonly body: unknown
  readonly baseUrl: string
  /** The scenario of this name that strikes this request, counted as one strike. */
  readonly strike: (name: ScenarioName) => Scenario | undefined
}

/** `kind` keeps payments, refunds, captures, cancels and declarations apart; the last 13 digits are second of the day and chance. */
export function makeAntomId({ clock, random }: World, kind: '18' | '20' | '30' | '40' | '50'): string {
  const now = clock.now()
  const second = String(Math.floor(now / 1000) % 86_400).padStart(5, '0')
  return `${toAntomDay(now)}194010800100${kind}${second}${random.text(8, DIGITS)}`
}

export function findPayment(
  { payments }: AntomStore,
  clientId: string,
  { paymentId, paymentRequestId }: { paymentId?: string | undefined; paymentRequestId?: string | undefined },
): AntomPayment | undefined {
  const payment =
    paymentId === undefined
      ? payments.find('request', requestKey(clientId, paymentRequestId ?? ''))
      : payments.find('id', paymentId)
  return payment?.clientId === clientId ? payment : undefined
}

/** @throws AntomRefusal `ORDER_NOT_EXIST`, also for another client's payment. */
export function requirePayment(
  { store, account }: AntomCall,
  by: { paymentId?: string | undefined; paymentRequestId?: string | undefined },
): AntomPayment {
  const payment = findPayment(store, account.clientId, by)
  if (!payment) throw new AntomRefusal('ORDER_NOT_EXIST', 'The order does not exist.')
  return payment
}

/** Minor units that went back to the buyer or are on their way. */
export function refunded({ refunds }: AntomStore, { id, canceled }: AntomPayment): number {
  return refunds
    .where('payment', id)
    .filter(({ status }) => status !== 'FAIL')
    .reduce((sum, { amount }) => sum + amount.minorUnits, canceled?.returned ?? 0)
}
