import { ApiProblem } from '../api-problem.ts'
import { readBearer } from './bearer.ts'
import { type HttpContext, json, type Route } from './route.ts'
import { createSecretKeyCheck } from './secret-key.ts'

const DATABASE_TIMEOUT_MS = 2_000

/** `/healthz` for balancers, `/metrics` for Prometheus. */
export function healthRoutes({ store, options, clock, metrics, addressRate }: HttpContext): readonly Route[] {
  const { metricsToken } = options
  const routes: Route[] = [
    {
      method: 'GET',
      path: '/healthz',
      access: 'public',
      operationId: 'health',
      summary: 'Whether requests can be answered: the database is reached',
      success: { status: 200, description: '`{"status":"ok"}`', contentType: 'application/json' },
      problems: ['unavailable'],
      async handle() {
        const timeout = new AbortController()
        try {
          await Promise.race([
            store.now(),
            clock.sleep(DATABASE_TIMEOUT_MS, timeout.signal).then(() => Promise.reject(new Error('timeout'))),
          ])
        } catch {
          throw new ApiProblem('unavailable', 'the database cannot be reached', { retryAfterSeconds: 2 })
        } finally {
          timeout.abort()
        }
        return json({ status: 'ok' })
      },
    },
  ]
  if (metricsToken === undefined) return routes

  const isToken = createSecretKeyCheck([metricsToken])
  return [
    ...routes,
    {
      method: 'GET',
      path: '/metrics',
      access: 'public',
      operationId: 'metrics',
      summary: 'Prometheus metrics; needs the metrics token',
      success: { status: 200, description: 'Prometheus text format', contentType: 'text/plain' },
      problems: ['unauthorized'],
      async handle({ request, remoteAddress }) {
        if (isToken(readBearer(request.headers) ?? '') === 0) {
          addressRate.take(remoteAddress ?? 'unknown')
          throw new ApiProblem('unauthorized', 'send the metrics token: Authorization: Bearer …')
        }
        return new Response(metrics.render(), {
          headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        })
      },
    },
  ]
}
