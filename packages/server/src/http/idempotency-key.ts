import { ApiProblem } from '../api-problem.ts'

/**
 * The `Idempotency-Key` of a POST: 22 to 255 characters of visible ASCII, bare or as the quoted string of
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/. Both spellings are the same key.
 *
 * @throws ApiProblem `idempotency_key_missing`, `idempotency_key_invalid`.
 */
export function readIdempotencyKey(headers: Headers): string {
  const header = headers.get('idempotency-key')?.trim()
  if (!header)
    throw new ApiProblem(
      'idempotency_key_missing',
      'the Idempotency-Key header is missing: send a new random key for each thing you want, the same key for each repetition',
    )
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header)?.[1]
  const key = quoted?.replace(/\\(["\\])/g, '$1') ?? header
  if (!/^[!-~]{22,255}$/.test(key) || (quoted === undefined && key.startsWith('"')))
    throw new ApiProblem(
      'idempotency_key_invalid',
      `the Idempotency-Key must be 22 to 255 visible ASCII characters, such as a UUID; got ${key.length} characters`,
    )
  return key
}
