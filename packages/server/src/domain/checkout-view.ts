import type { CheckoutMethod, CheckoutPayment, CheckoutView, NextAction } from '@teabrick/core/contract'
import type { ProviderAction } from '../provider.ts'
import type { Eligibility, EligibleMethod } from './eligibility.ts'
import type { PaymentRecord, SessionState } from './records.ts'
import { isUnknown, shownPayment } from './views.ts'

/**
 * All that a checkout needs to draw itself. Never the buyer's contacts, never anything of another session. Times are
 * durations from `now`.
 */
export function checkoutView(
  state: SessionState,
  context: {
    readonly now: number
    readonly merchantName: string
    readonly eligibility: Eligibility
    /** Names a quote so that it can come back; null where the method needs none. */
    readonly quoteId: (method: EligibleMethod) => string | null
    readonly returnUrl: string
    readonly url: string
    /** Hash of the list of SBP banks, for payments that a bank's app can open. */
    readonly bankList?: string | undefined
  },
): CheckoutView {
  const { session } = state
  const open = session.status === 'open' && context.now < session.expiresAt
  const payment = shownPayment(state)
  return {
    version: session.version,
    session: {
      id: session.id,
      status: session.status,
      expiresInMs: Math.max(0, session.expiresAt - context.now),
    },
    merchant: { name: context.merchantName },
    amount: session.amount,
    order: session.order,
    methods: open
      ? context.eligibility.methods.map((method) => toCheckoutMethod(method, context.quoteId(method)))
      : [],
    unavailable: open ? [...context.eligibility.unavailable] : [],
    payment: payment === null ? null : toCheckoutPayment(state, payment, context),
    returnUrl: context.returnUrl,
    url: context.url,
  }
}

function toCheckoutMethod(method: EligibleMethod, quoteId: string | null): CheckoutMethod {
  const { rail } = method.rail
  const { quote } = method
  return {
    id: method.method,
    name: rail.name,
    presentations: [...rail.presentations],
    requires: [...rail.requires],
    health: method.rail.health,
    ...(quote !== null && quoteId !== null
      ? {
          quote: {
            id: quoteId,
            charge: method.charge,
            rate: quote.rate,
            marginBps: quote.marginBps,
            ...(quote.reference === null ? {} : { reference: quote.reference }),
            validForMs: quote.validForSeconds * 1000,
          },
        }
      : {}),
  }
}

function toCheckoutPayment(
  state: SessionState,
  payment: PaymentRecord,
  context: { readonly now: number; readonly bankList?: string | undefined },
): CheckoutPayment {
  const unsure =
    isUnknown(state, payment) && (payment.status === 'created' || payment.status === 'requires_action')
  return {
    id: payment.id,
    method: payment.method,
    status: unsure ? 'processing' : payment.status,
    charge: payment.charge,
    nextAction:
      payment.status === 'requires_action' && payment.action !== null && !unsure
        ? toNextAction(payment.action, context)
        : null,
    failure: payment.status === 'failed' ? { code: payment.failureCode ?? 'declined' } : null,
    ...(state.payments.some(({ status, id }) => status === 'superseded' && id !== payment.id)
      ? { supersededBefore: true }
      : {}),
  }
}

function toNextAction(
  { expiresAt, ...action }: ProviderAction,
  { now, bankList }: { readonly now: number; readonly bankList?: string | undefined },
): NextAction {
  return {
    ...action,
    ...(action.banks && bankList ? { banks: { link: action.banks.link, list: bankList } } : {}),
    expiresInMs: expiresAt === null ? null : Math.max(0, Date.parse(expiresAt) - now),
  }
}
