import { createPrivateKey, createVerify, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from '../accounts.ts'
import { parseJson, valueAt } from '../json.ts'
import { type ServedSandbox, serveSandbox } from '../node.ts'
import { createAntomDouble } from '../sandbox.ts'
import { createReceiver, until } from '../testing.ts'

// The vendor publishes no client for Node. Here stands what its Python SDK 1.5.5 puts on the wire, byte for byte, and how
// it judges what comes back. The SDKs themselves were run by hand; `docs/providers/antom.md` tells what was seen.

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/antom-signing.json', import.meta.url), 'utf8'),
) as {
  keys: Record<'merchant' | 'alipay', { privateKeyPkcs8Base64: string; publicKeySpkiBase64: string }>
  requests: { name: string; path: string; clientId: string; body: string; headers: Record<string, string> }[]
}

describe('requests that the official SDK has signed', () => {
  it.each(vectors.requests)('pass: $name', async ({ path, clientId, body, headers }) => {
    const { merchant, alipay } = vectors.keys
    const double = createAntomDouble({
      accounts: [
        {
          clientId,
          merchantName: 'Tea',
          merchantPrivateKey: merchant.privateKeyPkcs8Base64,
          merchantPublicKey: merchant.publicKeySpkiBase64,
          antomPrivateKey: alipay.privateKeyPkcs8Base64,
          antomPublicKey: alipay.publicKeySpkiBase64,
        },
      ],
    })
    const send = (text: string) =>
      double.fetch(new Request(`http://antom.example${path}`, { method: 'POST', headers, body: text }))
    const answer = await (await send(body)).json()
    expect(['SUCCESS', 'PAYMENT_IN_PROCESS', 'ORDER_NOT_EXIST']).toContain(
      valueAt(answer, 'result.resultCode'),
    )
    const forged = await (await send(`${body} `)).json()
    expect(valueAt(forged, 'result.resultCode')).toBe('INVALID_SIGNATURE')
    double.close()
  })
})

describe('the official Python SDK', () => {
  const { clientId, merchantPrivateKey, antomPublicKey } = sandboxAccounts.antom
  let sandbox: ServedSandbox
  let receiver: Awaited<ReturnType<typeof createReceiver>>
  beforeEach(async () => {
    sandbox = await serveSandbox({ port: 0 })
    receiver = await createReceiver()
  })
  afterEach(async () => {
    await sandbox.close()
    await receiver.close()
  })

  /** `quote_plus` of what `rsa` signs; a request target with scheme and host; header names as it writes them. */
  async function execute(gateway: string, path: string, body: object): Promise<unknown> {
    const text = JSON.stringify(body)
    const time = new Date().toISOString().replace(/\.\d+Z$/, '+00:00')
    const der = Buffer.from(merchantPrivateKey, 'base64')
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    const content = Buffer.from(`POST ${path}\n${clientId}.${time}.${text}`)
    const signature = encodeURIComponent(sign('sha256', content, key).toString('base64'))
    const raw = await exchange(gateway, [
      `POST ${gateway}${path} HTTP/1.1`,
      `Host: ${new URL(gateway).host}`,
      'Accept-Encoding: identity',
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Content-type: application/json; charset=UTF-8',
      'Accept: text/plain,text/xml,text/javascript,text/html',
      'Cache-Control: no-cache',
      'Connection: Keep-Alive',
      'User-Agent: global-alipay-sdk-python',
      `Request-Time: ${time}`,
      `client-id: ${clientId}`,
      `Signature: algorithm=RSA256,keyVersion=1,signature=${signature}`,
      '',
      text,
    ])
    expect(raw.status).toBe('200')
    // Names in small letters, the signature behind `signature=`.
    expect(isSigned(path, raw.headers.get('response-time'), raw.body, raw.headers.get('signature'))).toBe(
      true,
    )
    return parseJson(raw.body)
  }

  function isSigned(path: string, time = '', body: string, signature = ''): boolean {
    const value = decodeURIComponent((signature.split('signature=')[1] ?? '').replaceAll('+', ' '))
    return createVerify('RSA-SHA256')
      .update(`POST ${path}\n${clientId}.${time}.${body}`)
      .verify({ key: Buffer.from(antomPublicKey, 'base64'), format: 'der', type: 'spki' }, value, 'base64')
  }

  function exchange(gateway: string, lines: readonly string[]) {
    const { hostname, port } = new URL(gateway)
    return new Promise<{ status: string | undefined; headers: Map<string, string>; body: string }>(
      (resolve, reject) => {
        const socket = connect(Number(port), hostname, () => void socket.write(lines.join('\r\n')))
        let text = ''
        socket.setEncoding('utf8')
        socket.on('error', reject)
        socket.on('data', (chunk: string) => {
          text += chunk
          const [head = '', body = ''] = text.split('\r\n\r\n')
          const headers = new Map(
            head
              .split('\r\n')
              .slice(1)
              .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
          )
          if (Buffer.byteLength(body) < Number(headers.get('content-length') ?? Number.POSITIVE_INFINITY))
            return
          socket.destroy()
          resolve({ status: head.split(' ')[1], headers, body })
        })
      },
    )
  }

  it.each(['/antom', ''])(
    'creates, reads, captures, cancels, refunds and hears, at the gateway %j',
    async (prefix) => {
      const gateway = `${sandbox.url}${prefix}`
      const operation = (name: string) => `/ams/sandbox/api/v1/payments/${name}`
      const call = (name: string, body: object) => execute(gateway, operation(name), body)
      const amount = { currency: 'USD', value: '10000' }
      const pay = (paymentRequestId: string) =>
        call('pay', {
          productCode: 'CASHIER_PAYMENT',
          paymentRequestId,
          order: {
            referenceOrderId: 'o',
            orderDescription: 'Чай 普洱',
            orderAmount: amount,
            goods: [{ goodsName: 'n' }],
          },
          paymentAmount: amount,
          paymentMethod: { paymentMethodType: 'CARD' },
          paymentRedirectUrl: 'https://shop.example/r',
          paymentNotifyUrl: `${receiver.url}/notify?x=1`,
          paymentFactor: { isAuthorization: true, captureMode: 'MANUAL' },
          settlementStrategy: { settlementCurrency: 'USD' },
          env: { terminalType: 'WAP', osType: 'IOS' },
        })
      const paymentId = valueAt(await pay('p1'), 'paymentId')
      const [payment] = sandbox.control.state().doubles.find(({ id }) => id === 'antom')!.ledger.payments
      await fetch(`${payment!.payUrl}/approve`, { method: 'POST' })
      const capture = {
        captureRequestId: 'c1',
        paymentId,
        captureAmount: { currency: 'USD', value: '4000' },
        isLastCapture: 'true',
      }
      expect(await call('capture', capture)).toMatchObject({ result: { resultStatus: 'S' } })
      const refund = {
        refundRequestId: 'r1',
        paymentId,
        refundAmount: { currency: 'USD', value: '100' },
        refundNotifyUrl: `${receiver.url}/refund`,
      }
      expect(await call('refund', refund)).toMatchObject({ result: { resultStatus: 'S' } })
      expect(await call('inquiryRefund', { refundRequestId: 'r1' })).toMatchObject({
        refundStatus: 'SUCCESS',
      })
      expect(await call('inquiryPayment', { paymentId })).toMatchObject({ paymentStatus: 'SUCCESS' })
      const fresh = await call('inquiryPayment', {
        paymentRequestId: valueAt(await pay('p2'), 'paymentRequestId'),
      })
      // It goes through the list without looking whether there is one.
      expect(fresh).not.toHaveProperty('transactions', null)
      expect(await call('cancel', { paymentRequestId: 'p2' })).toMatchObject({
        result: { resultStatus: 'S' },
      })

      await until(() => receiver.received.length >= 3)
      const heard = receiver.received.map(({ url, headers, body }) => {
        const header = (name: string) => String(headers[name])
        expect(header('client-id')).toBe(clientId)
        expect(isSigned(url, header('request-time'), body, header('signature'))).toBe(true)
        return valueAt(parseJson(body), 'notifyType')
      })
      expect(heard.sort()).toEqual(['CAPTURE_RESULT', 'PAYMENT_RESULT', 'REFUND_RESULT'])
    },
  )
})
