import { sandboxAccounts } from '@teabrick/sandbox'
import { armFailpoint } from '../failpoint.ts'
import { antom, createPaymentApi, fixedRate, tbank, yookassa } from '../index.ts'
import { serve } from '../node.ts'
import {
  RIG_METRICS_TOKEN,
  RIG_SECRET_KEY,
  RIG_WEBHOOK_SECRET,
  type RigServerOptions,
} from './rig-server-options.ts'

armFailpoint(process.env)
const options = JSON.parse(process.env['RIG_SERVER'] ?? '') as RigServerOptions
const { antom: antomAccount, tbank: tbankAccount, yookassa: yookassaAccount } = sandboxAccounts

const api = createPaymentApi({
  publicUrl: options.publicUrl,
  merchant: {
    id: 'rig',
    name: 'Rig',
    secretKeys: [RIG_SECRET_KEY],
    origins: [new URL(options.publicUrl).origin],
    webhooks: [{ url: options.webhookUrl, secrets: [RIG_WEBHOOK_SECRET] }],
  },
  providers: [
    yookassa({
      shopId: yookassaAccount.shopId,
      secretKey: yookassaAccount.secretKey,
      apiUrl: `${options.yookassaUrl}/v3`,
      methods: ['sbp', 'bank_card'],
    }),
    antom({
      clientId: antomAccount.clientId,
      privateKey: antomAccount.merchantPrivateKey,
      antomPublicKey: antomAccount.antomPublicKey,
      gatewayUrl: options.antomUrl,
    }),
    tbank({
      terminalKey: tbankAccount.terminalKey,
      password: tbankAccount.password,
      apiUrl: `${options.tbankUrl}/v2`,
      methods: ['t_pay'],
    }),
  ],
  quotes: fixedRate({ pair: 'RUB/CNY', rate: '12.50', marginBps: 120, validForSeconds: 600 }),
  database: options.database,
  allowInsecureWebhooks: true,
  metricsToken: RIG_METRICS_TOKEN,
})

const server = await serve({ api, port: options.port })
process.stdout.write(`\nlistening on ${server.port}\n`)
process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0))
})
// The rig holds the other end of this pipe: a server never outlives it.
process.stdin.once('end', () => process.exit(1)).resume()
