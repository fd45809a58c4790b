import { createAntomDouble, sandboxAccounts, signAntom } from '@teabrick/sandbox'
import { describe, expect, it } from 'vitest'
import {
  type CreatePayment,
  NotificationRefused,
  type NotificationRequest,
  type Provider,
  type ProviderContext,
  type ProviderPayment,
} from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'
import signing from '../signatures/fixtures/antom-signing.json' with { type: 'json' }
import { verifyAntom } from '../signatures/index.ts'
import { describeProvider, type ProviderSubject } from '../testing/index.ts'
import { type AntomOptions, antom } from './antom.ts'
import samples from './fixtures/antom-samples.json' with { type: 'json' }

const { clientId, merchantPrivateKey, antomPublicKey, antomPrivateKey } = sandboxAccounts.antom
const publicUrl = 'http://127.0.0.1:4250/sandbox/antom'

function open(methods?: AntomOptions['methods']): ProviderSubject {
  const sent: NotificationRequest[] = []
  const double = createAntomDouble({
    publicUrl,
    fetch: async (input, init) => {
      sent.push(await toNotificationRequest(new Request(input, init)))
      return Response.json(samples.notifyReply)
    },
  })
  const submit = (page: string | undefined, action: string) =>
    double.fetch(new Request(`${page}/${action}`, { method: 'POST' }))
  const method = methods?.[0] ?? 'alipay'
  const currency = { alipay: 'CNY', alipay_hk: 'HKD', bank_card: 'USD' }[method]
  // The page of a payment is where its QR code or its link leads.
  const pageOf = ({ nextAction }: ProviderPayment) =>
    nextAction?.qr?.payload ?? nextAction?.redirect?.url.replace(/\?.*/, '')
  return {
    provider: antom({
      clientId,
      privateKey: merchantPrivateKey,
      antomPublicKey,
      gatewayUrl: publicUrl,
      methods,
    }),
    double: (request) => double.fetch(request),
    method,
    charge: { currency, minorUnits: 9876 },
    holdMethod: methods?.includes('bank_card') ? 'bank_card' : undefined,
    isReading: (request) => /inquiry(Payment|Refund)$/.test(request.url),
    secrets: [merchantPrivateKey],
    signsNotifications: true,
    notifiesRefunds: false,
    approve: async (payment) => void (await submit(pageOf(payment), 'approve')),
    decline: async (payment) => void (await submit(pageOf(payment), 'decline')),
    expire: async () => void (await double.control.apply({ advanceSeconds: 61 * 60 })),
    async notifications() {
      await double.control.apply({ advanceSeconds: 1 })
      return sent.splice(0)
    },
    reissue(request, answer, body) {
      const path = new URL(request.url).pathname.slice(new URL(publicUrl).pathname.length)
      const time = answer.headers.get('response-time') ?? ''
      const signature = signAntom({ path, clientId, time, body }, antomPrivateKey)
      const headers = {
        'client-id': clientId,
        'response-time': time,
        signature: `algorithm=RSA256,keyVersion=1,signature=${signature}`,
      }
      return new Response(body, { headers })
    },
    unmapStatus(json) {
      json['paymentStatus'] = 'FROZEN'
    },
    close: double.close,
  }
}

async function toNotificationRequest(request: Request): Promise<NotificationRequest> {
  const { pathname, search } = new URL(request.url)
  return {
    rawBody: new Uint8Array(await request.arrayBuffer()),
    headers: request.headers,
    requestUri: pathname + search,
    remoteAddress: '203.0.113.9',
  }
}

describeProvider('antom', { describe, it, open })
describeProvider('antom (AlipayHK)', { describe, it, open: () => open(['alipay_hk']) })
describeProvider('antom (cards)', { describe, it, open: () => open(['bank_card']) })

/** Antom that gives these answers, one after the other, and keeps what it was asked. */
function scripted(...answers: { body: unknown; sign?: boolean | 'wrongly'; status?: number }[]) {
  const asked: { path: string; request: Request; body: Record<string, unknown> }[] = []
  const context: ProviderContext = {
    now: () => Date.parse('2026-11-24T10:00:00Z'),
    http: createProviderHttp({
      fetch: async (input, init) => {
        const request = new Request(input, init)
        const path = new URL(request.url).pathname
        asked.push({ path, request, body: await request.clone().json() })
        const { body, sign = true, status = 200 } = answers[asked.length - 1] ?? { body: {} }
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        const time = '2026-11-24T18:00:00+08:00'
        const signed = sign === 'wrongly' ? `${text} ` : text
        const signature = signAntom({ path, clientId, time, body: signed }, antomPrivateKey)
        const headers = {
          'response-time': time,
          signature: `algorithm=RSA256, keyVersion=1, signature=${signature}`,
        }
        return new Response(text, sign === false ? { status } : { status, headers })
      },
    }),
  }
  return { asked, context }
}

const options: AntomOptions = { clientId, privateKey: merchantPrivateKey, antomPublicKey }
const provider = antom(options)

const order: CreatePayment = {
  paymentId: 'pay_0123456789abcdefghijkl_1',
  idempotencyKey: 'op_0123456789abcdefghijkl_1',
  method: 'alipay',
  charge: { currency: 'CNY', minorUnits: 9876 },
  amount: { currency: 'RUB', minorUnits: 123_456 },
  description: 'Tea',
  orderReference: 'A-1001',
  capture: 'automatic',
  returnUrl: 'https://shop.example/pay/r/st_x',
  notificationUrl: 'https://shop.example/pay/v1/providers/antom/notifications',
  expiresAt: '2026-11-24T10:14:00.500Z',
}

const result = (resultStatus: string, resultCode: string) => ({ result: { resultStatus, resultCode } })
const inquired = (paymentStatus: string, more: object = {}) => ({
  ...result('S', 'SUCCESS'),
  paymentStatus,
  paymentId: '2026112418000000001',
  paymentRequestId: order.paymentId,
  paymentAmount: { currency: 'CNY', value: '9876' },
  ...more,
})

describe('antom', () => {
  describe('asks', () => {
    it('for minor units as text, in the wallet’s currency, until the payment’s own deadline', async () => {
      const { asked, context } = scripted({ body: samples.payResponse.WEB })
      await provider.createPayment(order, context)
      expect(asked[0]!.body).toEqual({
        productCode: 'CASHIER_PAYMENT',
        paymentRequestId: order.paymentId,
        order: {
          referenceOrderId: 'A-1001',
          orderDescription: 'Tea',
          orderAmount: { currency: 'CNY', value: '9876' },
        },
        paymentAmount: { currency: 'CNY', value: '9876' },
        paymentMethod: { paymentMethodType: 'ALIPAY_CN' },
        paymentRedirectUrl: order.returnUrl,
        paymentNotifyUrl: order.notificationUrl,
        paymentExpiryTime: '2026-11-24T10:14:00+00:00',
        env: { terminalType: 'WEB' },
      })
    })

    it('at the sandbox’s path for a sandbox client, and signs that path without the gateway’s own', async () => {
      const mounted = antom({ ...options, gatewayUrl: 'http://localhost:4242/sandbox/antom/' })
      const { asked, context } = scripted({ body: '' })
      await expect(mounted.createPayment(order, context)).rejects.toThrow()
      const { request, path } = asked[0]!
      expect(path).toBe('/sandbox/antom/ams/sandbox/api/v1/payments/pay')
      expect(request.headers.get('request-time')).toBe('1795514400000')
      const message = {
        path: '/ams/sandbox/api/v1/payments/pay',
        clientId,
        time: '1795514400000',
        body: await request.text(),
      }
      const header = request.headers.get('signature')
      expect(verifyAntom(message, header, sandboxAccounts.antom.merchantPublicKey)).toBe(true)
    })

    it('at the production path for a live client, and names the version of its key', async () => {
      const { asked, context } = scripted({ body: '' })
      const live = antom({ ...options, clientId: '5YLIVE', keyVersion: 3 })
      await expect(live.createPayment(order, context)).rejects.toThrow()
      expect(asked[0]!.request.url).toBe('https://open-sea-global.alipay.com/ams/api/v1/payments/pay')
      expect(asked[0]!.request.headers.get('signature')).toMatch(/^algorithm=RSA256,keyVersion=3,signature=/)
    })

    const devices = [
      [{ surface: 'desktop', os: 'macos' }, { terminalType: 'WEB' }],
      [
        { surface: 'mobile', os: 'ios' },
        { terminalType: 'WAP', osType: 'IOS' },
      ],
      [
        { surface: 'mobile', os: 'android' },
        { terminalType: 'WAP', osType: 'ANDROID' },
      ],
      [{ surface: 'mobile', os: 'other' }, { terminalType: 'WEB' }],
      [undefined, { terminalType: 'WEB' }],
    ] as const
    for (const [device, env] of devices) {
      it(`for the links of ${JSON.stringify(env)} on ${JSON.stringify(device)}`, async () => {
        const { asked, context } = scripted({ body: samples.payResponse.WEB })
        await provider.createPayment({ ...order, device }, context)
        expect(asked[0]!.body['env']).toEqual(env)
      })
    }

    const texts = [
      ['Café «Tea» – 5€', 'A-1', { orderDescription: 'Cafe Tea 5', referenceOrderId: 'A-1' }],
      ['普洱茶', 'A-1', { orderDescription: 'Order A-1', referenceOrderId: 'A-1' }],
      [
        'Чай Пуэр 2015',
        'Заказ-7',
        {
          orderDescription: 'Order cs_0123456789abcdefghijkl',
          referenceOrderId: 'cs_0123456789abcdefghijkl',
        },
      ],
    ] as const
    for (const [description, orderReference, sent] of texts) {
      it(`in ASCII only: ${description} of ${orderReference}`, async () => {
        const { asked, context } = scripted({ body: samples.payResponse.WEB })
        await provider.createPayment({ ...order, description, orderReference }, context)
        expect(asked[0]!.body['order']).toMatchObject(sent)
      })
    }

    it('the same, byte for byte, when a create is repeated', async () => {
      const { asked, context } = scripted(
        { body: samples.payResponse.WEB },
        { body: samples.payResponse.WEB },
      )
      await provider.createPayment(order, context)
      await provider.createPayment(order, { ...context, now: () => Date.parse('2026-11-24T10:13:00Z') })
      expect(await asked[1]!.request.text()).toBe(await asked[0]!.request.text())
    })
  })

  describe('reads', () => {
    it('QR and web link of a desktop from the vendor’s sample', async () => {
      const { context } = scripted({ body: samples.payResponse.WEB })
      const payment = await provider.createPayment(order, context)
      expect(payment).toMatchObject({
        providerRef: '20240115194010800100188640298283440',
        reference: 'PAY_20240115172044263',
        charge: { currency: 'HKD', minorUnits: 100 },
        status: 'requires_action',
      })
      expect(payment.nextAction).toEqual({
        expiresAt: '2024-01-15T09:34:45.000Z',
        qr: { payload: 'https://global.alipay.com/281002040090bbmmzTC4BzSex92tUglv31de' },
        redirect: { url: samples.payResponse.WEB.normalUrl },
      })
    })

    it('app link, QR and web link of a phone from the vendor’s sample', async () => {
      const { context } = scripted({ body: samples.payResponse.WAP })
      const { nextAction } = await provider.createPayment(order, context)
      expect(nextAction).toMatchObject({
        appLink: { universal: samples.payResponse.WAP.applinkUrl },
        qr: { payload: 'https://global.alipay.com/281002040092tDM89hJ66zUrMS9hbIRv3kWR' },
        redirect: { url: samples.payResponse.WAP.normalUrl },
      })
    })

    it('the wallet’s own scheme, and drops a link that leads elsewhere', async () => {
      const schemeUrl = 'alipays://platformapi/startapp?appId=1'
      const body = { ...samples.payResponse.WAP, schemeUrl, normalUrl: 'https://alipay.com.evil.example/' }
      const { context } = scripted({ body })
      const { nextAction } = await provider.createPayment(order, context)
      expect(nextAction?.appLink?.scheme).toBe(schemeUrl)
      expect(nextAction?.redirect).toBeUndefined()
    })

    it('the answers that the official SDK verifies', async () => {
      const { merchant, alipay } = signing.keys
      const [vector] = signing.responses
      const official = antom({
        clientId: vector!.clientId,
        privateKey: merchant.privateKeyPkcs1Base64,
        antomPublicKey: alipay.publicKeySpkiBase64,
      })
      const fetch = async () => new Response(vector!.body, { headers: vector!.headers })
      const context = { now: Date.now, http: createProviderHttp({ fetch }) }
      const payment = await official.createPayment(order, context)
      expect(payment).toMatchObject({ status: 'requires_action', reference: 'kassa-pay-0001' })
    })

    it('the vendor’s sample of an inquiry', async () => {
      const { asked, context } = scripted({ body: samples.inquiryPaymentResponse })
      const payment = await provider.getPayment({ paymentId: 'paymentRequestId01' }, context)
      expect(asked[0]!.body).toEqual(samples.inquiryPaymentRequest)
      expect(payment).toMatchObject({
        status: 'succeeded',
        charge: { currency: 'HKD', minorUnits: 100 },
        captured: { currency: 'HKD', minorUnits: 100 },
        refunded: null,
      })
    })

    const states = [
      ['PROCESSING', undefined, { status: 'requires_action', dead: false, failureCode: null }],
      ['PENDING', undefined, { status: 'processing', dead: false, failureCode: null }],
      ['SUCCESS', undefined, { status: 'succeeded', dead: false, failureCode: null }],
      ['CANCELLED', undefined, { status: 'canceled', dead: true, failureCode: null }],
      ['FAIL', 'ORDER_IS_CLOSED', { status: 'expired', dead: true, failureCode: 'expired' }],
      ['FAIL', 'ORDER_IS_CANCELED', { status: 'canceled', dead: true, failureCode: null }],
      ['FAIL', 'RISK_REJECT', { status: 'failed', dead: true, failureCode: 'fraud_suspected' }],
      ['FAIL', 'USER_BALANCE_NOT_ENOUGH', { status: 'failed', failureCode: 'insufficient_funds' }],
      ['FAIL', 'A_NEW_CODE', { status: 'failed', failureCode: 'declined' }],
      ['FAIL', null, { status: 'failed', failureCode: 'declined' }],
      ['success', undefined, { status: 'unknown', dead: false, captured: null }],
    ] as const
    for (const [paymentStatus, paymentResultCode, expected] of states) {
      it(`${paymentStatus} ${paymentResultCode ?? ''} as ${expected.status}`, async () => {
        const { context } = scripted({ body: inquired(paymentStatus, { paymentResultCode }) })
        expect(await provider.getPayment({ paymentId: order.paymentId }, context)).toMatchObject(expected)
      })
    }

    it('what was given back: refunds that succeeded, and nothing else', async () => {
      const part = (transactionType: string, transactionStatus: string, value: string) => ({
        transactionType,
        transactionStatus,
        transactionAmount: { currency: 'CNY', value },
      })
      const transactions = [
        part('PAYMENT', 'SUCCESS', '9876'),
        part('REFUND', 'SUCCESS', '100'),
        part('REFUND', 'SUCCESS', '23'),
        part('REFUND', 'FAIL', '7000'),
        part('REFUND', 'PROCESSING', '600'),
      ]
      const { context } = scripted({ body: inquired('SUCCESS', { transactions }) })
      const payment = await provider.getPayment({ paymentId: order.paymentId }, context)
      expect(payment?.refunded).toEqual({ currency: 'CNY', minorUnits: 123 })
    })

    it('that a payment which is paid while it is created again needs no more of the buyer', async () => {
      const { paymentId, paymentRequestId, paymentAmount, result } = samples.payResponse.WEB
      const { context } = scripted({ body: { paymentId, paymentRequestId, paymentAmount, result } })
      const payment = await provider.createPayment(order, context)
      expect(payment).toMatchObject({ status: 'processing', nextAction: null })
    })

    for (const value of ['98.76', '-1', '', '1e3', '９', '99999999999999999', 9876, null]) {
      it(`no amount out of ${JSON.stringify(value)}`, async () => {
        const { context } = scripted({
          body: inquired('SUCCESS', { paymentAmount: { currency: 'CNY', value } }),
        })
        await expect(provider.getPayment({ paymentId: order.paymentId }, context)).rejects.toMatchObject({
          kind: 'unknown',
          code: 'answer_unexpected',
        })
      })
    }
  })

  describe('tells what a result code means', () => {
    const codes = [
      ['F', 'PARAM_ILLEGAL', { kind: 'rejected', failureCode: 'provider_unavailable' }],
      ['F', 'INVALID_SIGNATURE', { kind: 'rejected', failureCode: 'provider_unavailable' }],
      ['F', 'RISK_REJECT', { kind: 'rejected', failureCode: 'fraud_suspected' }],
      ['F', 'USER_AMOUNT_EXCEED_LIMIT', { kind: 'rejected', failureCode: 'limit_exceeded' }],
      ['F', 'PROCESS_FAIL', { kind: 'rejected', failureCode: 'declined' }],
      ['F', 'REPEAT_REQ_INCONSISTENT', { kind: 'unknown' }],
      ['U', 'UNKNOWN_EXCEPTION', { kind: 'unknown' }],
      ['U', 'A_NEW_CODE', { kind: 'unknown' }],
      ['U', 'PAYMENT_IN_PROCESS', { kind: 'unknown' }],
      ['S', 'SUCCESS', { kind: 'unknown' }],
      ['U', 'REQUEST_TRAFFIC_EXCEED_LIMIT', { kind: 'not_done' }],
    ] as const
    for (const [status, code, fault] of codes) {
      it(`${status} ${code} without a payment: ${fault.kind}`, async () => {
        const { context } = scripted({ body: result(status, code) })
        await expect(provider.createPayment(order, context)).rejects.toMatchObject({ code, ...fault })
      })
    }

    it('not what stands in an answer that is not HTTP 200', async () => {
      const { context } = scripted({ body: result('F', 'RISK_REJECT'), status: 404 })
      await expect(provider.createPayment(order, context)).rejects.toMatchObject({
        kind: 'unknown',
        code: 'http_404',
      })
    })

    const refund = {
      refundId: 're_0123456789abcdefghijkl_1',
      paymentId: order.paymentId,
      providerRef: '2026112418000000001',
      idempotencyKey: 'key',
      charge: order.charge,
    }
    const given = {
      refundId: '2026112418000000002',
      refundRequestId: refund.refundId,
      refundAmount: { currency: 'CNY', value: '9876' },
    }

    it('of a refund that is under way', async () => {
      const { context } = scripted({ body: { ...result('U', 'REFUND_IN_PROCESS'), ...given } })
      expect(await provider.refundPayment(refund, context)).toMatchObject({ status: 'requested' })
    })

    it('of a refund whose outcome Antom does not know', async () => {
      const { context } = scripted({ body: { ...result('U', 'UNKNOWN_EXCEPTION'), ...given } })
      await expect(provider.refundPayment(refund, context)).rejects.toMatchObject({ kind: 'unknown' })
    })

    it('of a refund that is refused', async () => {
      const { context } = scripted({ body: result('F', 'REFUND_WINDOW_EXCEED') })
      await expect(provider.refundPayment(refund, context)).rejects.toMatchObject({
        kind: 'rejected',
        code: 'REFUND_WINDOW_EXCEED',
      })
    })

    it('gives the payment that was declined while it was created', async () => {
      const { paymentId, paymentRequestId, paymentAmount } = samples.payResponse.WEB
      const body = { ...result('F', 'USER_BALANCE_NOT_ENOUGH'), paymentId, paymentRequestId, paymentAmount }
      const { context } = scripted({ body })
      const payment = await provider.createPayment(order, context)
      expect(payment).toMatchObject({ status: 'failed', dead: true, failureCode: 'insufficient_funds' })
    })
  })

  describe('believes', () => {
    for (const sign of [false, 'wrongly'] as const) {
      it(`no success ${sign ? 'that is signed wrongly' : 'without a signature'}`, async () => {
        const { context } = scripted({ body: inquired('SUCCESS'), sign })
        await expect(provider.getPayment({ paymentId: order.paymentId }, context)).rejects.toMatchObject({
          kind: 'unknown',
          code: 'signature_invalid',
        })
      })
    }

    it('a refusal without a signature: Antom cannot sign what it cannot verify', async () => {
      const { context } = scripted({ body: result('F', 'INVALID_SIGNATURE'), sign: false })
      await expect(provider.createPayment(order, context)).rejects.toMatchObject({ kind: 'rejected' })
    })

    it('no refusal that is signed wrongly', async () => {
      const { context } = scripted({ body: result('F', 'RISK_REJECT'), sign: 'wrongly' })
      await expect(provider.createPayment(order, context)).rejects.toMatchObject({ kind: 'unknown' })
    })

    it('no answer that was signed for another operation', async () => {
      const { context } = scripted({ body: inquired('SUCCESS') })
      const moved: ProviderContext = {
        ...context,
        http: {
          send: (request) =>
            context.http.send({ ...request, url: request.url.replace('inquiryPayment', 'cancel') }),
        },
      }
      await expect(provider.getPayment({ paymentId: order.paymentId }, moved)).rejects.toMatchObject({
        code: 'signature_invalid',
      })
    })
  })

  describe('cancels', () => {
    const cancel = { paymentId: order.paymentId, providerRef: '2026112418000000001', idempotencyKey: 'key' }
    const paths = ({ asked }: ReturnType<typeof scripted>) => asked.map(({ path }) => path.split('/').at(-1))

    it('nothing that is paid already, for Antom would give the money back', async () => {
      const wire = scripted({ body: inquired('SUCCESS') })
      expect(await provider.cancelPayment(cancel, wire.context)).toMatchObject({ status: 'succeeded' })
      expect(paths(wire)).toEqual(['inquiryPayment'])
    })

    it('a payment that is paid between question and cancel, and then it is no success', async () => {
      const wire = scripted(
        { body: inquired('PROCESSING') },
        { body: result('S', 'SUCCESS') },
        // Antom may still tell the success for a moment.
        { body: inquired('SUCCESS') },
      )
      expect(await provider.cancelPayment(cancel, wire.context)).toMatchObject({
        status: 'canceled',
        dead: true,
        captured: null,
      })
    })

    it('to the end once a cancel may have arrived', async () => {
      const wire = scripted({ body: result('S', 'SUCCESS') }, { body: inquired('CANCELLED') })
      await provider.cancelPayment({ ...cancel, repeated: true }, wire.context)
      expect(paths(wire)).toEqual(['cancel', 'inquiryPayment'])
    })

    for (const [code, state, status] of [
      ['ORDER_IS_CLOSED', inquired('FAIL', { paymentResultCode: 'ORDER_IS_CLOSED' }), 'expired'],
      ['CANCEL_WINDOW_EXCEED', inquired('SUCCESS'), 'succeeded'],
    ] as const) {
      it(`and tells how it stands when Antom refuses: ${code}`, async () => {
        const wire = scripted({ body: result('F', code) }, { body: state })
        const payment = await provider.cancelPayment({ ...cancel, repeated: true }, wire.context)
        expect(payment.status).toBe(status)
      })
    }

    it('and does not know the outcome while Antom does not', async () => {
      const wire = scripted(
        { body: inquired('PROCESSING') },
        { body: result('U', 'PAYMENT_IN_PROCESS') },
        { body: inquired('PROCESSING') },
      )
      await expect(provider.cancelPayment(cancel, wire.context)).rejects.toMatchObject({ kind: 'unknown' })
    })

    it('by our own id when Antom’s is not known', async () => {
      const wire = scripted(
        { body: result('F', 'ORDER_NOT_EXIST') },
        { body: result('F', 'ORDER_NOT_EXIST') },
        { body: result('F', 'ORDER_NOT_EXIST') },
      )
      const { paymentId } = order
      await expect(
        provider.cancelPayment({ paymentId, idempotencyKey: 'key' }, wire.context),
      ).rejects.toMatchObject({ kind: 'rejected', code: 'ORDER_NOT_EXIST' })
      expect(wire.asked[1]!.body).toEqual({ paymentRequestId: paymentId })
    })
  })

  describe('is notified', () => {
    const { merchant, alipay } = signing.keys
    const official: Provider = antom({
      clientId: '5YTEST0000000000001',
      privateKey: merchant.privateKeyPkcs8Base64,
      antomPublicKey: alipay.publicKeySpkiBase64,
    })
    const { context } = scripted()
    const deliver = (vector: { requestUri: string; headers: Record<string, string>; rawBody: string }) =>
      official.parseNotification(
        {
          rawBody: new TextEncoder().encode(vector.rawBody),
          headers: new Headers(vector.headers),
          requestUri: vector.requestUri,
          remoteAddress: null,
        },
        context,
      )

    it('of payments and refunds, and answers as Antom wants', async () => {
      const [payment, refund] = signing.webhooks
      expect((await deliver(payment!)).subject).toEqual({
        kind: 'payment',
        paymentId: 'kassa-pay-0001',
        providerRef: '202611221940108001001889E0213000001',
      })
      const { subject, reply } = await deliver(refund!)
      expect(subject).toMatchObject({ kind: 'refund', refundId: 'kassa-ref-0001' })
      expect(reply.status).toBe(refund!.expectedReply.status)
      expect(JSON.parse(reply.body)).toEqual(refund!.expectedReply.body)
    })

    it('at the address it called, the query included', async () => {
      const rawBody = new TextEncoder().encode(JSON.stringify(samples.notifyPayment))
      const time = '2026-11-24T18:00:00+08:00'
      const path = '/hooks/antom?shop=1'
      const signature = signAntom(
        { path, clientId, time, body: JSON.stringify(samples.notifyPayment) },
        antomPrivateKey,
      )
      const headers = new Headers({
        'request-time': time,
        signature: `algorithm=RSA256, keyVersion=1, signature=${signature}`,
      })
      const request = { rawBody, headers, requestUri: path, remoteAddress: null }
      const { subject } = await provider.parseNotification(request, context)
      expect(subject).toMatchObject({ kind: 'payment', paymentId: 'paymentRequestId01' })
      await expect(
        provider.parseNotification({ ...request, requestUri: '/hooks/antom?shop=2' }, context),
      ).rejects.toMatchObject({ status: 401 })
    })

    const [genuine] = signing.webhooks
    const changed: Record<string, Record<string, string>> = {
      'names another client': { 'client-id': 'SANDBOX_OTHER' },
      'names two clients': { 'client-id': `${genuine!.headers['client-id']}, SANDBOX_OTHER` },
      'has two times': { 'request-time': `${genuine!.headers['request-time']}, 1` },
      'has two signatures': { signature: `${genuine!.headers.signature}, ${genuine!.headers.signature}` },
      'names another version of the key': { signature: genuine!.headers.signature.replace('n=1', 'n=2') },
    }
    for (const [name, headers] of Object.entries(changed)) {
      it(`not by a header that ${name}`, async () => {
        const delivery = deliver({ ...genuine!, headers: { ...genuine!.headers, ...headers } })
        await expect(delivery).rejects.toMatchObject({ status: 401 })
      })
    }

    it('with the version of Antom’s key that it was told of', async () => {
      const second = antom({
        clientId: '5YTEST0000000000001',
        privateKey: merchant.privateKeyPkcs8Base64,
        antomPublicKey: alipay.publicKeySpkiBase64,
        antomKeyVersion: 2,
      })
      const request = (signature: string): NotificationRequest => ({
        rawBody: new TextEncoder().encode(genuine!.rawBody),
        headers: new Headers({ ...genuine!.headers, signature }),
        requestUri: genuine!.requestUri,
        remoteAddress: null,
      })
      const { signature } = genuine!.headers
      const { subject } = await second.parseNotification(request(signature.replace('n=1', 'n=2')), context)
      expect(subject.kind).toBe('payment')
      await expect(second.parseNotification(request(signature), context)).rejects.toMatchObject({
        status: 401,
      })
    })

    for (const vector of signing.negative) {
      it(`not by a forgery: ${vector.name}`, async () => {
        await expect(deliver(vector)).rejects.toBeInstanceOf(NotificationRefused)
      })
    }
  })

  describe('is set up', () => {
    it('with a sandbox client at production’s gateway or on this machine, in mode test', () => {
      expect(antom(options).mode).toBe('test')
      expect(antom({ ...options, gatewayUrl: 'http://127.0.0.1:4242/sandbox/antom' }).mode).toBe('test')
    })

    it('with a live client at Antom only', () => {
      const live = { ...options, clientId: '5YLIVE' }
      expect(antom(live).mode).toBe('live')
      expect(antom({ ...live, gatewayUrl: 'https://open-de-global.alipay.com' }).mode).toBe('live')
      for (const gatewayUrl of [
        'http://open-sea-global.alipay.com',
        'http://127.0.0.1:4242',
        'https://127.0.0.1:4242',
        'https://open-sea-global.alipay.com.evil.example',
        'https://open-sea-global.alipay.com:8443',
      ]) {
        expect(() => antom({ ...live, gatewayUrl }), gatewayUrl).toThrow(/SANDBOX_/)
      }
    })

    it('never with a sandbox client over http to another machine', () => {
      expect(() => antom({ ...options, gatewayUrl: 'http://sandbox.example' })).toThrow(/https/)
    })

    it('never with a version of a key that is none, or a client id that has a point', () => {
      expect(() => antom({ ...options, keyVersion: 1.5 })).toThrow(
        /keyVersion must be a whole number, not 1.5/,
      )
      expect(() => antom({ ...options, antomKeyVersion: -1 })).toThrow(/antomKeyVersion must be/)
      expect(() => antom({ ...options, clientId: 'SANDBOX_a.b' })).toThrow(/without a point/)
    })

    it('only with RSA keys, which no message repeats', () => {
      expect(() => antom({ ...options, privateKey: 'c2VjcmV0' })).toThrow(/^not an RSA private key/)
      expect(() => antom({ ...options, antomPublicKey: 'c2VjcmV0' })).toThrow(/^not an RSA public key/)
    })
  })
})

describe('antom, for cards', () => {
  const card = { ...order, method: 'bank_card', charge: { currency: 'USD', minorUnits: 9876 } }
  const cards = antom({ ...options, methods: ['bank_card'], cardCurrencies: ['USD', 'EUR'] })
  const session = {
    ...result('S', 'SUCCESS'),
    normalUrl: 'https://checkout.antom.com/x',
    paymentSessionId: 's',
  }
  const taken = (type: string, status: string, value: string) => ({
    transactionType: type,
    transactionStatus: status,
    transactionAmount: { currency: 'USD', value },
  })
  const inquiredCard = (transactions?: object[], paymentStatus = 'SUCCESS') =>
    inquired(paymentStatus, {
      paymentMethodType: 'CARD',
      paymentAmount: { currency: 'USD', value: '9876' },
      ...(transactions ? { transactions } : {}),
    })
  const ref = { paymentId: order.paymentId, providerRef: order.paymentId }

  it('opens a session that holds money only where that is wanted, and goes by our own id', async () => {
    const wire = scripted({ body: session }, { body: session })
    const made = await cards.createPayment({ ...card, capture: 'manual' }, wire.context)
    await cards.createPayment(card, wire.context)
    expect(wire.asked[0]!.path).toBe('/ams/sandbox/api/v1/payments/createPaymentSession')
    expect(wire.asked[0]!.body).toMatchObject({
      productScene: 'CHECKOUT_PAYMENT',
      paymentRequestId: order.paymentId,
      paymentMethod: { paymentMethodType: 'CARD' },
      paymentFactor: { isAuthorization: 'true', captureMode: 'MANUAL' },
      paymentExpiryTime: '2026-11-24T10:14:00+00:00',
      paymentSessionExpiryTime: '2026-11-24T10:14:00+00:00',
    })
    expect(wire.asked[1]!.body).toMatchObject({ paymentFactor: { captureMode: 'AUTOMATIC' } })
    expect(made).toMatchObject({
      providerRef: order.paymentId,
      status: 'requires_action',
      nextAction: { redirect: { url: session.normalUrl } },
    })
  })

  const states: [string, object[] | undefined, object][] = [
    ['a hold', undefined, { status: 'authorized', captured: null }],
    ['a capture that failed', [taken('CAPTURE', 'FAIL', '9876')], { status: 'authorized' }],
    ['a capture under way', [taken('CAPTURE', 'PROCESSING', '9876')], { status: 'authorized' }],
    [
      'a capture',
      [taken('CAPTURE', 'SUCCESS', '5000')],
      { status: 'succeeded', captured: { currency: 'USD', minorUnits: 5000 } },
    ],
  ]
  for (const [name, transactions, expected] of states) {
    it(`reads a success with ${name} as it is`, async () => {
      const { context } = scripted({ body: inquiredCard(transactions) })
      expect(await cards.getPayment(ref, context)).toMatchObject({
        providerRef: order.paymentId,
        ...expected,
      })
    })
  }

  const capture = { ...ref, idempotencyKey: 'k'.repeat(80), charge: { currency: 'USD', minorUnits: 5000 } }

  it('captures by Antom’s own id, the last time, under a key that fits', async () => {
    const wire = scripted(
      { body: inquiredCard() },
      { body: result('S', 'SUCCESS') },
      // Antom may tell the capture a moment later.
      { body: inquiredCard() },
    )
    expect(await cards.capturePayment(capture, wire.context)).toMatchObject({
      status: 'succeeded',
      captured: capture.charge,
    })
    expect(wire.asked[1]!.body).toEqual({
      captureRequestId: expect.stringMatching(/^[\w-]{43}$/),
      paymentId: '2026112418000000001',
      captureAmount: { currency: 'USD', value: '5000' },
      isLastCapture: 'true',
    })
  })

  it('takes a refused capture for done where Antom has captured by itself', async () => {
    const wire = scripted(
      { body: inquiredCard() },
      { body: result('F', 'ORDER_STATUS_INVALID') },
      { body: inquiredCard([taken('CAPTURE', 'SUCCESS', '9876')]) },
    )
    expect(await cards.capturePayment(capture, wire.context)).toMatchObject({ status: 'succeeded' })
  })

  it('does not know a capture of which Antom does not know', async () => {
    const wire = scripted(
      { body: inquiredCard() },
      { body: result('U', 'PAYMENT_IN_PROCESS') },
      { body: inquiredCard() },
    )
    await expect(cards.capturePayment(capture, wire.context)).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('captures nothing of a wallet', async () => {
    const { context } = scripted()
    const wallet = { ...capture, providerRef: '2026112418000000001' }
    await expect(cards.capturePayment(wallet, context)).rejects.toMatchObject({ kind: 'rejected' })
  })

  it('cancels a hold, and never a card payment that is paid or waits', async () => {
    const held = scripted(
      { body: inquiredCard() },
      { body: result('S', 'SUCCESS') },
      { body: inquiredCard(undefined, 'CANCELLED') },
    )
    const cancel = { ...ref, idempotencyKey: 'key', repeated: true }
    expect(await cards.cancelPayment(cancel, held.context)).toMatchObject({ status: 'canceled', dead: true })
    for (const body of [
      inquiredCard([taken('CAPTURE', 'SUCCESS', '9876')]),
      inquiredCard(undefined, 'PROCESSING'),
      result('F', 'ORDER_NOT_EXIST'),
    ]) {
      const wire = scripted({ body })
      await expect(cards.cancelPayment(cancel, wire.context)).rejects.toMatchObject({
        code: 'cancel_not_supported',
      })
      expect(wire.asked).toHaveLength(1)
    }
  })

  it('refunds by Antom’s own id, and does not know one that Antom does not find', async () => {
    const refund = { ...ref, refundId: 're_1', idempotencyKey: 'key', charge: card.charge }
    const given = { refundId: '9', refundRequestId: 're_1', refundAmount: { currency: 'USD', value: '9876' } }
    const wire = scripted({ body: inquiredCard() }, { body: { ...result('S', 'SUCCESS'), ...given } })
    await cards.refundPayment(refund, wire.context)
    expect(wire.asked[1]!.body['paymentId']).toBe('2026112418000000001')
    const lost = scripted({ body: result('F', 'ORDER_NOT_EXIST') })
    await expect(cards.refundPayment(refund, lost.context)).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('reads that Antom has released a hold after seven days', async () => {
    const subject = open(['bank_card'])
    const context = {
      now: Date.now,
      http: createProviderHttp({ fetch: (input, init) => subject.double(new Request(input, init)) }),
    }
    const made = await subject.provider.createPayment(
      { ...card, capture: 'manual', expiresAt: new Date(Date.now() + 6e5).toISOString() },
      context,
    )
    await subject.approve(made)
    expect(await subject.provider.getPayment(ref, context)).toMatchObject({ status: 'authorized' })
    for (let day = 0; day < 7; day++) for (let part = 0; part < 24; part++) await subject.expire(made)
    expect(await subject.provider.getPayment(ref, context)).toMatchObject({ status: 'canceled', dead: true })
    subject.close?.()
  })

  it('is offered in currencies that somebody has checked', () => {
    expect(cards.rails).toMatchObject([{ method: 'bank_card', currencies: ['USD', 'EUR'] }])
    expect(() => antom({ ...options, methods: ['bank_card'], cardCurrencies: ['XXX'] })).toThrow(
      /cardCurrencies has XXX/,
    )
  })

  it('is known by our own id in notifications', async () => {
    const body = JSON.stringify({
      notifyType: 'PAYMENT_RESULT',
      paymentMethodType: 'CARD',
      paymentId: '1',
      paymentRequestId: order.paymentId,
    })
    const time = '2026-11-24T18:00:00+08:00'
    const signature = signAntom({ path: '/n', clientId, time, body }, antomPrivateKey)
    const headers = new Headers({
      'request-time': time,
      signature: `algorithm=RSA256, keyVersion=1, signature=${signature}`,
    })
    const { subject } = await cards.parseNotification(
      { rawBody: new TextEncoder().encode(body), headers, requestUri: '/n', remoteAddress: null },
      scripted().context,
    )
    expect(subject).toEqual({ kind: 'payment', paymentId: order.paymentId })
  })
})
