import type { AntomAccount } from '../accounts.ts'
import { answerBuyer } from '../buyer-page.ts'
import type { DeclineReason } from '../decline.ts'
import type { Double, Mount, World } from '../double.ts'
import { recordIncoming } from '../exchange.ts'
import { connectionReset, interfere } from '../interfere.ts'
import { isJsonObject, parseJson } from '../json.ts'
import { askedScenarios, type Occasion, type Operation, type ScenarioName } from '../scenario.ts'
import { authenticate } from './authenticate.ts'
import { toAntomFailure, toBuyerPayment } from './buyer.ts'
import { cancel } from './cancel.ts'
import { capture } from './capture.ts'
import { consult } from './consult.ts'
import { createPaymentSession } from './create-payment-session.ts'
import { declare } from './declare.ts'
import { optionalText } from './fields.ts'
import { inquiryDeclarationRequests } from './inquiry-declaration-requests.ts'
import { inquiryPayment } from './inquiry-payment.ts'
import { inquiryRefund } from './inquiry-refund.ts'
import { toLedger } from './ledger.ts'
import { pay } from './pay.ts'
import { findMethod, findReferences } from './references.ts'
import { refund } from './refund.ts'
import { AntomRefusal, type AntomResult, refused, TRAFFIC_EXCEEDS_LIMIT } from './result.ts'
import { signAntom } from './signature.ts'
import { type AntomCall, type Client, createAntomStore, findPayment } from './store.ts'
import { toAntomTime } from './time.ts'

type Handler = (call: AntomCall, decline: () => AntomResult | undefined) => object

interface Endpoint {
  readonly operation: Operation
  readonly handler: Handler
}

const API = /^\/ams(?:\/sandbox)?\/api\/v1\//
const PAGE = /^\/wallet\/([^/]+)(?:\/([a-z]+))?$/

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['payments/pay', { operation: 'pay', handler: pay }],
  ['payments/createPaymentSession', { operation: 'pay', handler: createPaymentSession }],
  ['payments/inquiryPayment', { operation: 'inquire', handler: inquiryPayment }],
  ['payments/cancel', { operation: 'cancel', handler: cancel }],
  ['payments/capture', { operation: 'capture', handler: capture }],
  ['payments/refund', { operation: 'refund', handler: refund }],
  ['payments/inquiryRefund', { operation: 'inquireRefund', handler: inquiryRefund }],
  ['payments/consult', { operation: 'read', handler: consult }],
  ['customs/declare', { operation: 'read', handler: declare }],
  ['customs/inquiryDeclarationRequests', { operation: 'read', handler: inquiryDeclarationRequests }],
])

/** Antom's AMS Open API: https://docs.antom.com/ac/ams/api */
export function antomDouble(world: World, accounts: readonly AntomAccount[]): Double {
  const store = createAntomStore()
  const clients = new Map<string, Client>(accounts.map((account) => [account.clientId, { ...account }]))

  async function handleApi(request: Request, { path, baseUrl }: Mount, raw: Buffer): Promise<Response> {
    const body = parseJson(raw.toString('utf8'))
    const endpoint = ENDPOINTS.get(path.replace(API, ''))
    const clientId = request.headers.get('client-id') ?? ''
    const occasion: Occasion = {
      double: 'antom',
      operation: endpoint?.operation ?? 'read',
      references: findReferences(store, clientId, body),
      method: findMethod(store, clientId, body),
      asked: askedScenarios(request.headers),
    }
    if (world.scenarios.strike('down', occasion)) return connectionReset(503)

    const account = clients.get(clientId)
    if (!account) return stranger(refused('INVALID_CLIENT', 'The client is invalid.'))
    const refusal = authenticate(request.headers, path, raw, account)
    if (refusal) return stranger(refusal)
    const strike = (name: ScenarioName) => world.scenarios.strike(name, occasion)
    const decline = () => {
      const declined = strike('declined')
      return declined && refusalFor(occasion.operation, declined.reason)
    }
    const call = { world, store, account, body, baseUrl, strike }
    return interfere(
      world,
      occasion,
      internalError,
      () => signed(run(endpoint, request, call, decline), path, account),
      {
        signal: request.signal,
        rateLimited: () => signed({ result: TRAFFIC_EXCEEDS_LIMIT }, path, account),
        approve() {
          const payment = findPayment(store, clientId, {
            paymentRequestId: optionalText(body, 'paymentRequestId', 64),
          })
          if (payment) toBuyerPayment({ world, account }, payment).approve()
        },
      },
    )
  }

  function run(
    endpoint: Endpoint | undefined,
    request: Request,
    call: AntomCall,
    decline: () => AntomResult | undefined,
  ): object {
    try {
      if (!endpoint) throw new AntomRefusal('NO_INTERFACE_DEF', 'The interface is not defined.')
      if (request.method !== 'POST') throw new AntomRefusal('METHOD_NOT_SUPPORTED', 'The method is not POST.')
      if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
        throw new AntomRefusal('MEDIA_TYPE_NOT_ACCEPTABLE', 'The content type is not application/json.')
      }
      if (!isJsonObject(call.body)) throw new AntomRefusal('PARAM_ILLEGAL', 'The body is not a JSON object.')
      return endpoint.handler(call, decline)
    } catch (error) {
      if (error instanceof AntomRefusal) return { result: error.result }
      throw error
    }
  }

  function signed(answer: object, path: string, { clientId, antomPrivateKey }: AntomAccount): Response {
    const body = JSON.stringify(answer)
    const time = toAntomTime(world.clock.now())
    const signature = signAntom({ path, clientId, time, body }, antomPrivateKey)
    return new Response(body, {
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'client-id': clientId,
        'response-time': time,
        signature: `algorithm=RSA256,keyVersion=1,signature=${signature}`,
      },
    })
  }

  function handlePage(request: Request, { path, baseUrl }: Mount): Promise<Response> {
    const [, code = '', action] = PAGE.exec(path) ?? []
    const payment = store.payments.find('page', code)
    const account = payment && clients.get(payment.clientId)
    return answerBuyer(world, request, {
      double: 'antom',
      pageUrl: `${baseUrl}/wallet/${code}`,
      action,
      references: payment ? [payment.requestId, payment.id] : [],
      find: () => (payment && account ? toBuyerPayment({ world, account }, payment) : undefined),
    })
  }

  return {
    id: 'antom',
    heads: ['ams', 'wallet'],

    async handle(request, mount) {
      if (PAGE.test(mount.path)) return handlePage(request, mount)
      if (!API.test(mount.path)) return new Response('Not found', { status: 404 })
      return recordIncoming(world, 'antom', request, mount.path, (body) => handleApi(request, mount, body))
    },

    accounts: () =>
      [...clients.values()].map(({ clientId, merchantName, notificationUrl, ...keys }) => ({
        id: clientId,
        clientId,
        merchantName,
        ...keys,
        notificationUrl: notificationUrl ?? null,
      })),

    setNotificationUrl(accountId, url) {
      const account = clients.get(accountId)
      if (account) account.notificationUrl = url ?? undefined
      return account !== undefined
    },

    ledger: () => toLedger(store),

    reset() {
      store.payments.clear()
      store.refunds.clear()
      store.declarations.clear()
    },
  }
}

/** A refusal that is not signed, because nobody knows for whom. */
function stranger(result: AntomResult): Response {
  return Response.json({ result })
}

function refusalFor(operation: Operation, reason: DeclineReason | undefined): AntomResult {
  if (operation === 'refund') {
    return refused('MERCHANT_BALANCE_NOT_ENOUGH', 'The balance of the merchant is not enough.')
  }
  return toAntomFailure(reason ?? 'general_decline')
}

function internalError(): Response {
  return new Response('Internal Server Error', { status: 500, headers: { 'content-type': 'text/plain' } })
}
