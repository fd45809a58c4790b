import type * as z from 'zod/mini'
import { ApiProblem } from '../api-problem.ts'
import type { RequestKey } from '../payment-engine.ts'
import { REQUEST_LIMITS } from '../request-limits.ts'
import { fingerprintOf } from './canonical-json.ts'
import { refuseCardNumbers } from './card-number.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { parseJson } from './parse-json.ts'
import { parseRequest } from './parse-request.ts'
import { readBody } from './read-body.ts'

type Schema<T> = z.ZodMiniType<T, unknown>

/**
 * A POST's body and key.
 *
 * @param check Semantic checks; what it returns is the body that counts.
 * @throws ApiProblem for anything that is wrong with either.
 */
export async function readCommand<T>(
  request: Request,
  schema: Schema<T>,
  check: (body: T) => T = (body) => body,
): Promise<{ readonly body: T; readonly key: RequestKey }> {
  refuseOtherMediaTypes(request)
  const key = readIdempotencyKey(request.headers)
  const body = check(await readJson(request, schema))
  return { body, key: { key, fingerprint: fingerprintOf(body) } }
}

/** A JSON body that meets its schema. No body at all is an empty object, for requests where every member may be left out. */
export async function readJson<T>(request: Request, schema: Schema<T>): Promise<T> {
  refuseOtherMediaTypes(request)
  const bytes = await readBody(request, REQUEST_LIMITS.bodyBytes)
  if (bytes.length > 0 && !request.headers.has('content-type')) throw otherMediaType('no content type')
  const body = parseRequest(schema, bytes.length === 0 ? {} : parseJson(bytes))
  refuseCardNumbers(body)
  return body
}

function refuseOtherMediaTypes({ headers }: Request): void {
  const type = headers.get('content-type')
  if (type !== null && !/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type))
    throw otherMediaType('another one')
  if (!/^(identity)?$/i.test(headers.get('content-encoding') ?? ''))
    throw new ApiProblem('unsupported_media_type', 'send the body without Content-Encoding')
}

function otherMediaType(what: string): ApiProblem {
  return new ApiProblem(
    'unsupported_media_type',
    `the body must be application/json in UTF-8; the request names ${what}`,
  )
}
