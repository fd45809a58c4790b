import { expect, it } from 'vitest'
import { readBody } from './read-body.ts'

/** A request whose body comes in the given pieces, and what became of it. */
function request(pieces: readonly (string | Error)[], headers: Record<string, string> = {}) {
  const seen = { pulled: 0, isCanceled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[seen.pulled++]
        if (piece === undefined) controller.close()
        else if (piece instanceof Error) controller.error(piece)
        else controller.enqueue(new TextEncoder().encode(piece))
      },
      cancel() {
        seen.isCanceled = true
      },
    },
    { highWaterMark: 0 },
  )
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' }
  return { seen, request: new Request('https://shop.example/', init) }
}

it('puts the pieces of a body together', async () => {
  const { request: whole } = request(['{"a"', ':', '1}'])
  expect(new TextDecoder().decode(await readBody(whole, 7))).toBe('{"a":1}')
  expect(await readBody(new Request('https://shop.example/'), 7)).toEqual(new Uint8Array())
})

it('ends a body that grows beyond the limit, and asks for no more of it', async () => {
  const { seen, request: long } = request(['1234', '5678', '9'])
  await expect(readBody(long, 7)).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(seen).toEqual({ pulled: 2, isCanceled: true })
})

it('reads nothing of a body that says it is too long', async () => {
  const { seen, request: long } = request(['1234'], { 'content-length': '8' })
  await expect(readBody(long, 7)).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(seen.pulled).toBe(0)
  const { request: fits } = request(['1234567'], { 'content-length': '7' })
  expect((await readBody(fits, 7)).length).toBe(7)
})

it('does not take the beginning of a body for the body', async () => {
  const { request: broken } = request(['{}', new Error('reset')])
  await expect(readBody(broken, 7)).rejects.toMatchObject({ code: 'invalid_request', status: 400 })
})
