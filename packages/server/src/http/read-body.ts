import { ApiProblem } from '../api-problem.ts'

/**
 * The bytes of a body, counted while they arrive: a body above the limit is refused after at most the limit is read.
 *
 * @throws ApiProblem `payload_too_large`; `invalid_request` if the body ended early.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new ApiProblem('payload_too_large', `the body is larger than the ${maxBytes} bytes allowed here`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (!request.body) return new Uint8Array()

  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.byteLength
      if (size > maxBytes) {
        void reader.cancel().catch(() => {})
        throw tooLarge()
      }
      chunks.push(value)
    }
  } catch (error) {
    if (error instanceof ApiProblem) throw error
    throw new ApiProblem('invalid_request', 'the body ended before it was complete')
  }
  const body = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.byteLength
  }
  return body
}
