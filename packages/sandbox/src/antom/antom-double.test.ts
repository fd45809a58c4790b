import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from '../accounts.ts'
import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import { createAntomDouble, type Sandbox } from '../sandbox.ts'
import { type Answer, antomMerchant, antomPay } from '../testing.ts'

const BASE = 'http://antom.example'
const START = Date.UTC(2026, 10, 24, 12)
const CNY = (value: string) => ({ currency: 'CNY', value })

let sandbox: Sandbox
let antom: ReturnType<typeof antomMerchant>

beforeEach(() => {
  sandbox = createAntomDouble({ seed: 1, now: () => START, publicUrl: BASE })
  antom = antomMerchant(sandbox.fetch, BASE)
})
afterEach(() => sandbox.close())

const result = ({ body }: Answer) =>
  `${valueAt(body, 'result.resultStatus')}/${valueAt(body, 'result.resultCode')}`
const ledger = () => sandbox.control.state().doubles[0]!.ledger

async function buyer(action: string, payUrl = ledger().payments.at(-1)!.payUrl) {
  const response = await sandbox.fetch(new Request(`${payUrl}/${action}`, { method: 'POST' }))
  const body: unknown = await response.json()
  return { status: response.status, body: isJsonObject(body) ? body : {} }
}

async function paid(requestId = 'pay_1', fields: JsonObject = {}): Promise<string> {
  const { body } = await antom('pay', antomPay(requestId, fields))
  await buyer('approve')
  return String(body['paymentId'])
}

async function authorized(): Promise<string> {
  return paid('pay_1', {
    paymentMethod: { paymentMethodType: 'CARD' },
    paymentFactor: { isAuthorization: true, captureMode: 'MANUAL' },
  })
}

describe('authentication', () => {
  it.each<[string, string, (init: RequestInit & { path: string }) => void]>([
    [
      'F/INVALID_CLIENT',
      'an unknown client',
      ({ headers }) => (headers as Headers).set('client-id', 'SANDBOX_X'),
    ],
    ['F/INVALID_CLIENT', 'no client', ({ headers }) => (headers as Headers).delete('client-id')],
    [
      'F/INVALID_CLIENT',
      'the production path',
      (init) => {
        init.path = init.path.replace('/sandbox', '')
      },
    ],
    ['F/INVALID_SIGNATURE', 'no signature', ({ headers }) => (headers as Headers).delete('signature')],
    ['F/INVALID_SIGNATURE', 'another time', ({ headers }) => (headers as Headers).set('request-time', '1')],
    [
      'F/INVALID_SIGNATURE',
      'another body',
      (init) => {
        init.body = String(init.body).replace('12345', '12346')
      },
    ],
    [
      'F/INVALID_SIGNATURE',
      'another path',
      (init) => {
        init.path = init.path.replace(/pay$/, 'cancel')
      },
    ],
    [
      'F/KEY_NOT_FOUND',
      'another key version',
      ({ headers }) => {
        const signature = (headers as Headers).get('signature') ?? ''
        ;(headers as Headers).set('signature', signature.replace('keyVersion=1', 'keyVersion=2'))
      },
    ],
  ])('refuses with %s, unsigned: %s', async (code, _name, change) => {
    const answer = await antom('pay', antomPay('pay_1'), change)
    expect([answer.status, result(answer)]).toEqual([200, code])
    expect(answer.headers.get('signature')).toBeNull()
    expect(ledger().payments).toEqual([])
  })

  it('signs its answers, refusals included', async () => {
    expect((await antom('pay', antomPay('pay_1'))).isSigned).toBe(true)
    const refusal = await antom('inquiryPayment', { paymentRequestId: 'nobody' })
    expect([result(refusal), refusal.isSigned]).toEqual(['F/ORDER_NOT_EXIST', true])
  })

  it('gives production clients the production path', async () => {
    const account = { ...sandboxAccounts.antom, clientId: '5YTEST' }
    const production = createAntomDouble({ accounts: [account], publicUrl: BASE })
    const merchant = antomMerchant(production.fetch, BASE, account)
    expect(result(await merchant('pay', antomPay('pay_1')))).toBe('F/INVALID_CLIENT')
    production.close()
  })
})

describe('pay', () => {
  it('answers U with a code and a link on the desktop', async () => {
    const { body } = await antom('pay', antomPay('pay_1'))
    const { payUrl } = ledger().payments[0]!
    expect(payUrl).toMatch(/^http:\/\/antom\.example\/wallet\/281002040090\w{20}$/)
    expect(body).toEqual({
      result: { resultStatus: 'U', resultCode: 'PAYMENT_IN_PROCESS', resultMessage: 'payment in process' },
      paymentRequestId: 'pay_1',
      paymentId: expect.stringMatching(/^20261124\d{27}$/),
      paymentAmount: CNY('12345'),
      paymentCreateTime: '2026-11-24T20:00:00+08:00',
      normalUrl: `${payUrl}?flow=redirect`,
      redirectActionForm: { method: 'GET', redirectUrl: `${payUrl}?flow=redirect` },
      paymentActionForm: expect.stringContaining('"paymentActionFormType":"RedirectActionForm"'),
      orderCodeForm: {
        codeDetails: [{ codeValue: payUrl, displayType: 'TEXT' }],
        expireTime: '2026-11-24T20:14:00+08:00',
      },
    })
  })

  it.each([
    ['WEB', [false, false, false]],
    ['WAP', [true, false, true]],
    ['APP', [true, true, true]],
  ])('gives the links of a %s terminal', async (terminalType, expected) => {
    const { body } = await antom('pay', antomPay('pay_1', { env: { terminalType, osType: 'IOS' } }))
    expect(['applinkUrl', 'schemeUrl', 'appIdentifier'].map((name) => name in body)).toEqual(expected)
    expect(body).toHaveProperty('normalUrl')
    expect(body).toHaveProperty('orderCodeForm')
  })

  it.each<[string, JsonObject]>([
    ['F/PARAM_ILLEGAL', { productCode: 'AGREEMENT_PAYMENT' }],
    ['F/PARAM_ILLEGAL', { paymentRequestId: 'x'.repeat(65) }],
    ['F/PARAM_ILLEGAL', { paymentRequestId: undefined }],
    ['F/PARAM_ILLEGAL', { order: undefined }],
    [
      'F/PARAM_ILLEGAL',
      { order: { orderAmount: CNY('1'), referenceOrderId: 'a', orderDescription: 'x'.repeat(257) } },
    ],
    ['F/PARAM_ILLEGAL', { paymentAmount: { currency: 'CNY', value: 12345 } }],
    ['F/PARAM_ILLEGAL', { paymentAmount: CNY('123.45') }],
    ['F/PARAM_ILLEGAL', { paymentAmount: CNY('0') }],
    ['F/PARAM_ILLEGAL', { paymentAmount: CNY('-1') }],
    ['F/PARAM_ILLEGAL', { paymentAmount: CNY('9') }],
    ['F/PARAM_ILLEGAL', { paymentAmount: { currency: 'cny', value: '100' } }],
    ['F/PAYMENT_AMOUNT_EXCEED_LIMIT', { paymentAmount: CNY('30000001') }],
    ['F/CURRENCY_NOT_SUPPORT', { paymentAmount: { currency: 'RUB', value: '12345' } }],
    ['F/CURRENCY_NOT_SUPPORT', { paymentAmount: { currency: 'HKD', value: '12345' } }],
    [
      'F/CURRENCY_NOT_SUPPORT',
      {
        order: { orderAmount: { currency: 'RUB', value: '1' }, referenceOrderId: 'a', orderDescription: 'b' },
      },
    ],
    ['F/UNAVAILABLE_PAYMENT_METHOD', { paymentMethod: { paymentMethodType: 'SBP' } }],
    ['F/PARAM_ILLEGAL', { paymentMethod: {} }],
    ['F/PARAM_ILLEGAL', { paymentRedirectUrl: undefined }],
    ['F/PARAM_ILLEGAL', { paymentRedirectUrl: 'shop' }],
    ['F/PARAM_ILLEGAL', { paymentRedirectUrl: 'javascript:alert(1)' }],
    ['F/PARAM_ILLEGAL', { paymentRedirectUrl: `https://shop.example/${'x'.repeat(2048)}` }],
    ['F/PARAM_ILLEGAL', { env: undefined }],
    ['F/PARAM_ILLEGAL', { env: { terminalType: 'TV' } }],
    ['F/PARAM_ILLEGAL', { env: { terminalType: 'WAP' } }],
    ['F/PARAM_ILLEGAL', { paymentExpiryTime: 'soon' }],
    ['F/PARAM_ILLEGAL', { paymentExpiryTime: '2026-11-24T19:59:59+08:00' }],
    ['F/PARAM_ILLEGAL', { paymentFactor: { isAuthorization: true, captureMode: 'MANUAL' } }],
  ])('refuses with %s: %j', async (code, fields) => {
    expect(result(await antom('pay', antomPay('pay_1', fields)))).toBe(code)
    expect(ledger().payments).toEqual([])
  })

  it('refuses what is no JSON object', async () => {
    expect(result(await antom('pay', '[]'))).toBe('F/PARAM_ILLEGAL')
    expect(result(await antom('pay', '{'))).toBe('F/PARAM_ILLEGAL')
  })

  it('refuses what is no operation', async () => {
    expect(result(await antom('steal', {}))).toBe('F/NO_INTERFACE_DEF')
  })

  it('answers a repeated request alike and a changed one with REPEAT_REQ_INCONSISTENT', async () => {
    const first = await antom('pay', antomPay('pay_1'))
    const again = await antom(
      'pay',
      antomPay('pay_1', { env: { terminalType: 'WEB', clientIp: '10.0.0.1' } }),
    )
    expect(again.body).toEqual(first.body)
    const changed = await antom('pay', antomPay('pay_1', { paymentAmount: CNY('12346') }))
    expect(result(changed)).toBe('F/REPEAT_REQ_INCONSISTENT')
    expect(ledger().payments).toHaveLength(1)
  })

  it('answers a repeated request with the end of the payment', async () => {
    await paid('pay_1')
    expect(result(await antom('pay', antomPay('pay_1')))).toBe('S/SUCCESS')
    await antom('pay', antomPay('pay_2'))
    await buyer('decline')
    expect(result(await antom('pay', antomPay('pay_2')))).toBe('F/PROCESS_FAIL')
    await antom('pay', antomPay('pay_3'))
    await antom('cancel', { paymentRequestId: 'pay_3' })
    expect(result(await antom('pay', antomPay('pay_3')))).toBe('F/ORDER_IS_CANCELED')
  })
})

describe('inquiryPayment', () => {
  it('tells about the question in result and about the order in paymentStatus', async () => {
    const { body } = await antom('pay', antomPay('pay_1'))
    const pending = await antom('inquiryPayment', { paymentRequestId: 'pay_1' })
    expect([result(pending), pending.body['paymentStatus']]).toEqual(['S/SUCCESS', 'PROCESSING'])
    await buyer('decline')
    const failed = await antom('inquiryPayment', { paymentId: body['paymentId'] })
    expect([result(failed), failed.body['paymentStatus'], failed.body['paymentResultCode']]).toEqual([
      'S/SUCCESS',
      'FAIL',
      'PROCESS_FAIL',
    ])
  })

  it('needs an id, and prefers paymentId', async () => {
    await antom('pay', antomPay('pay_1'))
    expect(result(await antom('inquiryPayment', {}))).toBe('F/PARAM_ILLEGAL')
    const answer = await antom('inquiryPayment', { paymentRequestId: 'pay_1', paymentId: 'other' })
    expect(result(answer)).toBe('F/ORDER_NOT_EXIST')
  })
})

describe('expiry', () => {
  it('closes an order after 14 minutes', async () => {
    await antom('pay', antomPay('pay_1'))
    await sandbox.control.apply({ advanceSeconds: 14 * 60 - 1 })
    expect(ledger().payments[0]!.status).toBe('pending')
    await sandbox.control.apply({ advanceSeconds: 1 })
    const { body } = await antom('inquiryPayment', { paymentRequestId: 'pay_1' })
    expect([body['paymentStatus'], body['paymentResultCode']]).toEqual(['FAIL', 'ORDER_IS_CLOSED'])
    expect(ledger().payments[0]!.status).toBe('expired')
    expect(result(await antom('cancel', { paymentRequestId: 'pay_1' }))).toBe('F/ORDER_IS_CLOSED')
    expect((await buyer('approve')).status).toBe(409)
  })

  it('closes it when paymentExpiryTime says so', async () => {
    await antom('pay', antomPay('pay_1', { paymentExpiryTime: '2026-11-24T20:01:00+08:00' }))
    await sandbox.control.apply({ advanceSeconds: 60 })
    expect(ledger().payments[0]!.status).toBe('expired')
  })
})

describe('cancel', () => {
  it('ends a pending order, once', async () => {
    await antom('pay', antomPay('pay_1'))
    const first = await antom('cancel', { paymentRequestId: 'pay_1' })
    expect(result(first)).toBe('S/SUCCESS')
    expect((await antom('cancel', { paymentRequestId: 'pay_1' })).body).toEqual(first.body)
    expect(ledger().payments[0]).toMatchObject({ status: 'canceled', captured: 0, refunded: 0 })
    expect((await buyer('approve')).status).toBe(409)
  })

  it('gives the money of a paid order back', async () => {
    await paid()
    expect(result(await antom('cancel', { paymentRequestId: 'pay_1' }))).toBe('S/SUCCESS')
    expect(ledger().payments[0]).toMatchObject({ status: 'canceled', captured: 12345, refunded: 12345 })
    const { body } = await antom('inquiryPayment', { paymentRequestId: 'pay_1' })
    expect(body['paymentStatus']).toBe('CANCELLED')
    expect(valueAt((body['transactions'] as unknown[])[0], 'transactionType')).toBe('CANCEL')
  })

  it('refuses an order with refunds, and one that does not exist', async () => {
    const paymentId = await paid()
    await antom('refund', { refundRequestId: 're_1', paymentId, refundAmount: CNY('1') })
    expect(result(await antom('cancel', { paymentId }))).toBe('F/ORDER_STATUS_INVALID')
    expect(result(await antom('cancel', { paymentId: 'nobody' }))).toBe('F/ORDER_NOT_EXIST')
  })
})

describe('refund', () => {
  it('gives back in parts, to the last fen and not beyond', async () => {
    const paymentId = await paid()
    const refund = (id: string, value: string) =>
      antom('refund', { refundRequestId: id, paymentId, refundAmount: CNY(value) })
    expect(result(await refund('re_1', '345'))).toBe('S/SUCCESS')
    expect(result(await refund('re_2', '12001'))).toBe('F/REFUND_AMOUNT_EXCEED')
    expect(result(await refund('re_3', '12000'))).toBe('S/SUCCESS')
    expect(result(await refund('re_4', '1'))).toBe('F/REFUND_AMOUNT_EXCEED')
    expect(ledger().payments[0]).toMatchObject({ captured: 12345, refunded: 12345, status: 'succeeded' })
    expect(ledger().refunds.map(({ reference, amount }) => [reference, amount.minorUnits])).toEqual([
      ['re_1', 345],
      ['re_3', 12000],
    ])
    const { body } = await antom('inquiryRefund', { refundRequestId: 're_3' })
    expect([body['refundStatus'], body['refundAmount']]).toEqual(['SUCCESS', CNY('12000')])
  })

  it('is done once per refundRequestId', async () => {
    const paymentId = await paid()
    const request = { refundRequestId: 're_1', paymentId, refundAmount: CNY('345') }
    const first = await antom('refund', request)
    expect((await antom('refund', request)).body).toEqual(first.body)
    const changed = await antom('refund', { ...request, refundAmount: CNY('346') })
    expect(result(changed)).toBe('F/REPEAT_REQ_INCONSISTENT')
    expect(ledger().refunds).toHaveLength(1)
  })

  it('refuses what is not paid, not there, too old, or in another currency', async () => {
    await antom('pay', antomPay('pay_0'))
    const pending = ledger().payments[0]!.id
    const refund = (paymentId: string, refundAmount: object) =>
      antom('refund', { refundRequestId: 're_1', paymentId, refundAmount })
    expect(result(await refund(pending, CNY('1')))).toBe('F/ORDER_STATUS_INVALID')
    expect(result(await refund('nobody', CNY('1')))).toBe('F/ORDER_NOT_EXIST')
    const paymentId = await paid('pay_1')
    expect(result(await refund(paymentId, { currency: 'HKD', value: '1' }))).toBe('F/CURRENCY_NOT_SUPPORT')
    await sandbox.control.apply({ advanceSeconds: 366 * 86_400 })
    expect(result(await refund(paymentId, CNY('1')))).toBe('F/REFUND_WINDOW_EXCEED')
  })

  it('answers an asynchronous one with U and ends it later', async () => {
    const paymentId = await paid()
    const request = { refundRequestId: 're_1', paymentId, refundAmount: CNY('1'), isAsyncRefund: true }
    expect(result(await antom('refund', request))).toBe('U/PAYMENT_IN_PROCESS')
    expect(ledger().refunds[0]!.status).toBe('pending')
    await sandbox.control.apply({ advanceSeconds: 3 })
    expect(result(await antom('refund', request))).toBe('S/SUCCESS')
    expect((await antom('inquiryRefund', { refundRequestId: 're_1' })).body['refundStatus']).toBe('SUCCESS')
  })
})

describe('capture', () => {
  it('takes held money in parts, once per captureRequestId', async () => {
    const paymentId = await authorized()
    expect(ledger().payments[0]).toMatchObject({ status: 'authorized', captured: 0, approvals: 1 })
    const request = { captureRequestId: 'cap_1', paymentId, captureAmount: CNY('345') }
    const first = await antom('capture', request)
    expect(result(first)).toBe('S/SUCCESS')
    expect((await antom('capture', request)).body).toEqual(first.body)
    const beyond = { captureRequestId: 'cap_2', paymentId, captureAmount: CNY('12001') }
    expect(result(await antom('capture', beyond))).toBe('F/PARAM_ILLEGAL')
    const last = { captureRequestId: 'cap_3', paymentId, captureAmount: CNY('1000'), isLastCapture: true }
    expect(result(await antom('capture', last))).toBe('S/SUCCESS')
    const after = { captureRequestId: 'cap_4', paymentId, captureAmount: CNY('1') }
    expect(result(await antom('capture', after))).toBe('F/ORDER_STATUS_INVALID')
    expect(ledger().payments[0]).toMatchObject({ status: 'succeeded', captured: 1345 })
  })

  it('has nothing to take from a wallet', async () => {
    const paymentId = await paid()
    const request = { captureRequestId: 'cap_1', paymentId, captureAmount: CNY('1') }
    expect(result(await antom('capture', request))).toBe('F/ORDER_STATUS_INVALID')
  })

  it('releases a hold that is canceled', async () => {
    const paymentId = await authorized()
    expect(result(await antom('cancel', { paymentId }))).toBe('S/SUCCESS')
    expect(ledger().payments[0]).toMatchObject({ status: 'canceled', captured: 0, refunded: 0 })
  })
})

it('consults: which methods take a currency', async () => {
  const { body } = await antom('consult', {
    productCode: 'CASHIER_PAYMENT',
    paymentAmount: CNY('100'),
    env: { terminalType: 'WEB' },
  })
  const enabled = (body['paymentOptions'] as JsonObject[]).filter((option) => option['enabled'] === true)
  expect(enabled.map((option) => option['paymentMethodType'])).toEqual(['ALIPAY_CN', 'CARD'])
})

it('opens a payment session whose page pays', async () => {
  const { env, ...fields } = antomPay('pay_1')
  const { body } = await antom('createPaymentSession', { ...fields, productScene: 'CHECKOUT_PAYMENT' })
  expect(valueAt(body, 'result.resultStatus')).toBe('S')
  expect(body['normalUrl']).toBe(`${ledger().payments[0]!.payUrl}?flow=redirect`)
  await buyer('approve')
  expect((await antom('inquiryPayment', { paymentRequestId: 'pay_1' })).body['paymentStatus']).toBe('SUCCESS')
})

it('makes the same ids from the same seed', async () => {
  const first = await antom('pay', antomPay('pay_1'))
  const other = createAntomDouble({ seed: 1, now: () => START, publicUrl: BASE })
  const again = await antomMerchant(other.fetch, BASE)('pay', antomPay('pay_1'))
  expect(again.body).toEqual(first.body)
  other.close()
})

describe('a card', () => {
  it('whose money is taken at once shows the capture, and tells it', async () => {
    const paymentId = await paid('pay_1', { paymentMethod: { paymentMethodType: 'CARD' } })
    const { body } = await antom('inquiryPayment', { paymentId })
    expect(body).toMatchObject({
      paymentStatus: 'SUCCESS',
      authExpiryTime: '2026-12-01T20:00:00+08:00',
      transactions: [
        { transactionType: 'CAPTURE', transactionStatus: 'SUCCESS', transactionAmount: CNY('12345') },
      ],
    })
  })

  it('is released after seven days when nothing was captured', async () => {
    const paymentId = await authorized()
    await sandbox.control.apply({ advanceSeconds: 7 * 86_400 - 1 })
    expect(ledger().payments[0]!.status).toBe('authorized')
    await sandbox.control.apply({ advanceSeconds: 1 })
    expect(ledger().payments[0]).toMatchObject({ status: 'canceled', captured: 0 })
    const request = { captureRequestId: 'cap_1', paymentId, captureAmount: CNY('1') }
    expect(result(await antom('capture', request))).toBe('F/ORDER_STATUS_INVALID')
  })

  it('can be held by a payment session, too', async () => {
    const { env, ...fields } = antomPay('pay_1', {
      paymentMethod: { paymentMethodType: 'CARD' },
      paymentFactor: { isAuthorization: true, captureMode: 'MANUAL' },
    })
    await antom('createPaymentSession', fields)
    await buyer('approve')
    expect(ledger().payments[0]!.status).toBe('authorized')
  })
})

it('opens a payment session for what the vendor’s own example asks', async () => {
  const answer = await antom('createPaymentSession', {
    paymentRequestId: 'pay_1',
    productCode: 'CASHIER_PAYMENT',
    paymentAmount: { currency: 'SGD', value: '4200' },
    paymentMethod: { paymentMethodType: 'SHOPEEPAY_SG' },
    order: { referenceOrderId: '123456', orderDescription: 'test', buyer: { referenceBuyerId: '123456' } },
    paymentRedirectUrl: 'https://shop.example/return',
    paymentNotifyUrl: 'https://shop.example/notify',
  })
  expect(result(answer)).toBe('S/SUCCESS')
})

it('takes rupiah only with their two empty places', async () => {
  const pay = (value: string) => {
    const amount = { currency: 'IDR', value }
    const order = { orderAmount: amount, referenceOrderId: 'order-1', orderDescription: 'Tea' }
    return antom('pay', {
      ...antomPay(`pay_${value}`),
      order,
      paymentAmount: amount,
      paymentMethod: { paymentMethodType: 'DANA' },
    })
  }
  expect(result(await pay('1234500'))).toBe('U/PAYMENT_IN_PROCESS')
  expect(result(await pay('1234567'))).toBe('F/PARAM_ILLEGAL')
})

it('cancels a paid order until a quarter past midnight in Beijing', async () => {
  await paid()
  // It was paid at eight in the evening.
  await sandbox.control.apply({ advanceSeconds: 4 * 3600 + 15 * 60 })
  expect(result(await antom('cancel', { paymentRequestId: 'pay_1' }))).toBe('F/CANCEL_WINDOW_EXCEED')
  expect(ledger().payments[0]).toMatchObject({ status: 'succeeded', refunded: 0 })
})

describe('customs', () => {
  const declaration = (requestId: string, paymentId: string, fields: JsonObject = {}): JsonObject => ({
    declarationRequestId: requestId,
    paymentId,
    declarationAmount: CNY('12345'),
    customs: { region: 'CN', customsCode: 'ZONGSHU' },
    merchantCustomsInfo: { merchantCustomsCode: 'TEA1', merchantCustomsName: 'Tea Co' },
    splitOrder: 'false',
    ...fields,
  })
  const declare = (...of: Parameters<typeof declaration>) => antom('customs/declare', declaration(...of))
  const inquire = async (...ids: string[]) =>
    (await antom('customs/inquiryDeclarationRequests', { declarationRequestIds: ids })).body

  it('are told what was paid, once per declarationRequestId, and answer later', async () => {
    const paymentId = await paid()
    const first = await declare('dec_1', paymentId)
    expect([result(first), first.isSigned]).toEqual(['S/SUCCESS', true])
    expect(first.body).toMatchObject({ customsOrderId: paymentId, clearingChannel: 'NUCC' })
    expect((await declare('dec_1', paymentId)).body).toEqual(first.body)
    expect(await inquire('dec_1', 'nobody')).toMatchObject({
      declarationRequestsNotFound: ['nobody'],
      declarationRecords: [{ declarationRequestId: 'dec_1', declarationRequestStatus: 'PROCESSING' }],
    })
    await sandbox.control.apply({ advanceSeconds: 3 })
    const records = (await inquire('dec_1'))['declarationRecords']
    expect(records).toMatchObject([
      {
        declarationRequestStatus: 'SUCCESS',
        declarationAmount: CNY('12345'),
        customs: { customsCode: 'ZONGSHU' },
        splitOrder: false,
      },
    ])
  })

  it('take corrected data under the same id after five minutes', async () => {
    const paymentId = await paid()
    await declare('dec_1', paymentId)
    const corrected = { declarationAmount: CNY('12000') }
    expect(result(await declare('dec_1', paymentId, corrected))).toBe('F/CONTEXT_INCONSISTENT')
    await sandbox.control.apply({ advanceSeconds: 300 })
    expect(result(await declare('dec_1', paymentId, { splitOrder: 'true', suborderId: 's' }))).toBe(
      'F/CONTEXT_INCONSISTENT',
    )
    expect(result(await declare('dec_1', paymentId, corrected))).toBe('S/SUCCESS')
    const [record] = (await inquire('dec_1'))['declarationRecords'] as JsonObject[]
    expect(record!['declarationAmount']).toEqual(CNY('12000'))
  })

  it('take the parts of a split order, together no more than was paid', async () => {
    const paymentId = await paid()
    const part = (id: string, value: string) =>
      declare(id, paymentId, { splitOrder: true, suborderId: id, declarationAmount: CNY(value) })
    expect(result(await part('dec_1', '12000'))).toBe('S/SUCCESS')
    expect(result(await part('dec_2', '346'))).toBe('F/PARAM_ILLEGAL')
    expect((await part('dec_2', '345')).body).toMatchObject({ customsOrderId: 'dec_2' })
  })

  it.each<[string, JsonObject]>([
    ['F/PARAM_ILLEGAL', { declarationRequestId: 'x'.repeat(33) }],
    ['F/PARAM_ILLEGAL', { customs: { region: 'RU', customsCode: 'ZONGSHU' } }],
    ['F/PARAM_ILLEGAL', { customs: { region: 'CN' } }],
    ['F/PARAM_ILLEGAL', { merchantCustomsInfo: { merchantCustomsCode: 'TEA1' } }],
    ['F/PARAM_ILLEGAL', { splitOrder: undefined }],
    ['F/PARAM_ILLEGAL', { splitOrder: 'true' }],
    ['F/PARAM_ILLEGAL', { declarationAmount: CNY('12346') }],
    ['F/PARAM_ILLEGAL', { declarationAmount: CNY('1.5') }],
    ['F/CURRENCY_NOT_SUPPORT', { declarationAmount: { currency: 'HKD', value: '1' } }],
    ['F/ORDER_NOT_EXIST', { paymentId: 'nobody' }],
    ['S/SUCCESS', { declarationAmount: { currency: 'CNY', value: 100 } }],
  ])('answer %s to %j', async (code, fields) => {
    const paymentId = await paid()
    expect(result(await declare('dec_1', paymentId, fields))).toBe(code)
  })

  it('hear nothing of an order that is not paid, and take ten questions at a time', async () => {
    const { body } = await antom('pay', antomPay('pay_0'))
    expect(result(await declare('dec_1', String(body['paymentId'])))).toBe('F/ORDER_STATUS_INVALID')
    expect(await inquire(...Array.from({ length: 11 }, String))).toMatchObject({
      result: { resultCode: 'PARAM_ILLEGAL' },
    })
  })
})
