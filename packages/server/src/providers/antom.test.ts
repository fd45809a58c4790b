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

describe('antom declares', () => {
  it('what its page says of each method', () => {
    const shop = antom({ ...options, methods: ['alipay', 'alipay_hk', 'bank_card'] })
    const wallet = {
      presentations: ['qr', 'appLink', 'redirect'],
      capture: 'automatic',
      partialCapture: false,
      partialRefund: true,
      cancelPending: true,
      cancelReturnsMoney: true,
      timeoutSeconds: 840,
      requires: [],
      split: false,
    }
    expect(shop).toMatchObject({ id: 'antom', account: 'antom', createKeyTtlSeconds: 86_400 })
    expect(shop.rails.map(({ name: _, source: __, asOf: ___, ...rail }) => rail)).toEqual([
      {
        ...wallet,
        method: 'alipay',
        currencies: ['CNY'],
        limits: { CNY: { min: 10, max: 30_000_000 } },
        buyerCountries: ['CN'],
      },
      {
        ...wallet,
        method: 'alipay_hk',
        currencies: ['HKD'],
        limits: { HKD: { min: 1, max: 5_000_000 } },
        buyerCountries: ['HK'],
      },
      {
        method: 'bank_card',
        currencies: ['USD'],
        presentations: ['redirect'],
        capture: 'both',
        partialCapture: true,
        partialRefund: true,
        cancelPending: false,
        limits: { USD: { min: 1, max: 99_999_999 } },
        timeoutSeconds: 3600,
        holdSeconds: 7 * 86_400,
        requires: [],
        split: false,
      },
    ])
    expect(provider.rails.map(({ method }) => method)).toEqual(['alipay'])
    expect(antom({ ...options, account: 'second' }).account).toBe('second')
  })
})

describe('antom makes', () => {
  const waiting = (more: object = {}) => ({
    ...result('U', 'PAYMENT_IN_PROCESS'),
    paymentId: '9',
    paymentRequestId: order.paymentId,
    paymentAmount: { currency: 'CNY', value: '9876' },
    normalUrl: 'https://global.alipay.com/1',
    ...more,
  })
  const make = async (
    body: unknown,
    change: Partial<CreatePayment> = {},
    more: Partial<AntomOptions> = {},
  ) => {
    const { asked, context } = scripted({ body })
    const made = await antom({ ...options, ...more }).createPayment({ ...order, ...change }, context)
    return { made, body: asked[0]!.body as Record<string, Record<string, unknown>> }
  }
  const charge = { currency: 'CNY', minorUnits: 9876 }
  const made = {
    providerRef: '9',
    reference: order.paymentId,
    charge,
    dead: false,
    failureCode: null,
    nextAction: null,
    captured: null,
    refunded: null,
  }

  it.each([
    ['S', 'SUCCESS', { status: 'succeeded', captured: charge }],
    ['F', 'ORDER_IS_CLOSED', { status: 'expired', dead: true, failureCode: 'expired' }],
    ['F', 'ORDER_IS_CANCELED', { status: 'canceled', dead: true }],
    ['F', 'RISK_REJECT', { status: 'failed', dead: true, failureCode: 'fraud_suspected' }],
    ['F', 'A_NEW_CODE', { status: 'failed', dead: true, failureCode: 'declined' }],
  ])('a payment of an answer %s %s', async (status, code, expected) => {
    expect((await make({ ...waiting(), ...result(status, code) })).made).toEqual({ ...made, ...expected })
  })

  it('nothing known of another code that is neither success nor failure', async () => {
    await expect(make({ ...waiting(), ...result('U', 'A_NEW_CODE') })).rejects.toMatchObject({
      kind: 'unknown',
      code: 'A_NEW_CODE',
    })
  })

  it('a payment by what was asked, where Antom repeats neither our id nor the sum', async () => {
    const bare = waiting({ paymentRequestId: null, paymentAmount: null })
    expect((await make(bare)).made).toMatchObject({ reference: null, charge: order.charge })
  })

  it('a refusal with the buyer’s words, and `declined` for what nobody knows', async () => {
    for (const [code, failureCode] of [
      ['USER_BALANCE_NOT_ENOUGH', 'insufficient_funds'],
      ['A_NEW_CODE', 'declined'],
    ] as const)
      await expect(make(result('F', code))).rejects.toMatchObject({ kind: 'rejected', code, failureCode })
  })

  it('nothing by a method that it was not given', async () => {
    const { asked, context } = scripted()
    await expect(provider.createPayment({ ...order, method: 'alipay_hk' }, context)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'method_unknown',
      failureCode: 'method_restricted',
    })
    expect(asked).toEqual([])
  })

  it('a payment of AlipayHK as one of AlipayHK', async () => {
    const { body } = await make(waiting(), { method: 'alipay_hk' }, { methods: ['alipay_hk'] })
    expect(body['paymentMethod']).toEqual({ paymentMethodType: 'ALIPAY_HK' })
  })

  it('what a contract wants besides, and only then', async () => {
    const more = { settlementCurrency: 'USD', merchantRegion: 'SG' }
    const { body } = await make(waiting(), {}, more)
    expect(body).toMatchObject({ settlementStrategy: { settlementCurrency: 'USD' }, merchantRegion: 'SG' })
    const { body: bare } = await make(waiting())
    expect(bare).not.toHaveProperty('settlementStrategy')
    expect(bare).not.toHaveProperty('merchantRegion')
  })

  it.each([
    ['user-7', { referenceBuyerId: 'user-7' }],
    ['u'.repeat(64), { referenceBuyerId: 'u'.repeat(64) }],
    ['u'.repeat(65), undefined],
    ['пользователь', undefined],
    [' user ', undefined],
    [undefined, undefined],
  ])('the buyer %j known as %j', async (buyerReference, buyer) => {
    const { body } = await make(waiting(), { buyerReference })
    expect(body['order']?.['buyer']).toEqual(buyer)
  })

  it('texts that Antom takes: 256 characters, half of them readable; a reference of 64', async () => {
    const text = async (description: string) =>
      (await make(waiting(), { description })).body['order']?.['orderDescription']
    expect(await text('x'.repeat(257))).toBe('x'.repeat(256))
    expect(await text('чайTea')).toBe('Tea')
    expect(await text('чай Te')).toBe('Order A-1001')
    const reference = async (orderReference: string) =>
      (await make(waiting(), { orderReference })).body['order']?.['referenceOrderId']
    expect(await reference('r'.repeat(64))).toBe('r'.repeat(64))
    expect(await reference('r'.repeat(65))).toBe('cs_0123456789abcdefghijkl')
  })

  const action = async (links: object) => (await make(waiting({ normalUrl: null, ...links }))).made.nextAction
  const code = (codeValue: string, displayType: string | null, expireTime?: string) => ({
    orderCodeForm: { codeDetails: [{ codeValue, displayType }], expireTime },
  })

  it('a code only of the text that a code says, and each link for what it is', async () => {
    expect(await action(code('https://global.alipay.com/q', 'TEXT'))).toEqual({
      expiresAt: '2026-11-24T10:14:00.500Z',
      qr: { payload: 'https://global.alipay.com/q' },
    })
    expect(await action(code('https://global.alipay.com/q', 'BIGIMAGE'))).toBeNull()
    expect(await action({ applinkUrl: 'https://render.alipay.hk/1' })).toEqual({
      expiresAt: '2026-11-24T10:14:00.500Z',
      appLink: { universal: 'https://render.alipay.hk/1' },
    })
    expect(await action({ schemeUrl: 'alipayhk://x' })).toEqual({
      expiresAt: '2026-11-24T10:14:00.500Z',
      appLink: { scheme: 'alipayhk://x' },
    })
  })

  it.each([
    'https://a.alipay.com/1',
    'https://a.alipay.hk/1',
    'https://a.alipayhk.com/1',
    'https://a.alipayplus.com/1',
    'https://a.antom.com/1',
    'alipay://1',
    'alipays://1',
    'alipayhk://1',
  ])('a way to %s', async (normalUrl) => {
    expect(await action({ normalUrl })).toMatchObject({ redirect: { url: normalUrl } })
  })

  it('no way to elsewhere: the payment is there, so nothing is refused', async () => {
    for (const links of [
      { normalUrl: 'https://evil.example/' },
      { schemeUrl: 'evil://x' },
      { applinkUrl: 'https://evil.example/' },
      code('https://evil.example/', 'TEXT'),
    ])
      await expect(action(links)).rejects.toMatchObject({ kind: 'unknown', code: 'url_refused' })
  })

  it('a way that ends with what ends first: the code, or the payment', async () => {
    const ends = async (expireTime?: string) =>
      (await action(code('https://global.alipay.com/q', 'TEXT', expireTime)))?.expiresAt
    expect(await ends('2026-11-24T18:10:00+08:00')).toBe('2026-11-24T10:10:00.000Z')
    expect(await ends('2026-11-24T18:20:00+08:00')).toBe('2026-11-24T10:14:00.500Z')
    expect(await ends('soon')).toBe('2026-11-24T10:14:00.500Z')
  })
})

describe('antom asks again', () => {
  const paymentId = order.paymentId
  const get = (body: unknown, ref: object = { paymentId }) => {
    const { asked, context } = scripted({ body })
    return { asked, payment: provider.getPayment(ref, context) }
  }

  it('by our id where it is known, else by its own', async () => {
    for (const [ref, sent] of [
      [{ paymentId, providerRef: '9' }, { paymentRequestId: paymentId }],
      [{ providerRef: '9' }, { paymentId: '9' }],
    ] as const) {
      const { asked, payment } = get(inquired('PROCESSING'), ref)
      await payment
      expect(asked[0]!.body).toEqual(sent)
      expect(asked[0]!.path).toBe('/ams/sandbox/api/v1/payments/inquiryPayment')
    }
  })

  it('and takes only one answer for "not there"', async () => {
    expect(await get(result('F', 'ORDER_NOT_EXIST')).payment).toBeNull()
    await expect(get(result('F', 'PROCESS_FAIL')).payment).rejects.toMatchObject({ kind: 'rejected' })
    await expect(get(result('U', 'A_NEW_CODE')).payment).rejects.toMatchObject({ kind: 'unknown' })
    await expect(get({ ...inquired('SUCCESS'), ...result('U', 'A_NEW_CODE') }).payment).rejects.toMatchObject(
      {
        kind: 'unknown',
      },
    )
  })

  it('and tells the whole of a wallet’s payment', async () => {
    const charge = { currency: 'CNY', minorUnits: 9876 }
    const told = {
      providerRef: '2026112418000000001',
      reference: paymentId,
      charge,
      status: 'succeeded',
      dead: false,
      failureCode: null,
      nextAction: null,
      captured: charge,
      refunded: null,
    }
    expect(await get(inquired('SUCCESS')).payment).toEqual(told)
    expect(await get(inquired('SUCCESS', { transactions: [], paymentRequestId: null })).payment).toEqual({
      ...told,
      reference: null,
      refunded: { currency: 'CNY', minorUnits: 0 },
    })
    for (const status of ['PROCESSING', 'PENDING', 'CANCELLED', 'FAIL'])
      expect(await get(inquired(status)).payment).toMatchObject({ captured: null })
  })

  it('and counts back only what went back in the payment’s currency', async () => {
    const part = (currency: string, value: string) => ({
      transactionType: 'REFUND',
      transactionStatus: 'SUCCESS',
      transactionAmount: { currency, value },
    })
    const transactions = [
      part('CNY', '100'),
      part('USD', '23'),
      { ...part('CNY', '1'), transactionAmount: null },
    ]
    expect((await get(inquired('SUCCESS', { transactions })).payment)?.refunded).toEqual({
      currency: 'CNY',
      minorUnits: 100,
    })
  })

  it('and slows down when it is told to, by header or by code', async () => {
    const send: ProviderContext['http']['send'] = async () => ({
      status: 429,
      headers: new Headers({ 'retry-after': 'Tue, 24 Nov 2026 10:00:07 GMT' }),
      rawBody: new Uint8Array(),
    })
    const { context } = scripted()
    await expect(provider.getPayment({ paymentId }, { ...context, http: { send } })).rejects.toMatchObject({
      kind: 'not_done',
      code: 'http_429',
      retryAfterMs: 7000,
    })
    await expect(get(result('U', 'REQUEST_TRAFFIC_EXCEED_LIMIT')).payment).rejects.toMatchObject({
      kind: 'not_done',
    })
  })

  it('and believes no status but those of the documentation', async () => {
    await expect(get(result('P', 'SUCCESS')).payment).rejects.toMatchObject({ kind: 'unknown' })
    await expect(get({ result: { resultStatus: 'S' } }).payment).rejects.toMatchObject({ kind: 'unknown' })
  })
})

describe('antom ends', () => {
  const cancel = { paymentId: order.paymentId, providerRef: '2026112418000000001', idempotencyKey: 'key' }
  const done = { body: result('S', 'SUCCESS') }
  const paths = ({ asked }: ReturnType<typeof scripted>) => asked.map(({ path }) => path.split('/').at(-1))

  it('a payment that waits or is at a third party, by Antom’s own id', async () => {
    for (const state of ['PROCESSING', 'PENDING']) {
      const wire = scripted({ body: inquired(state) }, done, { body: inquired('CANCELLED') })
      expect(await provider.cancelPayment(cancel, wire.context)).toMatchObject({
        status: 'canceled',
        dead: true,
        failureCode: null,
        captured: null,
      })
      expect(paths(wire)).toEqual(['inquiryPayment', 'cancel', 'inquiryPayment'])
      expect(wire.asked[1]!.body).toEqual({ paymentId: '2026112418000000001' })
    }
  })

  it('nothing that is over, and says how it is', async () => {
    for (const [state, status] of [
      [inquired('FAIL', { paymentResultCode: 'RISK_REJECT' }), 'failed'],
      [inquired('CANCELLED'), 'canceled'],
      [inquired('FROZEN'), 'unknown'],
    ] as const) {
      const wire = scripted({ body: state })
      expect(await provider.cancelPayment(cancel, wire.context)).toMatchObject({ status })
      expect(paths(wire)).toEqual(['inquiryPayment'])
    }
  })

  it('nothing for sure of which Antom does not say how it stands after', async () => {
    const gone = { body: result('F', 'ORDER_NOT_EXIST') }
    const unseen = scripted(done, gone)
    await expect(provider.cancelPayment({ ...cancel, repeated: true }, unseen.context)).rejects.toMatchObject(
      {
        kind: 'unknown',
      },
    )
    const refused = scripted({ body: result('F', 'PROCESS_FAIL') }, { body: inquired('PROCESSING') })
    await expect(
      provider.cancelPayment({ ...cancel, repeated: true }, refused.context),
    ).rejects.toMatchObject({
      kind: 'rejected',
      code: 'PROCESS_FAIL',
    })
    const unknown = scripted({ body: result('U', 'A_NEW_CODE') }, { body: inquired('SUCCESS') })
    await expect(
      provider.cancelPayment({ ...cancel, repeated: true }, unknown.context),
    ).rejects.toMatchObject({
      kind: 'unknown',
    })
  })
})

describe('antom gives back', () => {
  const refund = {
    refundId: 're_0123456789abcdefghijkl_1',
    paymentId: order.paymentId,
    providerRef: '2026112418000000001',
    idempotencyKey: 'key',
    charge: { currency: 'CNY', minorUnits: 100 },
  }
  const given = {
    refundId: '2026112418000000002',
    refundRequestId: refund.refundId,
    refundAmount: { currency: 'CNY', value: '100' },
  }
  const told = {
    providerRef: given.refundId,
    reference: refund.refundId,
    paymentProviderRef: undefined,
    charge: refund.charge,
    status: 'succeeded',
    failureCode: null,
  }

  it('by our refund id, which is its key, and a reason that can be read', async () => {
    const body = { ...result('S', 'SUCCESS'), ...given }
    const wire = scripted({ body }, { body }, { body })
    expect(await provider.refundPayment(refund, wire.context)).toEqual(told)
    await provider.refundPayment({ ...refund, reason: 'Too late' }, wire.context)
    await provider.refundPayment({ ...refund, reason: 'Поздно' }, wire.context)
    const sent = {
      refundRequestId: refund.refundId,
      paymentId: '2026112418000000001',
      refundAmount: { currency: 'CNY', value: '100' },
    }
    expect(wire.asked.map(({ body }) => body)).toEqual([sent, { ...sent, refundReason: 'Too late' }, sent])
    expect(wire.asked[0]!.path).toBe('/ams/sandbox/api/v1/payments/refund')
  })

  const find = (body: unknown) => {
    const { asked, context } = scripted({ body })
    const ref = { refundId: refund.refundId, paymentId: order.paymentId, paymentProviderRef: '9' }
    return { asked, found: provider.getRefund(ref, context) }
  }

  it.each([
    ['SUCCESS', 'succeeded'],
    ['PROCESSING', 'requested'],
    ['PENDING', 'requested'],
    ['FAIL', 'failed'],
    ['CANCELLED', 'failed'],
    ['FROZEN', 'unknown'],
  ])('%s as %s', async (refundStatus, status) => {
    const { asked, found } = find({ ...result('S', 'SUCCESS'), ...given, refundStatus, paymentId: '9' })
    expect(await found).toEqual({
      ...told,
      paymentProviderRef: '9',
      status,
      failureCode: status === 'failed' ? 'declined' : null,
    })
    expect(asked[0]!.body).toEqual({ refundRequestId: refund.refundId })
    expect(asked[0]!.path).toBe('/ams/sandbox/api/v1/payments/inquiryRefund')
  })

  it('nothing that Antom does not know, by either code; another refusal is none of it', async () => {
    for (const code of ['ORDER_NOT_EXIST', 'REFUND_NOT_EXIST'])
      expect(await find(result('F', code)).found).toBeNull()
    await expect(find(result('F', 'PROCESS_FAIL')).found).rejects.toMatchObject({ kind: 'rejected' })
    await expect(find(result('U', 'A_NEW_CODE')).found).rejects.toMatchObject({ kind: 'unknown' })
  })
})

describe('antom takes cards', () => {
  const cards = antom({ ...options, methods: ['bank_card'] })
  const card = { ...order, method: 'bank_card', charge: { currency: 'USD', minorUnits: 9876 } }
  const ref = { paymentId: order.paymentId, providerRef: order.paymentId }
  const told = (paymentStatus: string, more: object = {}) =>
    inquired(paymentStatus, {
      paymentMethodType: 'CARD',
      paymentAmount: { currency: 'USD', value: '9876' },
      ...more,
    })
  const taken = (value: string) => ({
    transactions: [
      {
        transactionType: 'CAPTURE',
        transactionStatus: 'SUCCESS',
        transactionAmount: { currency: 'USD', value },
      },
    ],
  })
  const session = (more: object = {}) => ({
    ...result('S', 'SUCCESS'),
    normalUrl: 'https://checkout.antom.com/x',
    ...more,
  })
  const open = (body: unknown) => cards.createPayment(card, scripted({ body }).context)

  it('by a session that ends with what ends first, and says all there is of a payment', async () => {
    const made = {
      providerRef: order.paymentId,
      reference: order.paymentId,
      charge: card.charge,
      status: 'requires_action',
      dead: false,
      failureCode: null,
      nextAction: {
        expiresAt: '2026-11-24T10:14:00.500Z',
        redirect: { url: 'https://checkout.antom.com/x' },
      },
      captured: null,
      refunded: null,
    }
    expect(await open(session())).toEqual(made)
    const earlier = session({ paymentSessionExpiryTime: '2026-11-24T10:05:00Z' })
    expect((await open(earlier)).nextAction?.expiresAt).toBe('2026-11-24T10:05:00.000Z')
  })

  it('not where Antom opens none, and not at another’s page', async () => {
    await expect(open(session(result('F', 'PARAM_ILLEGAL')))).rejects.toMatchObject({ kind: 'rejected' })
    await expect(open(session(result('U', 'A_NEW_CODE')))).rejects.toMatchObject({ kind: 'unknown' })
    for (const normalUrl of [null, 'https://evil.example/'])
      await expect(open(session({ normalUrl }))).rejects.toMatchObject({
        kind: 'unknown',
        code: 'url_refused',
      })
  })

  const capture = { ...ref, idempotencyKey: 'k'.repeat(64), charge: { currency: 'USD', minorUnits: 5000 } }

  it('once, under the key as it is where it fits', async () => {
    const wire = scripted(
      { body: told('SUCCESS') },
      { body: result('S', 'SUCCESS') },
      { body: told('SUCCESS', taken('5000')) },
    )
    expect(await cards.capturePayment(capture, wire.context)).toMatchObject({
      status: 'succeeded',
      charge: card.charge,
      captured: capture.charge,
    })
    expect(wire.asked[1]!.body['captureRequestId']).toBe('k'.repeat(64))
  })

  it('not for sure where Antom refuses, or does not say how it stands after', async () => {
    const refused = scripted(
      { body: told('SUCCESS') },
      { body: result('F', 'PROCESS_FAIL') },
      { body: told('SUCCESS') },
    )
    await expect(cards.capturePayment(capture, refused.context)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'PROCESS_FAIL',
    })
    const unseen = scripted(
      { body: told('SUCCESS') },
      { body: result('S', 'SUCCESS') },
      { body: result('F', 'ORDER_NOT_EXIST') },
    )
    await expect(cards.capturePayment(capture, unseen.context)).rejects.toMatchObject({ kind: 'unknown' })
    const wallet = scripted()
    await expect(
      provider.capturePayment({ ...capture, providerRef: '9' }, wallet.context),
    ).rejects.toMatchObject({ code: 'capture_not_supported' })
    expect(wallet.asked).toEqual([])
    const lost = scripted({ body: result('F', 'ORDER_NOT_EXIST') })
    await expect(cards.capturePayment(capture, lost.context)).rejects.toMatchObject({
      kind: 'unknown',
      code: 'ORDER_NOT_EXIST',
    })
    expect(lost.asked).toHaveLength(1)
  })

  it('and tells one that is over as over, asks for its release by our id, and refuses the rest', async () => {
    const cancel = { ...ref, idempotencyKey: 'key' }
    const over = scripted({ body: told('FAIL', { paymentResultCode: 'RISK_REJECT' }) })
    expect(await cards.cancelPayment(cancel, over.context)).toMatchObject({ status: 'failed', dead: true })
    const held = scripted(
      { body: told('SUCCESS') },
      { body: result('S', 'SUCCESS') },
      { body: told('CANCELLED') },
    )
    await cards.cancelPayment(cancel, held.context)
    expect(held.asked[1]!.body).toEqual({ paymentRequestId: order.paymentId })
    for (const body of [told('SUCCESS', taken('9876')), told('PROCESSING'), told('PENDING')]) {
      const wire = scripted({ body })
      await expect(cards.cancelPayment(cancel, wire.context)).rejects.toMatchObject({
        kind: 'rejected',
        code: 'cancel_not_supported',
      })
      expect(wire.asked).toHaveLength(1)
    }
  })

  it('known by our own id, or by Antom’s where it does not name ours', async () => {
    const get = async (more: object) =>
      await cards.getPayment(ref, scripted({ body: told('PROCESSING', more) }).context)
    expect(await get({})).toMatchObject({ providerRef: order.paymentId })
    expect(await get({ paymentRequestId: null })).toMatchObject({
      providerRef: '2026112418000000001',
      reference: null,
    })
    // A capture of a wallet is none: its money was taken at once.
    const wallet = await provider.getPayment(ref, scripted({ body: inquired('SUCCESS', taken('1')) }).context)
    expect(wallet).toMatchObject({ captured: { currency: 'CNY', minorUnits: 9876 } })
  })
})

describe('antom reads of a notification', () => {
  const read = (body: object) => {
    const text = JSON.stringify(body)
    const time = '2026-11-24T18:00:00+08:00'
    const signature = signAntom({ path: '/n', clientId, time, body: text }, antomPrivateKey)
    return provider.parseNotification(
      {
        rawBody: new TextEncoder().encode(text),
        headers: new Headers({
          'request-time': time,
          signature: `algorithm=RSA256, keyVersion=1, signature=${signature}`,
        }),
        requestUri: '/n',
        remoteAddress: null,
      },
      scripted().context,
    )
  }
  const ids = { paymentId: '9', paymentRequestId: order.paymentId }

  it.each<[object, object]>([
    [
      { notifyType: 'PAYMENT_RESULT', ...ids },
      { kind: 'payment', paymentId: order.paymentId, providerRef: '9' },
    ],
    [
      { notifyType: 'PAYMENT_PENDING', paymentId: '9' },
      { kind: 'payment', providerRef: '9' },
    ],
    [
      { notifyType: 'CAPTURE_RESULT', paymentRequestId: order.paymentId },
      { kind: 'payment', paymentId: order.paymentId },
    ],
    [{ notifyType: 'PAYMENT_RESULT' }, { kind: 'none' }],
    [{ notifyType: 'DISPUTE_CREATED', ...ids }, { kind: 'none' }],
    [
      { notifyType: 'PAYMENT_RESULT', paymentMethodType: 'CARD', paymentId: '9' },
      { kind: 'payment', providerRef: '9' },
    ],
    [
      { notifyType: 'REFUND_RESULT', refundId: '8', ...ids },
      { kind: 'refund', providerRef: '8', paymentProviderRef: '9' },
    ],
    [
      { notifyType: 'REFUND_RESULT', refundRequestId: 're_1' },
      { kind: 'refund', refundId: 're_1' },
    ],
    [{ notifyType: 'REFUND_RESULT', ...ids }, { kind: 'none' }],
  ])('%j what to ask about', async (body, subject) => {
    const told = await read(body)
    expect(told.subject).toEqual(subject)
    expect(told.reply).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=UTF-8' },
    })
    expect(JSON.parse(told.reply.body)).toMatchObject(result('S', 'SUCCESS'))
  })

  it('whether it is another one: by all it is about, and by nothing else', async () => {
    const news = {
      notifyType: 'PAYMENT_RESULT',
      ...result('S', 'SUCCESS'),
      ...ids,
      refundId: '8',
      refundRequestId: 're_1',
    }
    const others = [
      { ...news, notifyType: 'PAYMENT_PENDING' },
      { ...news, ...result('F', 'SUCCESS') },
      { ...news, ...result('S', 'OTHER') },
      { ...news, paymentId: '10' },
      { ...news, paymentRequestId: 'pay_0123456789abcdefghijkl_2' },
      { ...news, refundId: '7' },
      { ...news, refundRequestId: 're_2' },
    ]
    const keys = await Promise.all([news, ...others].map(async (each) => (await read(each)).eventKey))
    expect(new Set(keys).size).toBe(8)
    expect((await read({ ...news, paymentTime: '2026-11-24T18:00:00+08:00' })).eventKey).toBe(keys[0])
  })
})
