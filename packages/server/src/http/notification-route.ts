import { NotificationRefused } from '../provider.ts'
import { REQUEST_LIMITS } from '../request-limits.ts'
import { readBody } from './read-body.ts'
import type { HttpContext, Route } from './route.ts'

/**
 * `/v1/providers/{account}/notifications`: what providers call. The bytes go to the adapter as they came. All refusals of one
 * status have the same body, so that they tell nothing about why.
 */
export function notificationRoute({ engine, addressRate, logger }: HttpContext): Route {
  return {
    method: 'POST',
    path: '/v1/providers/{account}/notifications',
    access: 'public',
    operationId: 'receiveNotification',
    summary: 'Take a provider’s notification; authenticated by the provider’s own scheme',
    success: {
      status: 200,
      description: 'Stored; the answer is in the form the provider wants',
      contentType: 'text/plain',
    },
    problems: ['not_found', 'payload_too_large', 'unauthorized'],
    async handle({ request, url, params, remoteAddress, requestId }) {
      const account = params['account'] ?? ''
      const rawBody = await readBody(request, REQUEST_LIMITS.notificationBytes)
      try {
        const { status, headers, body } = await engine.receiveNotification(account, {
          rawBody,
          headers: request.headers,
          requestUri: `${url.pathname}${url.search}`,
          remoteAddress,
        })
        return new Response(body, { status, headers: { ...headers } })
      } catch (error) {
        if (!(error instanceof NotificationRefused)) throw error
        addressRate.take(remoteAddress ?? 'unknown')
        logger.warn(
          { requestId, account, status: error.status, reason: error.message },
          'notification refused',
        )
        return new Response('{"title":"The notification is not accepted"}', {
          status: error.status,
          headers: { 'content-type': 'application/problem+json' },
        })
      }
    },
  }
}
