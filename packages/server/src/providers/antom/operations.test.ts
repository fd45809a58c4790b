import { readFileSync } from 'node:fs'
import { createAntomDouble, sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProviderFault } from '../../provider.ts'
import { createProviderHttp } from '../../provider-http.ts'
import { antom } from '../antom.ts'
import { type AntomDeclaration, type AntomOperations, antomOperations } from './operations.ts'

const { clientId, merchantPrivateKey, antomPublicKey } = sandboxAccounts.antom
const publicUrl = 'http://127.0.0.1:4250/sandbox/antom'
const credentials = { clientId, privateKey: merchantPrivateKey, antomPublicKey, gatewayUrl: publicUrl }

let double: ReturnType<typeof createAntomDouble>
let operations: AntomOperations
const asked: Record<string, unknown>[] = []
const http = createProviderHttp({
  fetch: async (input, init) => {
    const request = new Request(input, init)
    asked.push(await request.clone().json())
    return double.fetch(request)
  },
})

beforeEach(() => {
  double = createAntomDouble({ publicUrl })
  operations = antomOperations(credentials, { http })
  asked.length = 0
})
afterEach(() => double.close())

/** A payment of ours that the buyer has paid, unless he has not. */
async function pay(paymentId: string, isPaid = true): Promise<void> {
  const { nextAction } = await antom(credentials).createPayment(
    {
      paymentId,
      idempotencyKey: `key of ${paymentId}`,
      method: 'alipay',
      charge: { currency: 'CNY', minorUnits: 9876 },
      amount: { currency: 'CNY', minorUnits: 9876 },
      description: 'Tea',
      orderReference: 'A-1',
      capture: 'automatic',
      returnUrl: 'https://shop.example/r',
      notificationUrl: 'https://shop.example/n',
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
    },
    { http, now: Date.now },
  )
  if (isPaid) await double.fetch(new Request(`${nextAction?.qr?.payload}/approve`, { method: 'POST' }))
  asked.length = 0
}

const paymentId = 'pay_0123456789abcdefghijkl_1'
const declaration: AntomDeclaration = {
  declarationId: 'dec-1',
  paymentId,
  amount: { currency: 'CNY', minorUnits: 9876 },
  customsCode: 'ZONGSHU',
  merchant: { code: 'TEA1', name: 'Tea Co' },
}

describe('antomOperations', () => {
  it('declares a paid order to the customs by our own payment id, and finds what became of it', async () => {
    await pay(paymentId)
    const buyer = { fullName: '王小明', identityCard: '11010519491231002X' }
    const declared = await operations.declareCustoms({ ...declaration, buyer })
    const { id } = double.control.state().doubles[0]!.ledger.payments[0]!
    expect(declared).toEqual({
      declarationId: 'dec-1',
      customsPaymentId: expect.stringMatching(/^\d{35}$/),
      customsOrderId: id,
      isBuyerThePayer: true,
      clearing: { channel: 'NUCC', transactionId: declared.customsPaymentId },
    })
    expect(asked.at(-1)).toEqual({
      declarationRequestId: 'dec-1',
      paymentId: id,
      declarationAmount: { currency: 'CNY', value: '9876' },
      customs: { region: 'CN', customsCode: 'ZONGSHU' },
      merchantCustomsInfo: { merchantCustomsCode: 'TEA1', merchantCustomsName: 'Tea Co' },
      splitOrder: 'false',
      buyerCertificate: {
        certificateType: 'ID_CARD',
        certificateNo: buyer.identityCard,
        holderName: { fullName: buyer.fullName },
      },
    })
    expect(await operations.findDeclarations(['dec-1', 'dec-2'])).toEqual({
      records: [
        {
          declarationId: 'dec-1',
          customsPaymentId: declared.customsPaymentId,
          customsOrderId: id,
          amount: declaration.amount,
          status: 'PROCESSING',
          customsResult: null,
        },
      ],
      missing: ['dec-2'],
    })
    await double.control.apply({ advanceSeconds: 5 })
    const { records } = await operations.findDeclarations(['dec-1'])
    expect(records).toMatchObject([{ status: 'SUCCESS', customsResult: { code: 'SUCCESS' } }])
  })

  it('makes one declaration of one id, and says when it would be another', async () => {
    await pay(paymentId)
    const first = await operations.declareCustoms(declaration)
    expect(first.isBuyerThePayer).toBeNull()
    expect(await operations.declareCustoms(declaration)).toEqual(first)
    const other = operations.declareCustoms({ ...declaration, customsCode: 'NINGBO' })
    await expect(other).rejects.toMatchObject({ kind: 'rejected', code: 'CONTEXT_INCONSISTENT' })
  })

  it('declares the parts of a split order', async () => {
    await pay(paymentId)
    const part = (suborderId: string, minorUnits: number) =>
      operations.declareCustoms({
        ...declaration,
        declarationId: suborderId,
        suborderId,
        amount: { currency: 'CNY', minorUnits },
      })
    expect(await part('a', 9000)).toMatchObject({ customsOrderId: 'a' })
    await expect(part('b', 877)).rejects.toMatchObject({ kind: 'rejected', code: 'PARAM_ILLEGAL' })
    expect(await part('b', 876)).toMatchObject({ customsOrderId: 'b' })
  })

  it('declares nothing that is not paid or not there', async () => {
    await pay(paymentId, false)
    const waiting = operations.declareCustoms(declaration)
    await expect(waiting).rejects.toMatchObject({ kind: 'rejected', code: 'ORDER_STATUS_INVALID' })
    const unknown = operations.declareCustoms({ ...declaration, paymentId: 'pay_0123456789abcdefghijkl_2' })
    await expect(unknown).rejects.toMatchObject({ kind: 'rejected', code: 'ORDER_NOT_EXIST' })
  })

  const wrong: [object, RegExp][] = [
    [{ declarationId: '' }, /declarationId "" must be/],
    [{ declarationId: 'x'.repeat(33) }, /declarationId/],
    [{ declarationId: 'декларация' }, /declarationId/],
    [{ amount: { currency: 'RUB', minorUnits: 1 } }, /amount 1 RUB must be/],
    [{ amount: { currency: 'CNY', minorUnits: 1.5 } }, /amount 1.5 CNY must be/],
    [{ amount: { currency: 'CNY', minorUnits: 0 } }, /amount 0 CNY must be/],
  ]
  for (const [fields, message] of wrong) {
    it(`refuses ${JSON.stringify(fields)} before it asks anybody`, async () => {
      await expect(operations.declareCustoms({ ...declaration, ...fields })).rejects.toThrow(message)
      expect(asked).toEqual([])
    })
  }

  it('finds one to ten declarations at a time', async () => {
    for (const count of [0, 11]) {
      const ids = Array.from({ length: count }, String)
      await expect(operations.findDeclarations(ids)).rejects.toThrow(`not ${count}`)
    }
  })

  it('tells which methods the contract allows for an amount', async () => {
    const amount = { currency: 'CNY', minorUnits: 9876 }
    const options = await operations.consult({ amount, device: { surface: 'mobile', os: 'ios' } })
    expect(asked[0]!['env']).toEqual({ terminalType: 'WAP', osType: 'IOS' })
    expect(options.find(({ type }) => type === 'ALIPAY_CN')).toEqual({
      type: 'ALIPAY_CN',
      isEnabled: true,
      disableReason: null,
      currencies: ['CNY'],
      limits: { CNY: { min: 10, max: 30_000_000 } },
    })
    expect(options.find(({ type }) => type === 'ALIPAY_HK')).toMatchObject({
      isEnabled: false,
      disableReason: 'CURRENCY_NOT_SUPPORT',
    })
  })

  it('agrees with the limits that the rails state', async () => {
    const rails = antom({ ...credentials, methods: ['alipay', 'alipay_hk'] }).rails
    const types: Record<string, string> = { alipay: 'ALIPAY_CN', alipay_hk: 'ALIPAY_HK' }
    for (const { method, currencies, limits } of rails) {
      const [currency = ''] = currencies
      const options = await operations.consult({ amount: { currency, minorUnits: 9876 } })
      expect(options.find(({ type }) => type === types[method])).toMatchObject({ isEnabled: true, limits })
    }
  })

  it('is told in docs/providers/antom.md by an example that runs', async () => {
    await pay(paymentId)
    const page = readFileSync(new URL('../../../../../docs/providers/antom.md', import.meta.url), 'utf8')
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? []
    const world = {
      ...credentials,
      paymentId,
      antomOperations: (of: typeof credentials) => antomOperations(of, { http }),
    }
    const body = `${example.replace(/^import .*\n/, '')}\nreturn { declared, records, missing, options }`
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
    const result = await new AsyncFunction(...Object.keys(world), body)(...Object.values(world))
    expect(result.declared.isBuyerThePayer).toBe(true)
    expect(result.missing).toEqual(['A-1002'])
    expect(result.records).toHaveLength(1)
    expect(result.options.length).toBeGreaterThan(1)
  })

  it('says that it knows nothing when the answer was lost', async () => {
    const lost = antomOperations(credentials, {
      http: createProviderHttp({ fetch: () => Promise.reject(new TypeError('fetch failed')) }),
    })
    const fault = await lost.findDeclarations(['dec-1']).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ProviderFault)
    expect(fault).toMatchObject({ kind: 'unknown' })
  })
})
