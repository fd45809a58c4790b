import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPayClient } from '@teabrick/core'
import { createMerchantClient, signWebhook } from '@teabrick/core/merchant'
import { createMemoryStore, systemClock } from '@teabrick/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createShop, type Shop } from './create-shop.ts'
import { SECRET_KEY, WEBHOOK_SECRET } from './keys.ts'
import { CONTENT_SECURITY_POLICY } from './shop-app.ts'

let shop: Shop
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shop-'))
  shop = await createShop({
    port: 0,
    dataFolder: folder,
    database: createMemoryStore({ clock: systemClock }),
    logger: { info() {}, warn() {}, error() {} },
  })
})
afterAll(async () => {
  await shop.close()
  rmSync(folder, { recursive: true, force: true })
})

const newKey = (): string => crypto.randomUUID()

function checkout(body: unknown, key: string | null = newKey(), headers: Record<string, string> = {}) {
  return fetch(`${shop.origin}/api/checkout`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== null && { 'idempotency-key': key }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

interface Started {
  readonly reference: string
  readonly clientToken: string
  readonly url: string
}

const order = async (reference: string) =>
  (
    await fetch(`${shop.origin}/orders/${reference}`, { headers: { accept: 'application/json' } })
  ).json() as Promise<{
    status: string
    fulfilledCount: number
    events: { id: string; type: string; count: number }[]
  }>

async function eventually<T>(read: () => Promise<T> | T, isThere: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (isThere(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('POST /api/checkout', () => {
  it('makes one order and one session for one key, however often and at once', async () => {
    const key = newKey()
    const body = { data: { sku: 'gaiwan' } }
    const answers = await Promise.all(Array.from({ length: 12 }, () => checkout(body, key)))
    const started = (await Promise.all(answers.map((answer) => answer.json()))) as Started[]
    expect(new Set(started.map(({ reference }) => reference)).size).toBe(1)
    const client = createMerchantClient({ apiUrl: `${shop.origin}/pay`, secretKey: SECRET_KEY })
    const { items } = await client.sessions.list({ reference: started[0]!.reference })
    expect(items).toHaveLength(1)
    expect(items[0]?.amount).toEqual({ currency: 'RUB', minorUnits: 168_000 })
  })

  it('counts a cart by the catalogue’s prices', async () => {
    const answer = await checkout({ data: { items: 'gaiwan:2,dian-hong:3', testid: 'of the page' } })
    const { reference } = (await answer.json()) as Started
    expect(shop.orders.find(reference)?.amount.minorUnits).toBe(2 * 168_000 + 3 * 64_000)
  })

  it('refuses the same key for other goods', async () => {
    const key = newKey()
    await checkout({ data: { sku: 'gaiwan' } }, key)
    const answer = await checkout({ data: { sku: 'samovar' } }, key)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  it.each([
    ['an unknown good', { data: { sku: 'coffee' } }, 'data.sku'],
    ['a price', { data: { sku: 'gaiwan' }, amount: 1 }, 'amount'],
    ['no goods', { data: {} }, 'data.sku'],
    ['half a good', { quantity: 0.5, data: { sku: 'gaiwan' } }, 'quantity'],
    ['a negative count', { quantity: -1, data: { sku: 'gaiwan' } }, 'quantity'],
    ['too many', { quantity: 100, data: { sku: 'gaiwan' } }, 'quantity'],
    ['a list with one thing nobody sells', { data: { items: 'gaiwan:1,coffee:1' } }, 'data.items'],
    ['an empty list', { data: { items: '' } }, 'data.items'],
    ['no JSON', '{"data":', ''],
    ['an array', [], ''],
  ])('refuses %s and names the field', async (_name, body, path) => {
    const answer = await checkout(body)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', ...(path && { path }) })
  })

  it('refuses a request without a usable key, from another origin, or in another form', async () => {
    expect((await checkout({ data: { sku: 'gaiwan' } }, null)).status).toBe(400)
    expect((await checkout({ data: { sku: 'gaiwan' } }, 'short')).status).toBe(400)
    const body = { data: { sku: 'gaiwan' } }
    expect((await checkout(body, newKey(), { origin: 'https://evil.example' })).status).toBe(403)
    expect((await checkout(body, newKey(), { 'content-type': 'text/plain' })).status).toBe(415)
  })
})

describe('POST /webhooks/teabrick', () => {
  async function deliver(id: string, body: string, secret = WEBHOOK_SECRET): Promise<number> {
    const timestamp = Math.floor(Date.now() / 1000)
    const signature = await signWebhook({
      id,
      timestamp,
      rawBody: new TextEncoder().encode(body),
      secrets: [secret],
    })
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    }
    const answer = await fetch(`${shop.origin}/webhooks/teabrick`, { method: 'POST', headers, body })
    return answer.status
  }

  it('is refused when the signature is not ours', async () => {
    const other = `whsec_${Buffer.from('another secret of thirty-two byt').toString('base64')}`
    expect(await deliver('evt_1', '{}', other)).toBe(400)
  })

  it('fulfils once when the same event comes ten times at once', async () => {
    const started = (await (await checkout({ data: { sku: 'krasnodar' } })).json()) as Started
    const client = createMerchantClient({ apiUrl: `${shop.origin}/pay`, secretKey: SECRET_KEY })
    const session = (await client.sessions.list({ reference: started.reference })).items[0]!
    const id = session.id.replace('cs_', 'evt_').concat('_9')
    const body = JSON.stringify({
      id,
      type: 'session.completed',
      timestamp: new Date().toISOString(),
      sequence: 9,
      data: { session: { ...session, status: 'complete' } },
    })
    const statuses = await Promise.all(Array.from({ length: 10 }, () => deliver(id, body)))
    expect(new Set(statuses)).toEqual(new Set([204]))
    expect(await order(started.reference)).toMatchObject({
      status: 'paid',
      fulfilledCount: 1,
      events: [{ id, count: 10 }],
    })
  })
})

it('sells a tea by Alipay: the wallet approves, the webhook arrives, the order is fulfilled once', async () => {
  const { clientToken, reference } = (await (
    await checkout({ data: { sku: 'bi-luo-chun' } })
  ).json()) as Started
  const pay = createPayClient({
    apiUrl: `${shop.origin}/pay`,
    clientToken,
    device: { surface: 'desktop' },
  })
  const state = await eventually(
    () => pay.pay('alipay'),
    ({ status }) => status === 'requires_action',
  )
  pay.stop()
  const payload = state.status === 'requires_action' ? state.nextAction.qr?.payload : undefined
  expect(payload).toContain(`${shop.origin}/sandbox/antom/`)
  const approve = await fetch(`${payload}/approve`, { method: 'POST', redirect: 'manual' })
  expect(approve.status).toBeLessThan(400)
  const paid = await eventually(
    () => order(reference),
    ({ status }) => status === 'paid',
  )
  expect(paid.fulfilledCount).toBe(1)
  const types = (
    await eventually(
      () => order(reference),
      ({ events }) => events.length >= 2,
    )
  ).events.map(({ type }) => type)
  expect(types.sort()).toEqual(['payment.succeeded', 'session.completed'])
})

describe('without JavaScript', () => {
  it.each(['/buy/gaiwan', '/buy/gaiwan:2,dian-hong:1'])('%s leads to the hosted page', async (path) => {
    const answer = await fetch(`${shop.origin}${path}`, { redirect: 'manual' })
    expect(answer.status).toBe(303)
    const hosted = answer.headers.get('location') ?? ''
    expect(hosted).toMatch(new RegExp(`^${shop.origin}/pay/c/lt_`))
    expect((await fetch(hosted)).status).toBe(200)
  })

  it('changes the cart by its forms and keeps it in the cookie', async () => {
    const add = await fetch(`${shop.origin}/cart`, {
      method: 'POST',
      body: new URLSearchParams({ sku: 'gaiwan', quantity: '2', action: 'add' }),
      redirect: 'manual',
    })
    expect(add.status).toBe(303)
    const cookie =
      add.headers
        .getSetCookie()
        .find((value) => value.startsWith('cart='))
        ?.split(';')[0] ?? ''
    const page = await (await fetch(`${shop.origin}/cart`, { headers: { cookie } })).text()
    expect(page).toContain('href="/buy/gaiwan:2"')
    expect(page).toContain('3\u00a0360\u00a0₽')
  })
})

describe('pages', () => {
  it.each(['/', '/tea/gaiwan', '/classic/gaiwan', '/cart', '/how', '/return?order=A-1001', '/nothing'])(
    '%s carries the strict policy, no inline style or script, and no other origin',
    async (path) => {
      const answer = await fetch(`${shop.origin}${path}`)
      expect(answer.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
      const page = await answer.text()
      expect(page).not.toMatch(/ style="|<style|<script(?![^>]*(src="\/|type="application\/json"))| on\w+="/)
      expect(page.match(/(?:src|href|action)="(?!\/|#|[a-z0-9-]+:|")[^"]*"/g)).toBeNull()
      expect(page.match(/(?:src|href|action)="(?:https?:)?\/\/[^"]*"/g)).toBeNull()
    },
  )

  it('never writes what came from outside as markup', async () => {
    const evil = encodeURIComponent('"><img src=x onerror=alert(1)>')
    for (const path of [
      `/${evil}`,
      `/orders/${evil}`,
      `/tea/${evil}`,
      `/return?order=${evil}`,
      `/buy/${evil}`,
    ]) {
      expect(await (await fetch(`${shop.origin}${path}`)).text()).not.toContain('<img src=x')
    }
  })

  it('says in which language it is, and shows roubles before yuan', async () => {
    for (const [lang, tag] of [
      ['ru', 'ru'],
      ['zh-CN', 'zh-Hans'],
      ['en', 'en'],
    ]) {
      const page = await (
        await fetch(`${shop.origin}/tea/gaiwan`, { headers: { 'accept-language': lang! } })
      ).text()
      expect(page).toContain(`<html lang="${tag}">`)
      expect(page.indexOf('₽')).toBeLessThan(page.indexOf('¥'))
    }
  })

  it('serves the element compressed, with the integrity that the page promises', async () => {
    const page = await (await fetch(`${shop.origin}/tea/gaiwan`)).text()
    const promised = /src="\/teabrick\/pay-button\.js" integrity="sha384-([^"]+)"/.exec(page)?.[1]
    const file = await fetch(`${shop.origin}/teabrick/pay-button.js`)
    expect(file.headers.get('content-encoding')).toBe('gzip')
    expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const digest = await crypto.subtle.digest('SHA-384', await file.arrayBuffer())
    expect(Buffer.from(digest).toString('base64')).toBe(promised)
  })
})

it('rejects with EADDRINUSE and leaves nothing behind when the port is taken', async () => {
  const blocker = createServer()
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
  const { port } = blocker.address() as AddressInfo
  await expect(createShop({ port, dataFolder: join(folder, 'other') })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
  await new Promise((resolve) => blocker.close(resolve))
})
