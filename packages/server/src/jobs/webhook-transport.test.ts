import { createServer, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWebhookTransport } from './webhook-transport.ts'

let server: Server
let connections = 0
let answer = { status: 204, headers: {} as Record<string, string> }
let received: { url: string; headers: Record<string, unknown>; body: string }[] = []

beforeEach(async () => {
  connections = 0
  received = []
  answer = { status: 204, headers: {} }
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body })
      response.writeHead(answer.status, answer.headers).end('an answer nobody reads')
    })
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const port = (): number => (server.address() as AddressInfo).port
const request = (url: string) => ({
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
  body: '{"чай":1}',
  signal: AbortSignal.timeout(5_000),
})
/** A resolver that gives these addresses, one set after another. */
const resolving = (...answers: readonly (readonly string[])[]): LookupFunction => {
  let call = 0
  return (_, options, callback) => {
    const addresses = (answers[Math.min(call++, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    if (options.all) callback(null, addresses)
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4)
  }
}

describe('a webhook', () => {
  it('has a connection of its own each time: a kept one would lead where its name has led before', async () => {
    const send = createWebhookTransport({ allowInsecure: true })
    for (let time = 0; time < 3; time++) await send(request(`http://127.0.0.1:${port()}/hooks`))
    expect(connections).toBe(3)
  })

  it('arrives byte for byte, and only the status comes back', async () => {
    const send = createWebhookTransport({ allowInsecure: true })
    expect(await send(request(`http://127.0.0.1:${port()}/hooks?x=1`))).toMatchObject({ status: 204 })
    expect(received).toEqual([
      {
        url: '/hooks?x=1',
        headers: expect.objectContaining({ 'webhook-id': 'evt_1', 'content-length': '12' }),
        body: '{"чай":1}',
      },
    ])
  })

  it('follows no redirect (NW-19)', async () => {
    answer = { status: 301, headers: { location: `http://127.0.0.1:${port()}/inside` } }
    const send = createWebhookTransport({ allowInsecure: true })
    expect(await send(request(`http://127.0.0.1:${port()}/`))).toMatchObject({ status: 301 })
    expect(received).toHaveLength(1)
  })

  it('hands on Retry-After', async () => {
    answer = { status: 503, headers: { 'retry-after': '120' } }
    const send = createWebhookTransport({ allowInsecure: true })
    const { status, headers } = await send(request(`http://127.0.0.1:${port()}/`))
    expect([status, headers.get('retry-after')]).toEqual([503, '120'])
  })

  it('ends when its signal does (NW-18)', async () => {
    server.removeAllListeners('request')
    const send = createWebhookTransport({ allowInsecure: true })
    const hanging = { ...request(`http://127.0.0.1:${port()}/`), signal: AbortSignal.timeout(50) }
    await expect(send(hanging)).rejects.toThrow()
  })
})

describe('in production', () => {
  it.each([
    '127.0.0.1',
    '[::1]',
    '10.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '[::ffff:7f00:1]',
    '0x7f000001',
    '017700000001',
    '2130706433',
    '127.1',
    '[64:ff9b::7f00:1]',
    '0.0.0.0',
  ])('no socket is opened to %s (NW-20)', async (host) => {
    const looked: string[] = []
    const send = createWebhookTransport({
      allowInsecure: false,
      lookup: (name, options, callback) => {
        looked.push(name)
        resolving(['127.0.0.1'])(name, options, callback)
      },
    })
    await expect(send(request(`https://${host}/`))).rejects.toMatchObject({ code: 'ERR_PRIVATE_ADDRESS' })
    expect(connections).toBe(0)
  })

  it.each([
    ['one address', ['127.0.0.1']],
    ['one private among public ones', ['185.71.76.1', '10.0.0.1']],
    ['IPv6', ['::1']],
    ['mapped IPv4', ['::ffff:127.0.0.1']],
  ])('a name is refused where it resolves to %s', async (_, addresses) => {
    const send = createWebhookTransport({ allowInsecure: false, lookup: resolving(addresses) })
    await expect(send(request('https://rebind.test/'))).rejects.toMatchObject({ code: 'ERR_PRIVATE_ADDRESS' })
    expect(connections).toBe(0)
  })

  it('a name that resolves otherwise the second time is checked where the socket gets it', async () => {
    const lookup = resolving(['185.71.76.1'], ['127.0.0.1'])
    const send = createWebhookTransport({ allowInsecure: false, lookup })
    const first = { ...request('https://rebind.test:8443/'), signal: AbortSignal.timeout(30) }
    await expect(send(first)).rejects.toThrow()
    await expect(send(request('https://rebind.test:8443/'))).rejects.toMatchObject({
      code: 'ERR_PRIVATE_ADDRESS',
    })
    expect(connections).toBe(0)
  })

  it.each([
    'http://shop.example/',
    'https://shop.example:8080/',
    'https://a:b@shop.example/',
    'https://shop.example:22/',
  ])('only https on 443 and 8443 without credentials: not %s', async (url) => {
    const send = createWebhookTransport({ allowInsecure: false, lookup: resolving(['185.71.76.1']) })
    await expect(send(request(url))).rejects.toThrow('https on port 443 or 8443')
  })
})
