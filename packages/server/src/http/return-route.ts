import { ApiProblem } from '../api-problem.ts'
import type { HttpContext, Route } from './route.ts'

/**
 * `/r/{token}`: where providers send buyers back to. It asks the provider again and sends the buyer to the merchant, with a
 * status token in the fragment, which no server and no referrer sees. What the provider put into the query proves nothing
 * and goes no further.
 */
export function returnRoute({
  engine,
  capabilities,
  links,
  clock,
  addressRate,
  sessionRate,
}: HttpContext): Route {
  return {
    method: 'GET',
    path: '/r/{token}',
    access: 'public',
    operationId: 'returnFromProvider',
    summary: 'Send a buyer who comes back from a provider on to the merchant',
    success: { status: 303, description: 'To the session’s returnUrl with `#teabrick=st_…`' },
    problems: ['unauthorized', 'token_expired'],
    async handle({ params, remoteAddress, facts }) {
      const capability = capabilities.read(params['token'] ?? '', clock.now())
      if (typeof capability === 'string' || capability.scope !== 'st') {
        addressRate.take(remoteAddress ?? 'unknown')
        throw capability === 'expired'
          ? new ApiProblem('token_expired', 'this return link has expired')
          : new ApiProblem('unauthorized', 'this return link is not valid')
      }
      facts['session'] = capability.sessionId
      sessionRate.take(capability.sessionId)
      const { session } = await engine.recheck(capability.sessionId)
      return new Response(null, {
        status: 303,
        headers: { location: links.merchantReturnUrl(session), 'referrer-policy': 'no-referrer' },
      })
    },
  }
}
