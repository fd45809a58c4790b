import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { createMerchantClient } from '@teabrick/core/merchant'
import {
  createSandbox,
  isAbruptReset,
  isConnectionReset,
  type Sandbox,
  type SandboxControl,
  sandboxAccounts,
} from '@teabrick/sandbox'
import {
  antom,
  createPaymentApi,
  fixedRate,
  type PaymentApi,
  type PaymentApiOptions,
  tbank,
  yookassa,
} from '@teabrick/server'
import { type NodeHandler, toNodeHandler } from '@teabrick/server/node'
import { writeBankFile } from './bank-file.ts'
import { createBankPage } from './bank-page.ts'
import { createDrillRun } from './drill-run.ts'
import { MARGIN_BPS, RATE_REFERENCE, ROUBLES_PER_YUAN, YUAN_PER_ROUBLE } from './exchange.ts'
import { openJournal } from './journal.ts'
import { SECRET_KEY, WEBHOOK_SECRET } from './keys.ts'
import { listen } from './listen.ts'
import { createOrders, type Orders } from './orders.ts'
import { createShopApp } from './shop-app.ts'
import { createStaticFiles } from './static-files.ts'

export interface ShopOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Where the shop keeps its orders, and the embedded PostgreSQL its data. Made if it is missing. */
  readonly dataFolder: string
  /** `postgres://…`, or a store of your own, in place of the embedded PostgreSQL. */
  readonly database?: PaymentApiOptions['database'] | undefined
  /** A second address for the same webhooks, signed with the same secret. */
  readonly webhookUrl?: string | undefined
  /** Pages of other programs that sell through the same payment API: `http://localhost:3000`. */
  readonly origins?: readonly string[] | undefined
  /** Makes the sandbox's ids repeatable. Not over a database that outlives the sandbox: ids would come again. */
  readonly sandboxSeed?: number | undefined
  readonly logger?: PaymentApiOptions['logger']
  readonly graceSeconds?: number | undefined
}

/** As buyers see it on the checkout and in their wallets. */
const NAME = 'Чайная лавка'

/** The running demo. */
export interface Shop {
  /** `http://127.0.0.1:4242` */
  readonly origin: string
  readonly api: PaymentApi
  readonly orders: Orders
  /** Sets scenarios, moves virtual time, shows the doubles' ledgers. */
  readonly sandbox: SandboxControl
  /** While down, the shop's webhook address answers 503. */
  setWebhookDown(isDown: boolean): void
  /** Stops everything, the database's processes included. */
  close(): Promise<void>
}

/**
 * Starts the shop, its payment API and the providers' doubles in this process.
 *
 * @throws the error of `listen`, with code `EADDRINUSE` when the port is taken: then nothing else was started.
 */
export async function createShop(options: ShopOptions): Promise<Shop> {
  const { dataFolder } = options
  let routes: readonly (readonly [path: RegExp, handler: NodeHandler])[] = [[/^/, answerStarting]]
  const server = await listen(
    options.port,
    ({ url = '/' }) => routes.find(([path]) => path.test(url))?.[1] ?? answerStarting,
  )
  const closers: (() => Promise<void> | void)[] = [() => server.close()]
  const close = async (): Promise<void> => {
    // Last started, first stopped; one that fails does not keep the others running.
    const failures: unknown[] = []
    for (let next = closers.pop(); next; next = closers.pop()) {
      try {
        await next()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  try {
    const origin = `http://127.0.0.1:${server.port}`
    const otherOrigins = [`http://localhost:${server.port}`]
    const sandbox = createSandbox({
      publicUrl: `${origin}/sandbox`,
      seed: options.sandboxSeed,
      accounts: {
        antom: [{ ...sandboxAccounts.antom, merchantName: NAME }],
        yookassa: [
          {
            ...sandboxAccounts.yookassa,
            shopName: NAME,
            // YooKassa takes the address from the shop's settings, never from a request.
            notificationUrl: `${origin}/pay/v1/providers/yookassa/notifications`,
          },
        ],
      },
    })
    closers.push(() => sandbox.close())

    // One file per port: two shops never write to one.
    const orders = createOrders(openJournal(join(dataFolder, `orders-${server.port}.jsonl`)))
    closers.push(() => orders.close())

    const config = paymentApiOptions(options, origin, otherOrigins)
    const api = createPaymentApi(config)
    closers.push(() => api.stop())

    const drill = createDrillRun(config)
    closers.push(() => drill.stop())

    let isWebhookDown = false
    const app = createShopApp({
      orders,
      origin,
      otherOrigins,
      client: createMerchantClient({ apiUrl: api.publicUrl, secretKey: SECRET_KEY }),
      facts: { origin, secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET },
      drill,
      webhookSecrets: [WEBHOOK_SECRET],
      isWebhookDown: () => isWebhookDown,
      element: createStaticFiles('/teabrick/', elementFolder()),
      clientFiles: createStaticFiles('/client/', fileURLToPath(new URL('../dist/client/', import.meta.url))),
    })
    routes = [
      [/^\/pay(?:[/?]|$)/, toNodeHandler(api)],
      [/^\/sandbox(?:[/?]|$)/, toSandboxHandler(sandbox)],
      [/^\/bank\//, getRequestListener(createBankPage(sandbox.control), { overrideGlobalObjects: false })],
      [/^/, getRequestListener(app.fetch, { overrideGlobalObjects: false })],
    ]
    await api.start()
    return {
      origin,
      api,
      orders,
      sandbox: sandbox.control,
      setWebhookDown: (isDown) => {
        isWebhookDown = isDown
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function answerStarting(...[, response]: Parameters<NodeHandler>): void {
  response.writeHead(503, { 'retry-after': '1' }).end('The shop is starting')
}

/** The sandbox plays answers that never arrive: only the server can cut the connection. */
function toSandboxHandler(sandbox: Sandbox): NodeHandler {
  return getRequestListener(
    async (request, { incoming }) => {
      const response = await sandbox.fetch(request)
      if (isAbruptReset(response)) incoming.socket.resetAndDestroy()
      else if (isConnectionReset(response)) incoming.socket.destroy()
      return response
    },
    { overrideGlobalObjects: false },
  )
}

function paymentApiOptions(
  { dataFolder, database, webhookUrl, origins = [], logger, graceSeconds }: ShopOptions,
  origin: string,
  otherOrigins: readonly string[],
): PaymentApiOptions {
  const { clientId, merchantPrivateKey, antomPublicKey } = sandboxAccounts.antom
  const { shopId, secretKey } = sandboxAccounts.yookassa
  const { terminalKey, password } = sandboxAccounts.tbank
  const own = { url: `${origin}/webhooks/teabrick`, secrets: [WEBHOOK_SECRET] }
  return {
    publicUrl: `${origin}/pay`,
    hostedPage: { script: `${origin}/teabrick/pay-button.js` },
    merchant: {
      id: 'tea',
      name: NAME,
      secretKeys: [SECRET_KEY],
      origins: [origin, ...otherOrigins, ...origins],
      webhooks: webhookUrl === undefined ? [own] : [own, { url: webhookUrl, secrets: [WEBHOOK_SECRET] }],
    },
    providers: [
      antom({
        clientId,
        privateKey: merchantPrivateKey,
        antomPublicKey,
        gatewayUrl: `${origin}/sandbox/antom`,
      }),
      yookassa({ shopId, secretKey, apiUrl: `${origin}/sandbox/yookassa/v3` }),
      // A second rail for SBP and cards: it takes over when YooKassa does not answer.
      tbank({ terminalKey, password, apiUrl: `${origin}/sandbox/tbank/v2`, methods: ['sbp', 'bank_card'] }),
    ],
    quotes: [
      fixedRate({
        pair: 'RUB/CNY',
        rate: ROUBLES_PER_YUAN,
        marginBps: MARGIN_BPS,
        reference: RATE_REFERENCE,
      }),
      fixedRate({ pair: 'CNY/RUB', rate: YUAN_PER_ROUBLE, marginBps: MARGIN_BPS, reference: RATE_REFERENCE }),
    ],
    banks: { file: writeBankFile(dataFolder, origin) },
    database: database ?? join(dataFolder, 'database'),
    // The shop's own webhook address is http on this machine.
    allowInsecureWebhooks: true,
    logger,
    graceSeconds,
  }
}

/** Where the script-tag build of the element is, in whatever way the package is installed. */
function elementFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@teabrick/web-component/script'))
}
