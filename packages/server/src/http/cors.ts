import { ApiProblem } from '../api-problem.ts'

/** Which pages may call the checkout API, and what they are told. There are no cookies, so credentials are never allowed. */
export interface Cors {
  /** @throws ApiProblem `origin_not_allowed` for a foreign origin, `null` too. No origin at all is fine: the token counts. */
  check(headers: Headers): void
  /** Adds what a page of an allowed origin needs to read the answer. */
  decorate(request: Request, response: Headers): void
  /** Adds the answer to a preflight. */
  decoratePreflight(request: Request, response: Headers, methods: readonly string[]): void
}

const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-None-Match, Prefer'
const RESPONSE_HEADERS = 'ETag, Retry-After, Preference-Applied, Request-Id'
const PREFLIGHT_SECONDS = 7200

export function createCors(origins: readonly string[]): Cors {
  const allowed: ReadonlySet<string> = new Set(origins)
  const allowedOrigin = (headers: Headers): string | undefined => {
    const origin = headers.get('origin')
    return origin !== null && allowed.has(origin) ? origin : undefined
  }
  return {
    check(headers) {
      if (headers.has('origin') && !allowedOrigin(headers))
        throw new ApiProblem(
          'origin_not_allowed',
          "pages of this origin may not use the checkout API; add it to the merchant's origins",
        )
    },
    decorate({ headers }, response) {
      response.append('vary', 'Origin')
      const origin = allowedOrigin(headers)
      if (!origin) return
      response.set('access-control-allow-origin', origin)
      response.set('access-control-expose-headers', RESPONSE_HEADERS)
    },
    decoratePreflight({ headers }, response, methods) {
      if (!allowedOrigin(headers)) return
      response.set('access-control-allow-methods', methods.join(', '))
      response.set('access-control-allow-headers', REQUEST_HEADERS)
      response.set('access-control-max-age', String(PREFLIGHT_SECONDS))
    },
  }
}
