import type { Money } from '../ledger.ts'
import { AntomRefusal } from './result.ts'

/** A payment method that the sandbox's merchants have a contract for. */
export interface AntomMethod {
  readonly type: string
  readonly name: string
  readonly category: 'WALLET' | 'CARD'
  readonly regions: readonly string[]
  /** Empty: every pricing currency. */
  readonly currencies: readonly string[]
  readonly minMinorUnits: number
  readonly maxMinorUnits: number
  /** Android package of the wallet. */
  readonly appIdentifier: string | undefined
}

const ANY_AMOUNT = { minMinorUnits: 1, maxMinorUnits: 999_999_999_999 }

// Limits of the Alipay wallets: https://docs.antom.com/ac/antomop/alipay_cn, /alipay_hk
const METHODS: readonly AntomMethod[] = [
  {
    type: 'ALIPAY_CN',
    name: 'Alipay',
    category: 'WALLET',
    regions: ['CN'],
    currencies: ['CNY'],
    minMinorUnits: 10,
    maxMinorUnits: 30_000_000,
    appIdentifier: 'com.eg.android.AlipayGphone',
  },
  {
    type: 'ALIPAY_HK',
    name: 'AlipayHK',
    category: 'WALLET',
    regions: ['HK'],
    currencies: ['HKD'],
    minMinorUnits: 1,
    maxMinorUnits: 5_000_000,
    appIdentifier: 'hk.alipay.wallet',
  },
  wallet('KAKAOPAY', 'KakaoPay', 'KR', 'KRW'),
  wallet('NAVERPAY', 'Naver Pay', 'KR', 'KRW'),
  wallet('TOSSPAY', 'Toss Pay', 'KR', 'KRW'),
  wallet('TNG', 'Touch ’n Go eWallet', 'MY', 'MYR'),
  wallet('GRABPAY_MY', 'GrabPay', 'MY', 'MYR'),
  wallet('GRABPAY_SG', 'GrabPay', 'SG', 'SGD'),
  wallet('GRABPAY_PH', 'GrabPay', 'PH', 'PHP'),
  wallet('SHOPEEPAY_SG', 'ShopeePay', 'SG', 'SGD'),
  wallet('SHOPEEPAY_PH', 'ShopeePay', 'PH', 'PHP'),
  wallet('SHOPEEPAY_ID', 'ShopeePay', 'ID', 'IDR'),
  wallet('GCASH', 'GCash', 'PH', 'PHP'),
  wallet('BPI', 'BPI', 'PH', 'PHP'),
  wallet('BILLEASE', 'BillEase', 'PH', 'PHP'),
  wallet('DANA', 'DANA', 'ID', 'IDR'),
  wallet('OVO', 'OVO', 'ID', 'IDR'),
  wallet('GOPAY_ID', 'GoPay', 'ID', 'IDR'),
  wallet('LINKAJA', 'LinkAja', 'ID', 'IDR'),
  wallet('DOKU', 'DOKU', 'ID', 'IDR'),
  wallet('AKULAKU_PAYLATER', 'Akulaku PayLater', 'ID', 'IDR'),
  wallet('KREDIVO_ID', 'Kredivo', 'ID', 'IDR'),
  wallet('TRUEMONEY', 'TrueMoney', 'TH', 'THB'),
  wallet('RABBIT_LINE_PAY', 'Rabbit LINE Pay', 'TH', 'THB'),
  wallet('KPLUS', 'K PLUS', 'TH', 'THB'),
  wallet('ZALOPAY', 'ZaloPay', 'VN', 'VND'),
  wallet('PAYPAY', 'PayPay', 'JP', 'JPY'),
  wallet('JKOPAY', 'JKOPAY', 'TW', 'TWD'),
  wallet('BKASH', 'bKash', 'BD', 'BDT'),
  wallet('EASYPAISA', 'Easypaisa', 'PK', 'PKR'),
  wallet('PAGALEVE', 'Pagaleve', 'BR', 'BRL'),
  {
    type: 'CARD',
    name: 'Card',
    category: 'CARD',
    regions: ['GLOBAL'],
    currencies: [],
    ...ANY_AMOUNT,
    appIdentifier: undefined,
  },
]

function wallet(type: string, name: string, region: string, currency: string): AntomMethod {
  return {
    type,
    name,
    category: 'WALLET',
    regions: [region],
    currencies: [currency],
    ...ANY_AMOUNT,
    appIdentifier: undefined,
  }
}

export function listMethods(): readonly AntomMethod[] {
  return METHODS
}

/** @throws AntomRefusal when the method is unknown, or takes no such amount. */
export function requireMethod(type: string, { currency, minorUnits }: Money): AntomMethod {
  const method = METHODS.find((one) => one.type === type)
  if (!method) {
    throw new AntomRefusal('UNAVAILABLE_PAYMENT_METHOD', `The payment method ${type} is not available.`)
  }
  if (!takesCurrency(method, currency)) {
    throw new AntomRefusal('CURRENCY_NOT_SUPPORT', `${type} does not support ${currency}.`)
  }
  if (minorUnits < method.minMinorUnits) {
    throw new AntomRefusal('PARAM_ILLEGAL', `${type} takes at least ${method.minMinorUnits} minor units.`)
  }
  if (minorUnits > method.maxMinorUnits) {
    throw new AntomRefusal(
      'PAYMENT_AMOUNT_EXCEED_LIMIT',
      `${type} takes at most ${method.maxMinorUnits} minor units.`,
    )
  }
  return method
}

export function takesCurrency({ currencies }: AntomMethod, currency: string): boolean {
  return currencies.length === 0 || currencies.includes(currency)
}
