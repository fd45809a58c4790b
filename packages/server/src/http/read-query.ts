import type * as z from 'zod/mini'
import { ApiProblem } from '../api-problem.ts'
import { formatPath } from './format-path.ts'
import { parseRequest } from './parse-request.ts'

/** A query that meets its schema: no parameter twice, none that is unknown, nothing a database could not store. */
export function readQuery<T>(url: URL, schema: z.ZodMiniType<T, unknown>): T {
  const query: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (Object.hasOwn(query, name) || name === '__proto__')
      throw new ApiProblem('invalid_request', `${formatPath([name])} is there twice`, {
        path: formatPath([name]),
      })
    if (value.includes('\0') || value.includes('\ufffd'))
      throw new ApiProblem('invalid_request', `${formatPath([name])} is not text`, {
        path: formatPath([name]),
      })
    query[name] = value
  }
  return parseRequest(schema, query)
}
