import { sandboxAccounts } from '@teabrick/sandbox'
import type { PaymentApiOptions } from '../../config.ts'
import { tbank } from '../../providers/tbank.ts'
import { yookassa } from '../../providers/yookassa.ts'

export const FAILOVER_SECRET_KEY = 'sk_sandbox_failover_0123456789'

/** What an instance of the rig is told. */
export interface FailoverServerOptions {
  readonly publicUrl: string
  readonly database: string
  /** The preferred provider, through its gate: SBP first, and the only one with SberPay. */
  readonly yookassaUrl: string
  /** The second rail of SBP. */
  readonly tbankUrl: string
}

export function failoverApiOptions(options: FailoverServerOptions): PaymentApiOptions {
  return {
    publicUrl: options.publicUrl,
    merchant: {
      id: 'failover',
      name: 'Failover',
      secretKeys: [FAILOVER_SECRET_KEY],
      origins: [new URL(options.publicUrl).origin],
    },
    providers: [
      yookassa({
        shopId: sandboxAccounts.yookassa.shopId,
        secretKey: sandboxAccounts.yookassa.secretKey,
        apiUrl: `${options.yookassaUrl}/yookassa/v3`,
        methods: ['sbp', 'sber_pay'],
      }),
      tbank({
        terminalKey: sandboxAccounts.tbank.terminalKey,
        password: sandboxAccounts.tbank.password,
        apiUrl: `${options.tbankUrl}/tbank/v2`,
        methods: ['sbp'],
      }),
    ],
    database: options.database,
    logger: { info() {}, warn() {}, error() {} },
  }
}
