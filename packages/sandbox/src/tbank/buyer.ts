import type { BuyerPayment } from '../buyer-page.ts'
import type { DeclineReason } from '../decline.ts'
import { customerKeyOf, type TbankCard } from './customers.ts'
import { expireHold, expireWaiting } from './expire.ts'
import { notifyPayment } from './notify.ts'
import { isWaiting, ledgerStatus, type TbankPayment } from './payment.ts'
import type { TbankCode } from './refusal.ts'
import type { TbankSource } from './source.ts'
import type { Owner } from './store.ts'

/** After so many failed tries an SBP code is dead: https://developer.tbank.ru/eacq/scenarios/payments/PCI_DSS/sbp/ */
const SBP_TRIES = 3

const CODES: Readonly<Record<DeclineReason, TbankCode>> = {
  general_decline: '99',
  insufficient_funds: '1051',
  limit_exceeded: '1061',
  fraud_suspected: '1034',
  authentication_failed: '101',
  card_not_accepted: '76',
}

const TRY_AGAIN: readonly DeclineReason[] = ['authentication_failed', 'card_not_accepted']

/** The card of a known customer is kept; one that may be charged again has a `RebillId`. */
function keepCard({ world, store }: Owner, payment: TbankPayment): TbankCard | undefined {
  const { customerKey, terminalKey, isRecurrent } = payment
  if (customerKey === undefined && !isRecurrent) return undefined
  const key = customerKeyOf(terminalKey, customerKey ?? '')
  const cards = store.cards.get(key) ?? []
  store.cards.set(key, cards)
  const known = cards.find(
    ({ status, rebillId }) => status === 'A' && (rebillId !== undefined || !isRecurrent),
  )
  if (known) return known
  const card: TbankCard = {
    cardId: world.random.text(8, '123456789'),
    customerKey: customerKey ?? '',
    rebillId: isRecurrent ? world.random.text(10, '123456789') : undefined,
    status: 'A',
  }
  cards.push(card)
  return card
}

/** The buyer's side of a payment, by one of the ways to pay it. */
export function buyerOf(owner: Owner, payment: TbankPayment, source: TbankSource): BuyerPayment {
  const { world, terminal } = owner
  const occasion = {
    double: 'tbank',
    operation: 'approve' as const,
    references: [payment.orderId, payment.id],
  }

  function refuse(reason: DeclineReason): void {
    payment.source = source
    payment.failure = CODES[reason]
    payment.failedTries += 1
    if (source.name === 'qrsbp' && payment.failedTries < SBP_TRIES) {
      payment.status = 'FORM_SHOWED'
      return
    }
    // Who fails 3-D Secure on the form, or has the wrong card, may try again there; the merchant is not told.
    if (source.name === 'cards' && TRY_AGAIN.includes(reason)) {
      payment.status = 'AUTH_FAIL'
      return
    }
    payment.status = 'REJECTED'
    payment.left = 0
    notifyPayment(owner, payment)
  }

  expireWaiting(owner, payment)
  expireHold(owner, payment)
  const status = ledgerStatus(payment)
  const isGood = status === 'succeeded' || status === 'authorized'
  return {
    kind: source.page,
    methodName: source.title,
    merchantName: terminal.shopName,
    description: payment.description ?? '',
    reference: payment.orderId,
    amount: { currency: 'RUB', minorUnits: payment.requested },
    status,
    nativeStatus: payment.status,
    expiresAt: payment.expiresAt,
    returnUrl: isGood ? payment.successUrl : payment.failUrl,

    approve() {
      if (isGood && ledgerStatus(payment) === status) return payment.refunded > 0 ? 'closed' : 'done'
      if (isWaiting(payment)) {
        const declined = world.scenarios.strike('declined', occasion)
        if (declined) {
          refuse(declined.reason ?? 'general_decline')
          return 'done'
        }
      } else {
        // What was given back has been paid once already.
        if (payment.approvals > 0) return 'closed'
        if (!payment.isLie && !world.scenarios.strike('late-success', occasion)) return 'closed'
      }
      payment.approvals += 1
      payment.source = source
      payment.failure = undefined
      payment.left = payment.requested
      if (source.name === 'cards') payment.card = keepCard(owner, payment)
      if (payment.isTwoStage) {
        payment.status = 'AUTHORIZED'
        payment.holdUntil = world.clock.now() + (source.holdMs ?? 0)
        world.clock.schedule(payment.holdUntil, () => expireHold(owner, payment))
        notifyPayment(owner, payment)
        return 'done'
      }
      payment.status = 'CONFIRMED'
      payment.captured = payment.requested
      // Both leave at the same moment and arrive in any order. SBP knows no authorization.
      if (source.name !== 'qrsbp') notifyPayment(owner, payment, 'AUTHORIZED')
      notifyPayment(owner, payment)
      return 'done'
    },

    decline(reason) {
      if (!isWaiting(payment)) {
        return payment.status === 'REJECTED' && payment.failure === CODES[reason] ? 'done' : 'closed'
      }
      refuse(reason)
      return 'done'
    },
  }
}
