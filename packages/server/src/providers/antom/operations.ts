import type { Device, Money } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import type { ProviderContext, ProviderHttp } from '../../provider.ts'
import { createProviderHttp, readJson } from '../../provider-http.ts'
import { type AntomCredentials, createAntomClient, requireSuccess } from './client.ts'
import { toAntomEnv } from './env.ts'
import { fromWireAmount, toWireAmount, wireAmount } from './wire-amount.ts'

/** What a customs office of China is told about one payment. */
export interface AntomDeclaration {
  /** The merchant's own id of this declaration, 1 to 32 characters: the same id is the same declaration. */
  readonly declarationId: string
  /** Our payment id: `pay_…`. */
  readonly paymentId: string
  /** In CNY; all declarations of a payment together at most what was paid. */
  readonly amount: Money
  /** The office's code: `ZONGSHU`, `SHANGHAI_CBT`, … */
  readonly customsCode: string
  /** As the merchant is registered at the customs. */
  readonly merchant: { readonly code: string; readonly name: string }
  /** The part of a split order that this is; the customs know it by this id. */
  readonly suborderId?: string | undefined
  /** Who bought, to be compared with who paid. Chinese identity card. */
  readonly buyer?: { readonly fullName: string; readonly identityCard: string } | undefined
}

/** What Antom answered to a declaration. The office's own word comes later, by `findDeclarations`. */
export interface AntomDeclared {
  readonly declarationId: string
  /** The payment as the customs know it. */
  readonly customsPaymentId: string
  /** The order as the customs know it. */
  readonly customsOrderId: string
  /** Whether buyer and payer are one; null where nothing was compared. */
  readonly isBuyerThePayer: boolean | null
  /** `NUCC`, `CUP` or `OTHER`, and the payment's number there. */
  readonly clearing: { readonly channel: string | null; readonly transactionId: string | null }
}

/** What became of a declaration. Status and result are Antom's words, which its documentation does not list. */
export interface AntomDeclarationRecord {
  readonly declarationId: string
  readonly customsPaymentId: string | null
  readonly customsOrderId: string | null
  readonly amount: Money
  readonly status: string
  readonly customsResult: {
    readonly code: string
    readonly text: string | null
    readonly at: string | null
  } | null
}

/** A payment method that Antom knows, for one amount. */
export interface AntomPaymentOption {
  /** Antom's word: `ALIPAY_CN`. */
  readonly type: string
  readonly isEnabled: boolean
  /** Antom's word for why not. */
  readonly disableReason: string | null
  readonly currencies: readonly string[]
  /** The smallest and largest single payment in minor units, by currency, where Antom says so. */
  readonly limits: Readonly<Record<string, { readonly min: number; readonly max: number }>>
}

/** What a merchant may ask of Antom beside payments. Nothing here moves money; all throw `ProviderFault`. */
export interface AntomOperations {
  /** Tells the customs what was paid for goods into China. Sent again with the same id, it is the same declaration. */
  declareCustoms(declaration: AntomDeclaration): Promise<AntomDeclared>
  /** Up to ten at a time. `missing`: ids that Antom does not know. */
  findDeclarations(
    declarationIds: readonly string[],
  ): Promise<{ readonly records: readonly AntomDeclarationRecord[]; readonly missing: readonly string[] }>
  /** Which methods the contract allows for an amount, and within which limits. */
  consult(question: {
    readonly amount: Money
    readonly device?: Device | undefined
  }): Promise<readonly AntomPaymentOption[]>
}

const INQUIRY_PAYMENT = '/ams/api/v1/payments/inquiryPayment'
const CONSULT = '/ams/api/v1/payments/consult'
const DECLARE = '/ams/api/v1/customs/declare'
const INQUIRY_DECLARATION = '/ams/api/v1/customs/inquiryDeclarationRequests'

const wireId = z.object({ paymentId: z.string() })

const wireDeclared = z.object({
  customsPaymentId: z.string(),
  customsOrderId: z.string(),
  identityCheckResult: z.nullish(z.string()),
  clearingChannel: z.nullish(z.string()),
  clearingTransactionId: z.nullish(z.string()),
})

const wireRecords = z.object({
  declarationRequestsNotFound: z.nullish(z.array(z.string())),
  declarationRecords: z.nullish(
    z.array(
      z.object({
        declarationRequestId: z.string(),
        customsPaymentId: z.nullish(z.string()),
        customsOrderId: z.nullish(z.string()),
        declarationAmount: wireAmount,
        declarationRequestStatus: z.string(),
        customsDeclarationResultCode: z.nullish(z.string()),
        customsDeclarationResultDesc: z.nullish(z.string()),
        customsDeclarationReturnTime: z.nullish(z.string()),
      }),
    ),
  ),
})

const wireLimit = z.nullish(z.object({ minAmount: z.nullish(wireAmount), maxAmount: z.nullish(wireAmount) }))

const wireOptions = z.object({
  paymentOptions: z.nullish(
    z.array(
      z.object({
        paymentMethodType: z.string(),
        enabled: z.boolean(),
        disableReason: z.nullish(z.string()),
        supportedCurrencies: z.nullish(z.array(z.string())),
        amountLimitInfoMap: z.nullish(z.record(z.string(), z.object({ singleLimit: wireLimit }))),
      }),
    ),
  ),
})

/**
 * Antom's operations for which the payment API has no word: customs declarations for goods into China, and the question
 * which methods the contract allows. For the merchant's own backend or an operator's script, with the credentials that
 * `antom` has.
 *
 * https://docs.antom.com/ac/ams/declare, https://docs.antom.com/ac/ams/inquirydeclare, https://docs.antom.com/ac/ams/consult
 *
 * @throws TypeError if a key is no RSA key, or a live client id is to call anything but Antom over https.
 */
export function antomOperations(
  credentials: AntomCredentials,
  ports: { readonly http?: ProviderHttp | undefined; readonly now?: (() => number) | undefined } = {},
): AntomOperations {
  const { call } = createAntomClient(credentials)
  const context: ProviderContext = { http: ports.http ?? createProviderHttp(), now: ports.now ?? Date.now }

  return {
    async declareCustoms(declaration) {
      const { declarationId, paymentId, amount, customsCode, merchant, suborderId, buyer } = declaration
      checkDeclaration(declaration)
      const found = await call(INQUIRY_PAYMENT, { paymentRequestId: paymentId }, context)
      requireSuccess(found, INQUIRY_PAYMENT)
      const answer = await call(
        DECLARE,
        {
          declarationRequestId: declarationId,
          paymentId: readJson(found.response, wireId).paymentId,
          declarationAmount: toWireAmount(amount),
          customs: { region: 'CN', customsCode },
          merchantCustomsInfo: { merchantCustomsCode: merchant.code, merchantCustomsName: merchant.name },
          splitOrder: String(suborderId !== undefined),
          ...(suborderId === undefined ? {} : { suborderId }),
          ...(buyer === undefined ? {} : { buyerCertificate: toCertificate(buyer) }),
        },
        context,
      )
      requireSuccess(answer, DECLARE)
      const wire = readJson(answer.response, wireDeclared)
      return {
        declarationId,
        customsPaymentId: wire.customsPaymentId,
        customsOrderId: wire.customsOrderId,
        isBuyerThePayer: IDENTITY_CHECK.get(wire.identityCheckResult ?? '') ?? null,
        clearing: {
          channel: wire.clearingChannel ?? null,
          transactionId: wire.clearingTransactionId ?? null,
        },
      }
    },

    async findDeclarations(declarationIds) {
      if (declarationIds.length < 1 || declarationIds.length > 10) {
        throw new TypeError(`antom: 1 to 10 declarations are found at a time, not ${declarationIds.length}`)
      }
      const answer = await call(INQUIRY_DECLARATION, { declarationRequestIds: declarationIds }, context)
      requireSuccess(answer, INQUIRY_DECLARATION)
      const wire = readJson(answer.response, wireRecords)
      const records = (wire.declarationRecords ?? []).map((record) => ({
        declarationId: record.declarationRequestId,
        customsPaymentId: record.customsPaymentId ?? null,
        customsOrderId: record.customsOrderId ?? null,
        amount: fromWireAmount(record.declarationAmount),
        status: record.declarationRequestStatus,
        customsResult: record.customsDeclarationResultCode
          ? {
              code: record.customsDeclarationResultCode,
              text: record.customsDeclarationResultDesc ?? null,
              at: record.customsDeclarationReturnTime ?? null,
            }
          : null,
      }))
      return { records, missing: wire.declarationRequestsNotFound ?? [] }
    },

    async consult({ amount, device }) {
      const question = {
        productCode: 'CASHIER_PAYMENT',
        paymentAmount: toWireAmount(amount),
        env: toAntomEnv(device),
      }
      const answer = await call(CONSULT, question, context)
      requireSuccess(answer, CONSULT)
      return (readJson(answer.response, wireOptions).paymentOptions ?? []).map((option) => ({
        type: option.paymentMethodType,
        isEnabled: option.enabled,
        disableReason: option.disableReason ?? null,
        currencies: option.supportedCurrencies ?? [],
        limits: toLimits(option.amountLimitInfoMap ?? {}),
      }))
    },
  }
}

// https://docs.antom.com/ac/ams/declare
const IDENTITY_CHECK: ReadonlyMap<string, boolean> = new Map([
  ['CHECK_PASSED', true],
  ['CHECK_NOT_PASSED', false],
])

function checkDeclaration({ declarationId, amount }: AntomDeclaration): void {
  if (!/^[!-~]{1,32}$/.test(declarationId)) {
    throw new TypeError(
      `antom: declarationId ${JSON.stringify(declarationId)} must be 1 to 32 ASCII characters`,
    )
  }
  if (amount.currency !== 'CNY' || !Number.isSafeInteger(amount.minorUnits) || amount.minorUnits < 1) {
    throw new TypeError(
      `antom: amount ${amount.minorUnits} ${amount.currency} must be a whole number of fen (CNY), as paid`,
    )
  }
}

function toCertificate({ fullName, identityCard }: NonNullable<AntomDeclaration['buyer']>): object {
  return { certificateType: 'ID_CARD', certificateNo: identityCard, holderName: { fullName } }
}

type WireLimits = Readonly<Record<string, { readonly singleLimit?: z.infer<typeof wireLimit> }>>

function toLimits(map: WireLimits): AntomPaymentOption['limits'] {
  const limits = Object.entries(map).flatMap(([currency, { singleLimit }]) => {
    const { minAmount, maxAmount } = singleLimit ?? {}
    if (!minAmount || !maxAmount) return []
    return [
      [
        currency,
        { min: fromWireAmount(minAmount).minorUnits, max: fromWireAmount(maxAmount).minorUnits },
      ] as const,
    ]
  })
  return Object.fromEntries(limits)
}
