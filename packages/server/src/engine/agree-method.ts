import type { PayRequest } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import { eligibility, type OfferContext } from '../domain/eligibility.ts'
import type { SessionRecord } from '../domain/records.ts'
import { type AgreedMethod, isSameMoney } from '../domain/start-payment.ts'
import type { QuoteTokens } from './quote-token.ts'

/**
 * The rail and charge for the method a buyer picked, on the terms he saw. Without a quote id the terms of this moment are
 * taken: for callers that show none.
 *
 * @throws ApiProblem `method_unavailable` with the reason, `quote_changed`.
 */
export function agreeMethod(
  session: SessionRecord,
  request: Pick<PayRequest, 'method' | 'quoteId' | 'device'>,
  context: OfferContext & { readonly quoteTokens: QuoteTokens },
): AgreedMethod {
  const { methods, unavailable } = eligibility(session, {
    ...context,
    device: request.device ?? context.device,
  })
  const found = methods.find(({ method }) => method === request.method)
  if (found === undefined) {
    const reason = unavailable.find(({ id }) => id === request.method)?.reason ?? 'not_offered'
    const others = methods.map(({ method }) => method).join(', ') || 'none at the moment'
    throw new ApiProblem(
      'method_unavailable',
      `method ${JSON.stringify(request.method)} cannot be used for this session (${reason}); choose one of: ${others}`,
      { path: 'method' },
    )
  }
  const { rail, quote } = found
  if (request.quoteId === undefined) {
    const terms = quote && { rate: quote.rate, marginBps: quote.marginBps, reference: quote.reference }
    return { rail, charge: found.charge, quote: terms }
  }
  const terms = quote === null ? null : context.quoteTokens.read(request.quoteId)
  if (
    terms === null ||
    terms.sessionId !== session.id ||
    terms.railId !== rail.id ||
    !isSameMoney(terms.amount, session.amount) ||
    terms.validUntil < context.now
  ) {
    throw new ApiProblem(
      'quote_changed',
      'the quote is over or not for this payment; show the buyer the one in view.methods and ask again',
      { path: 'quoteId' },
    )
  }
  return { rail, charge: terms.charge, quote: terms.quote }
}
