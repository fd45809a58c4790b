import type { AntomAccount } from '../accounts.ts'
import type { World } from '../double.ts'
import { DIGITS } from '../random.ts'
import type { AntomPayment, AntomRefund } from './payment.ts'
import { AntomRefusal } from './result.ts'
import { toAntomDay } from './time.ts'

/** An account whose notification address can be changed while the sandbox runs. */
export type Client = AntomAccount & { notificationUrl?: string | undefined }

/** What the double remembers. Request ids are unique within a client. */
export interface AntomStore {
  payments: AntomPayment[]
  refunds: AntomRefund[]
}

/** One request that has passed the signature check. */
export interface AntomCall {
  readonly world: World
  readonly store: AntomStore
  readonly account: Client
  readonly body: unknown
  readonly baseUrl: string
}

/** `kind` keeps payments, refunds and captures apart; the last 13 digits are second of the day and chance. */
export function makeAntomId({ clock, random }: World, kind: '18' | '20' | '30' | '40'): string {
  const now = clock.now()
  const second = String(Math.floor(now / 1000) % 86_400).padStart(5, '0')
  return `${toAntomDay(now)}194010800100${kind}${second}${random.text(8, DIGITS)}`
}

export function findPayment(
  { payments }: AntomStore,
  clientId: string,
  { paymentId, paymentRequestId }: { paymentId?: string | undefined; paymentRequestId?: string | undefined },
): AntomPayment | undefined {
  return payments.find(
    (payment) =>
      payment.clientId === clientId &&
      (paymentId === undefined ? payment.requestId === paymentRequestId : payment.id === paymentId),
  )
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
    .filter(({ paymentId, status }) => paymentId === id && status !== 'FAIL')
    .reduce((sum, { amount }) => sum + amount.minorUnits, canceled?.returned ?? 0)
}
