import { sandboxAccounts } from '@teabrick/sandbox'
import type { PaymentApiOptions } from '../config.ts'
import { fixedRate } from '../fixed-rate.ts'
import { antom } from '../providers/antom.ts'
import { tbank } from '../providers/tbank.ts'
import { type YookassaMethod, yookassa } from '../providers/yookassa.ts'

// For this package's own tests: configurations as merchants write them, with credentials that open nothing.

export const ANTOM = antom({
  clientId: sandboxAccounts.antom.clientId,
  privateKey: sandboxAccounts.antom.merchantPrivateKey,
  antomPublicKey: sandboxAccounts.antom.antomPublicKey,
})

export const TBANK = tbank({ terminalKey: '1700000000000DEMO', password: 'nobody_knows_this' })

export const shop = (methods: readonly YookassaMethod[], account = 'yookassa') =>
  yookassa({ account, shopId: '100500', secretKey: 'test_nobody_knows_this', methods })

/** A shop that sells for roubles. */
export function configOf(
  providers: PaymentApiOptions['providers'],
  changes: Partial<PaymentApiOptions> = {},
): PaymentApiOptions {
  return {
    publicUrl: 'https://shop.example/pay',
    merchant: {
      id: 'tea',
      name: 'Чайная лавка',
      secretKeys: ['sk_test_0123456789abcdef'],
      origins: ['https://shop.example'],
    },
    providers,
    quotes: fixedRate({ pair: 'RUB/CNY', rate: '12.50', marginBps: 120 }),
    database: 'postgres://nobody@nowhere.invalid/teabrick',
    ...changes,
  }
}
