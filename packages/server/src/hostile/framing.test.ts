import type { Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, SECRET_KEY, sessionRequest } from '../api-rig.ts'
import { createHttpServer, toNodeHandler } from '../node.ts'

// Bytes on a socket, as no HTTP client would send them. Not in the list of cases: neighbours of IH-17 to IH-19 and WB-07, WB-08.

let rig: ApiRig
let server: Server
let port: number
beforeAll(async () => {
  rig = await createApiRig()
  server = createHttpServer(toNodeHandler(rig.api))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as { port: number }).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rig.close()
})

/** Statuses of all answers on one connection until it ends. */
function send(...parts: readonly (string | Uint8Array)[]): Promise<number[]> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    const done = () => resolve([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status)))
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', done)
    socket.on('close', done)
    for (const part of parts) socket.write(part)
  })
}

const BODY = JSON.stringify(sessionRequest)
const LENGTH = Buffer.byteLength(BODY)
const BASE = ['Host: shop.example', `Authorization: Bearer ${SECRET_KEY}`, 'Connection: close']
const head = (line: string, headers: readonly string[]): string => [line, ...headers, '', ''].join('\r\n')
const get = (target: string, ...more: string[]): string => head(`GET ${target} HTTP/1.1`, [...BASE, ...more])
const post = (headers: readonly string[], body = BODY): string =>
  head('POST /pay/v1/sessions HTTP/1.1', [
    ...BASE,
    'Content-Type: application/json',
    `Idempotency-Key: ${newKey()}`,
    ...headers,
  ]) + body
const sized = (...more: string[]): string => post([`Content-Length: ${LENGTH}`, ...more])
const CHUNKED = 'Transfer-Encoding: chunked'

async function countSessions(): Promise<number> {
  const response = await rig.merchant('GET', '/v1/sessions?limit=100')
  return ((await response.json()) as { items: unknown[] }).items.length
}

describe('a request that two programs could read differently is refused', () => {
  it.each([
    ['two hosts', get('/pay/v1/sessions', 'Host: evil.test')],
    ['no host', head('GET /pay/v1/sessions HTTP/1.1', BASE.slice(1))],
    ['dot segments written as %2e', get('/pay/v1/sessions/%2e%2e/sessions')],
    ['dot segments, half written so', get('/pay/v1/x/.%2E/sessions')],
    ['a single dot segment', get('/pay/./v1/sessions')],
    ['a path that ends in dots', get('/pay/v1/sessions/x/..')],
    ['backslashes', get('/pay\\v1\\sessions')],
    ['a fragment', get('/pay/v1/sessions#/c/x')],
    ['raw UTF-8 in the target', Buffer.from(get('/pay/v1/sessions?reference=\u00e9'))],
    ['a NUL in the target', get('/pay/v1/\0sessions')],
    ['a folded header', sized('X-A: b\r\n c')],
    ['a space before the colon', sized('X-A : b')],
    ['a lone carriage return in a header', sized('X-A: a\rb')],
    ['a NUL in a header', sized('X-A: a\0b')],
    ['lines that end in LF alone', sized().replaceAll('\r\n', '\n')],
    ['an encoding and a length', post([CHUNKED, 'Content-Length: 5'], '0\r\n\r\n')],
    ['two encodings', post([CHUNKED, 'Transfer-Encoding: identity'], '0\r\n\r\n')],
    ['an encoding that ends otherwise', post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n')],
    ['an unknown encoding', post(['Transfer-Encoding: xchunked'], '0\r\n\r\n')],
    ['one length twice', sized(`Content-Length: ${LENGTH}`)],
    ['two lengths', sized(`Content-Length: ${LENGTH - 1}`)],
    ['lengths in a list', post([`Content-Length: ${LENGTH}, ${LENGTH}`])],
    ['a length with a sign', post([`Content-Length: +${LENGTH}`])],
    ['a negative length', post(['Content-Length: -1'])],
    ['a length in hex', post(['Content-Length: 0x10'])],
    ['a chunk size with a sign', post([CHUNKED], `-1\r\n${BODY}\r\n0\r\n\r\n`)],
    ['a chunk size beyond 64 bits', post([CHUNKED], `FFFFFFFFFFFFFFFFF\r\n${BODY}\r\n0\r\n\r\n`)],
    ['a chunk size with 0x', post([CHUNKED], `0x10\r\n${BODY}\r\n0\r\n\r\n`)],
    ['a method in lower case', head('get /pay/v1/sessions HTTP/1.1', BASE)],
    ['HTTP/2 in clear text', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/1.2', head('GET /pay/v1/sessions HTTP/1.2', BASE)],
    ['a TLS handshake', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
    ['OPTIONS *', head('OPTIONS * HTTP/1.1', BASE)],
  ])('with 400: %s', async (_, bytes) => {
    const before = await countSessions()
    expect(await send(bytes)).toEqual([400])
    expect(await countSessions()).toBe(before)
  })

  it('with 401: two credentials', async () => {
    expect(await send(get('/pay/v1/sessions', 'Authorization: Bearer sk_other_0123456789'))).toEqual([401])
  })

  it('with 417: an expectation nobody knows', async () => {
    expect(await send(sized('Expect: 200-ok'))).toEqual([417])
  })

  it('with 404: a slash written as %2f, a slash twice, a parameter of the path', async () => {
    for (const path of [
      '/pay/v1%2fsessions',
      '/pay//v1/sessions',
      '/pay/v1/sessions/',
      '/pay/v1/sessions;a=1',
    ])
      expect(await send(get(path)), path).toEqual([404])
  })
})

it('answers TRACE and unknown methods by 405, and does not take another one from a header', async () => {
  expect(await send(head('TRACE /pay/v1/sessions HTTP/1.1', BASE))).toEqual([405])
  expect(await send(head('PROPFIND /pay/v1/sessions HTTP/1.1', BASE))).toEqual([405])
  const before = await countSessions()
  expect(await send(get('/pay/v1/sessions', 'X-HTTP-Method-Override: POST'))).toEqual([200])
  expect(await countSessions()).toBe(before)
})

it('is no tunnel: CONNECT ends the connection', async () => {
  expect(await send(head('CONNECT evil.test:443 HTTP/1.1', ['Host: evil.test:443']))).toEqual([])
})

it('answers two requests on one connection in order, and HTTP/1.0', async () => {
  const kept = sized().replace('Connection: close\r\n', '')
  expect(await send(kept, get('/pay/v1/sessions'))).toEqual([201, 200])
  expect(await send(head('GET /pay/v1/sessions HTTP/1.0', BASE))).toEqual([200])
})

it('reads chunks with extensions and trailers, and believes no trailer', async () => {
  const chunks = `${LENGTH.toString(16)};a=b\r\n${BODY}\r\n0\r\nAuthorization: Bearer x\r\n\r\n`
  expect(await send(post([CHUNKED], chunks))).toEqual([201])
  const late = post(
    [CHUNKED],
    `${LENGTH.toString(16)}\r\n${BODY}\r\n0\r\nIdempotency-Key: ${newKey()}\r\n\r\n`,
  )
  expect(await send(late.replace(/Idempotency-Key: key.*\r\n/, ''))).toEqual([400])
})

it('takes no Upgrade', async () => {
  const upgrade = get('/pay/v1/sessions', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk')
  expect(await send(upgrade)).toEqual([200])
})
