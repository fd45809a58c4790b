import { PROBLEM_STATUS, type ProblemCode } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import { StoreError } from '../store/store.ts'
import { PROBLEM_DOCS } from './problem-docs.ts'

/** Where the problem codes are explained: a page of this API, so that it can be reached from where the API can. */
export function problemDocUrl(publicUrl: string, code: ProblemCode): string {
  return `${publicUrl}/errors#${code}`
}

/** Whatever was thrown, as what the client may know of it. Only an `internal_error` has more to tell, to the log. */
export function toApiProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof StoreError && error.code === 'cursor_invalid')
    return new ApiProblem('invalid_request', `cursor ${error.message}`, { path: 'cursor' })
  if (error instanceof StoreError && error.code === 'unavailable')
    return new ApiProblem('unavailable', 'the database cannot be reached', { retryAfterSeconds: 2 })
  return new ApiProblem(
    'internal_error',
    'an unexpected error; the request may be repeated with the same key',
  )
}

/** RFC 9457 problem details. */
export function toProblemResponse(
  problem: ApiProblem,
  { publicUrl, requestId }: { readonly publicUrl: string; readonly requestId: string },
): Response {
  const docUrl = problemDocUrl(publicUrl, problem.code)
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer')
  if (problem.retryAfterSeconds !== undefined)
    headers.set('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterSeconds))))
  else if (RETRY_SOON.has(problem.code)) headers.set('retry-after', '1')
  const body = {
    type: docUrl,
    title: PROBLEM_DOCS[problem.code].title,
    status: PROBLEM_STATUS[problem.code],
    code: problem.code,
    // One text for ids that do not exist and ids of others.
    detail: problem.code === 'not_found' ? 'there is no such resource, or it is not yours' : problem.message,
    path: problem.path,
    requestId,
    docUrl,
    view: problem.view,
  }
  return new Response(JSON.stringify(body), { status: problem.status, headers })
}

const RETRY_SOON: ReadonlySet<ProblemCode> = new Set([
  'idempotency_key_in_flight',
  'rate_limited',
  'unavailable',
])
