import { sessionIdOf } from '@teabrick/core/contract'
import { type Context, Hono } from 'hono'
import { ApiProblem } from '../api-problem.ts'
import { bankRoute } from './bank-routes.ts'
import { readBearer } from './bearer.ts'
import { checkoutRoutes } from './checkout-routes.ts'
import { clientAddress } from './client-address.ts'
import { createCors } from './cors.ts'
import { errorPageRoute } from './error-page-route.ts'
import { eventRoutes } from './event-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { hostedRoutes } from './hosted-routes.ts'
import { notificationRoute } from './notification-route.ts'
import { openApiRoute } from './openapi-route.ts'
import { paymentRoutes } from './payment-routes.ts'
import { toApiProblem, toProblemResponse } from './problem-response.ts'
import { railRoutes } from './rail-routes.ts'
import { createRequestId } from './request-id.ts'
import { returnRoute } from './return-route.ts'
import type { Call, CheckoutCall, HttpContext, MerchantCall, Route } from './route.ts'
import { createSecretKeyCheck } from './secret-key.ts'
import { sessionRoutes } from './session-routes.ts'

/** What comes with a request besides itself. */
export interface RequestInfo {
  /** The address of the connection. Without it addresses are unknown, and limits by address are shared by all. */
  readonly remoteAddress?: string | undefined
}

const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
])

export type HttpHandler = (request: Request, info?: RequestInfo) => Promise<Response>

/** Every route of the API. */
export function createRoutes(context: HttpContext): readonly Route[] {
  const routes: Route[] = [
    ...sessionRoutes(context),
    ...paymentRoutes(context),
    ...railRoutes(context),
    ...eventRoutes(context),
    ...checkoutRoutes(context),
    bankRoute(context),
    ...hostedRoutes(context),
    returnRoute(context),
    notificationRoute(context),
    ...healthRoutes(context),
    errorPageRoute(),
  ]
  routes.push(openApiRoute(context, routes))
  return routes
}

/** The HTTP side: routing, credentials, origins, limits, problems. Paths begin with the path of `publicUrl`. */
export function createHttpApp(context: HttpContext): HttpHandler {
  const { options, capabilities, clock, logger, metrics, addressRate, sessionRate } = context
  const keyPosition = createSecretKeyCheck(options.merchant.secretKeys)
  const cors = createCors([...options.merchant.origins, options.publicOrigin])

  function toMerchantCall(call: Call): MerchantCall {
    if (call.request.headers.has('origin'))
      throw new ApiProblem(
        'origin_not_allowed',
        'the merchant API is for backends: a request from a browser would show the secret key to everybody',
      )
    const position = keyPosition(readBearer(call.request.headers) ?? '')
    if (position === 0)
      throw refusedCredential(call, 'unauthorized', 'send a secret key: Authorization: Bearer sk_…')
    return { ...call, actor: `merchant key ${position}` }
  }

  function toCheckoutCall(call: Call): CheckoutCall {
    cors.check(call.request.headers)
    const token = readBearer(call.request.headers)
    const capability = token === undefined ? 'invalid' : capabilities.read(token, clock.now())
    if (capability === 'expired')
      throw refusedCredential(call, 'token_expired', 'the token has expired; ask the backend for a new one')
    if (capability === 'invalid')
      throw refusedCredential(
        call,
        'unauthorized',
        'send the session’s client token: Authorization: Bearer ct_…',
      )
    call.facts['session'] = capability.sessionId
    sessionRate.take(capability.sessionId)
    return { ...call, capability }
  }

  /** Only requests without a valid credential are counted by address. */
  function refusedCredential(call: Call, code: 'unauthorized' | 'token_expired', detail: string): ApiProblem {
    addressRate.take(call.remoteAddress ?? 'unknown')
    return new ApiProblem(code, detail)
  }

  function answer(route: Route, call: Call): Promise<Response> {
    switch (route.access) {
      case 'merchant':
        return route.handle(toMerchantCall(call))
      case 'checkout':
        return route.handle(toCheckoutCall(call))
      case 'public':
        return route.handle(call)
    }
  }

  /** Runs one request, whatever becomes of it, to an answer with the headers that all answers have. */
  async function run(
    c: Context<{ Bindings: RequestInfo }>,
    route: Pick<Route, 'path' | 'access'>,
    respond: (call: Call) => Response | Promise<Response>,
  ): Promise<Response> {
    const request = c.req.raw
    const requestId = createRequestId()
    const startedAt = clock.now()
    const call: Call = {
      request,
      url: new URL(request.url),
      params: c.req.param(),
      requestId,
      remoteAddress: clientAddress(request.headers, c.env.remoteAddress ?? null, options.trustProxy),
      facts: {},
    }
    const sessionId = sessionIdOf(call.params['id'] ?? '')
    if (sessionId) call.facts['session'] = sessionId
    let code: string | undefined
    let response: Response
    try {
      response = await respond(call)
    } catch (error) {
      const problem = toApiProblem(error)
      code = problem.code
      if (problem.status >= 500) logger.error({ requestId, route: route.path, error }, 'request failed')
      response = toProblemResponse(problem, { publicUrl: options.publicUrl, requestId })
    }
    const { headers } = response
    headers.set('request-id', requestId)
    headers.set('x-content-type-options', 'nosniff')
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
    if (route.access === 'checkout') cors.decorate(request, headers)
    metrics.count('teabrick_http_requests_total', 'Requests by route and status.', {
      // Labels are kept for ever: only those that we know.
      method: KNOWN_METHODS.has(request.method) ? request.method : 'other',
      route: route.path,
      status: String(response.status),
    })
    logger.info(
      {
        requestId,
        method: request.method.slice(0, 16),
        // The pattern, never the path: paths and queries hold tokens.
        route: route.path,
        status: response.status,
        code,
        ...call.facts,
        ms: clock.now() - startedAt,
      },
      'request',
    )
    return response
  }

  const app = new Hono<{ Bindings: RequestInfo }>()
  const methodsByPath = new Map<string, { access: Route['access']; methods: string[] }>()
  for (const route of createRoutes(context)) {
    const path = `${options.basePath}${route.path.replace(/\{(\w+)\}/g, ':$1')}`
    app.on(route.method, path, (c) => run(c, route, (call) => answer(route, call)))
    const known = methodsByPath.get(path) ?? { access: route.access, methods: [] }
    known.methods.push(...(route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]))
    methodsByPath.set(path, known)
  }

  for (const [path, { access, methods }] of methodsByPath) {
    const allow = [...methods, 'OPTIONS']
    app.all(path, (c) =>
      run(c, { path: path.slice(options.basePath.length), access }, ({ request, requestId }) => {
        if (request.method === 'OPTIONS') {
          if (access === 'checkout') cors.check(request.headers)
          else if (access === 'merchant' && request.headers.has('origin'))
            throw new ApiProblem('origin_not_allowed', 'the merchant API is for backends')
          const response = new Response(null, { status: 204, headers: { allow: allow.join(', ') } })
          if (access === 'checkout') cors.decoratePreflight(request, response.headers, methods)
          return response
        }
        const response = toProblemResponse(
          new ApiProblem('method_not_allowed', `use ${methods.join(' or ')} here, not ${request.method}`),
          { publicUrl: options.publicUrl, requestId },
        )
        response.headers.set('allow', allow.join(', '))
        return response
      }),
    )
  }
  app.notFound((c) =>
    run(c, { path: '(no route)', access: 'public' }, () => {
      throw new ApiProblem('not_found', 'no such path')
    }),
  )

  return async (request, info = {}) => app.fetch(request, info)
}
