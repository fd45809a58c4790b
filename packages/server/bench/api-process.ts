// The payment API in a process of its own, as an operator runs it: node:http, the default logger (to nowhere), one database.
// Does what the benchmark asks over the IPC channel; see `api-client.ts`.
import { createPaymentApi, yookassa } from '../src/index.ts'
import { createLogger } from '../src/log.ts'
import { serve } from '../src/node.ts'
import type { ApiAnswer, ApiQuestion, ApiSettings } from './api-client.ts'
import { countStatements } from './count-statements.ts'

const settings = JSON.parse(process.argv[2] ?? '') as ApiSettings
const statements = countStatements()
const quiet = createLogger()
const api = createPaymentApi({
  publicUrl: settings.publicUrl,
  merchant: {
    id: 'bench',
    name: 'Bench',
    secretKeys: [settings.secretKey],
    origins: ['https://shop.example'],
    webhooks: [{ url: settings.webhookUrl, secrets: [settings.webhookSecret] }],
  },
  providers: [
    yookassa({
      shopId: settings.shopId,
      secretKey: settings.shopKey,
      apiUrl: settings.providerUrl,
      methods: ['sbp'],
    }),
  ],
  database: settings.database,
  allowInsecureWebhooks: true,
  metricsToken: settings.metricsToken,
  logger: {
    ...quiet,
    error(fields, message) {
      console.error(message, fields)
    },
  },
})
const server = await serve({ api, port: settings.port })

function answer(question: ApiQuestion): ApiAnswer {
  switch (question) {
    case 'usage': {
      globalThis.gc?.()
      const { rss, heapUsed, external } = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      return { statements: statements.count, cpuMs: (user + system) / 1000, rss, used: heapUsed + external }
    }
    case 'record':
      statements.record()
      return {}
    case 'recorded':
      return { units: statements.recorded() }
    case 'stop':
      return {}
  }
}

process.on('message', (question: ApiQuestion) => {
  process.send?.(answer(question))
  if (question === 'stop') void server.close().then(() => process.disconnect())
})
// The benchmark has died.
process.on('disconnect', () => process.exit())
process.send?.({})
