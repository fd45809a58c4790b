import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AntomAccount, sandboxAccounts } from './accounts.ts'
import { parseSignatureHeader, signAntom, verifyAntom } from './antom/signature.ts'
import { isJsonObject, type JsonObject, parseJson } from './json.ts'

// Helpers of this package's own tests: merchants that speak both protocols, and a place for their notifications.

/** Sends a request somewhere: a handler's `fetch`, or the global one. */
export type Send = (request: Request) => Promise<Response>

/** An answer, read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: JsonObject
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = parseJson(text)
  return { status: response.status, headers: response.headers, text, body: isJsonObject(body) ? body : {} }
}

/** A merchant of Antom that signs what it sends. `change` can spoil the request after it was signed. */
export function antomMerchant(send: Send, baseUrl: string, account: AntomAccount = sandboxAccounts.antom) {
  return async (
    operation: string,
    body: unknown,
    change: (init: RequestInit & { path: string }) => void = () => {},
  ) => {
    const path = `/ams/sandbox/api/v1/${operation.includes('/') ? operation : `payments/${operation}`}`
    const raw = typeof body === 'string' ? body : JSON.stringify(body)
    const time = '1763840000000'
    const message = { path, clientId: account.clientId, time, body: raw }
    const headers = new Headers({
      'content-type': 'application/json; charset=UTF-8',
      'client-id': account.clientId,
      'request-time': time,
      signature: `algorithm=RSA256,keyVersion=1,signature=${signAntom(message, account.merchantPrivateKey)}`,
    })
    const init = { method: 'POST', headers, body: raw, path }
    change(init)
    const answer = await read(await send(new Request(`${baseUrl}${init.path}`, init)))
    return { ...answer, isSigned: isSignedAnswer(answer, init.path, account) }
  }
}

function isSignedAnswer(
  { headers, text }: Answer,
  path: string,
  { clientId, antomPublicKey }: AntomAccount,
): boolean {
  const header = parseSignatureHeader(headers.get('signature') ?? '')
  const time = headers.get('response-time') ?? ''
  return (
    header !== undefined &&
    verifyAntom({ path, clientId, time, body: text }, header.signature, antomPublicKey)
  )
}

/** A `pay` request that Antom takes. */
export function antomPay(requestId: string, fields: JsonObject = {}): JsonObject {
  const amount = { currency: 'CNY', value: '12345' }
  return {
    productCode: 'CASHIER_PAYMENT',
    paymentRequestId: requestId,
    order: { orderAmount: amount, referenceOrderId: 'order-1', orderDescription: 'Tea' },
    paymentAmount: amount,
    paymentMethod: { paymentMethodType: 'ALIPAY_CN' },
    paymentRedirectUrl: 'https://shop.example/return?order=1',
    env: { terminalType: 'WEB' },
    ...fields,
  }
}

/** A merchant of YooKassa. */
export function yookassaMerchant(send: Send, baseUrl: string) {
  const { shopId, secretKey } = sandboxAccounts.yookassa
  const authorization = `Basic ${Buffer.from(`${shopId}:${secretKey}`).toString('base64')}`
  return async (method: 'GET' | 'POST', path: string, key?: string, body?: unknown) => {
    const headers = new Headers({ authorization, 'content-type': 'application/json' })
    if (key !== undefined) headers.set('idempotence-key', key)
    const raw = body === undefined ? null : JSON.stringify(body)
    return read(await send(new Request(`${baseUrl}/v3${path}`, { method, headers, body: raw })))
  }
}

/** A payment by SBP that YooKassa takes. */
export function sbpPayment(fields: JsonObject = {}): JsonObject {
  return {
    amount: { value: '1234.56', currency: 'RUB' },
    capture: true,
    confirmation: { type: 'qr', return_url: 'https://shop.example/return' },
    payment_method_data: { type: 'sbp' },
    description: 'Чай пуэр',
    metadata: { paymentId: 'pay_1' },
    ...fields,
  }
}

/** A payment by card that is held until captured. */
export function cardHold(fields: JsonObject = {}): JsonObject {
  return sbpPayment({
    capture: false,
    confirmation: { type: 'redirect', return_url: 'https://shop.example/return' },
    payment_method_data: { type: 'bank_card' },
    ...fields,
  })
}

export interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A merchant's server that keeps what it gets and answers what it is told. */
export async function createReceiver() {
  const received: Received[] = []
  let answer = {
    status: 200,
    body: '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"ok"}}',
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answerWith(status: number, body = '') {
      answer = { status, body }
    },
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Waits until something becomes true; the test's own timeout ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
