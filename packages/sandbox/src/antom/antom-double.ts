import type { AntomAccount } from '../accounts.ts'
import { answerBuyer, type BuyerAction } from '../buyer-page.ts'
import type { Double, Mount, World } from '../double.ts'
import { shownHeaders } from '../exchange.ts'
import { connectionReset, interfere } from '../interfere.ts'
import { isJsonObject, parseJson, valueAt } from '../json.ts'
import type { Occasion, Operation } from '../scenario.ts'
import { toAntomFailure, toBuyerPayment } from './buyer.ts'
import { cancel } from './cancel.ts'
import { capture } from './capture.ts'
import { consult } from './consult.ts'
import { createPaymentSession } from './create-payment-session.ts'
import { inquiryPayment } from './inquiry-payment.ts'
import { inquiryRefund } from './inquiry-refund.ts'
import { pay } from './pay.ts'
import { captured, ledgerStatus } from './payment.ts'
import { refund } from './refund.ts'
import { AntomRefusal, type AntomResult, refused } from './result.ts'
import { parseSignatureHeader, signAntom, verifyAntom } from './signature.ts'
import { type AntomCall, type Client, createAntomStore, findPayment, refunded, requestKey } from './store.ts'
import { toAntomTime } from './time.ts'

type Handler = (call: AntomCall, decline: () => AntomResult | undefined) => object

interface Endpoint {
  readonly operation: Operation
  readonly handler: Handler
}

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['payments/pay', { operation: 'pay', handler: pay }],
  ['payments/createPaymentSession', { operation: 'pay', handler: createPaymentSession }],
  ['payments/inquiryPayment', { operation: 'inquire', handler: inquiryPayment }],
  ['payments/cancel', { operation: 'cancel', handler: cancel }],
  ['payments/capture', { operation: 'capture', handler: capture }],
  ['payments/refund', { operation: 'refund', handler: refund }],
  ['payments/inquiryRefund', { operation: 'inquireRefund', handler: inquiryRefund }],
  ['payments/consult', { operation: 'read', handler: consult }],
])

/** Antom's AMS Open API: https://docs.antom.com/ac/ams/api */
export function antomDouble(world: World, accounts: readonly AntomAccount[]): Double {
  const store = createAntomStore()
  const clients = new Map<string, Client>(accounts.map((account) => [account.clientId, { ...account }]))

  async function handleApi(request: Request, { path, baseUrl }: Mount): Promise<Response> {
    const raw = Buffer.from(await request.arrayBuffer())
    const body = parseJson(raw.toString('utf8'))
    const endpoint = ENDPOINTS.get(path.replace(/^\/ams(\/sandbox)?\/api\/v1\//, ''))
    const occasion: Occasion = {
      double: 'antom',
      operation: endpoint?.operation ?? 'read',
      references: references(body, request.headers.get('client-id') ?? ''),
    }
    if (world.scenarios.strike('down', occasion)) return connectionReset(503)

    const account = clients.get(request.headers.get('client-id') ?? '')
    const stranger = authenticate(request, path, raw, account)
    if (stranger !== undefined || account === undefined) {
      return Response.json({ result: stranger ?? refused('INVALID_CLIENT', 'The client is invalid.') })
    }
    const decline = () => {
      const declined = world.scenarios.strike('declined', occasion)
      return declined && refusalFor(occasion.operation, declined.reason)
    }
    return interfere(world, occasion, internalError, () => {
      const answer = run(endpoint, request, { world, store, account, body, baseUrl }, decline)
      return signed(answer, path, account)
    })
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

  /** The merchant's and the provider's names of the payment or refund that a request is about. */
  function references(body: unknown, clientId: string): string[] {
    const text = (field: string) => {
      const value = valueAt(body, field)
      return typeof value === 'string' ? value : undefined
    }
    const refundId = text('refundId')
    const refundRequestId = text('refundRequestId')
    const refund =
      refundId === undefined
        ? store.refunds.find('request', requestKey(clientId, refundRequestId ?? ''))
        : store.refunds.find('id', refundId)
    const paymentId = text('paymentId') ?? refund?.paymentId
    const paymentRequestId = text('paymentRequestId')
    const payment = findPayment(store, clientId, { paymentId, paymentRequestId })
    return [
      paymentRequestId,
      paymentId,
      refundId,
      refundRequestId,
      text('captureRequestId'),
      refund?.id,
      refund?.requestId,
      payment?.id,
      payment?.requestId,
    ].filter((name) => name !== undefined)
  }

  async function handlePage(request: Request, { path, baseUrl }: Mount): Promise<Response> {
    const [, code, action = 'show'] = /^\/wallet\/([^/]+)(?:\/(approve|decline|abandon))?$/.exec(path) ?? []
    const pageUrl = `${baseUrl}/wallet/${code}`
    const payment = store.payments.find('page', code ?? '')
    const account = payment && clients.get(payment.clientId)
    const occasion: Occasion = {
      double: 'antom',
      operation: 'approve',
      references: payment ? [payment.requestId, payment.id] : [],
    }
    if (world.scenarios.strike('down', occasion)) return connectionReset(503)
    if (code === undefined) return new Response('Not found', { status: 404 })
    const isForm = action !== 'show'
    if (isForm !== (request.method === 'POST')) return methodNotAllowed(isForm)
    return answerBuyer(request, pageUrl, action as BuyerAction, () =>
      payment && account ? toBuyerPayment({ world, account }, payment) : undefined,
    )
  }

  return {
    id: 'antom',
    heads: ['ams', 'wallet'],

    async handle(request, mount) {
      if (mount.path.startsWith('/wallet/')) return handlePage(request, mount)
      if (!/^\/ams(\/sandbox)?\/api\//.test(mount.path)) return new Response('Not found', { status: 404 })
      const startedAt = Date.now()
      const requestBody = await request.clone().text()
      const response = await handleApi(request, mount)
      world.exchanges.record({
        at: new Date(world.clock.now()).toISOString(),
        double: 'antom',
        direction: 'in',
        method: request.method,
        url: mount.path,
        requestHeaders: shownHeaders(request.headers),
        requestBody,
        status: response.status,
        responseBody: await response.clone().text(),
        tookMs: Date.now() - startedAt,
      })
      return response
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

    ledger: () => ({
      payments: store.payments.all().map((payment) => ({
        id: payment.id,
        reference: payment.requestId,
        account: payment.clientId,
        method: payment.method.type,
        amount: payment.amount,
        captured: captured(payment),
        refunded: refunded(store, payment),
        status: ledgerStatus(payment),
        nativeStatus: payment.status,
        createdAt: new Date(payment.createdAt).toISOString(),
        payUrl: payment.pageUrl,
        approvals: payment.approvals,
      })),
      refunds: store.refunds.all().map(({ id, paymentId, requestId, amount, status }) => ({
        id,
        paymentId,
        reference: requestId,
        amount,
        status: status === 'SUCCESS' ? 'succeeded' : status === 'FAIL' ? 'failed' : 'pending',
      })),
    }),

    reset() {
      store.payments.clear()
      store.refunds.clear()
    },
  }
}

/** `undefined` when the request is the client's own. Refusals of strangers are not signed. */
function authenticate(
  request: Request,
  path: string,
  body: Uint8Array,
  account: AntomAccount | undefined,
): AntomResult | undefined {
  if (!account) return refused('INVALID_CLIENT', 'The client is invalid.')
  // The SDKs put /sandbox into the path of SANDBOX_ clients, and sign the path with it.
  if (account.clientId.startsWith('SANDBOX_') !== path.startsWith('/ams/sandbox/')) {
    return refused('INVALID_CLIENT', 'SANDBOX_ clients call /ams/sandbox/api, all others /ams/api.')
  }
  const header = parseSignatureHeader(request.headers.get('signature') ?? '')
  const time = request.headers.get('request-time')
  if (!header || time === null || header.algorithm !== 'RSA256') {
    return refused('INVALID_SIGNATURE', 'The signature is invalid.')
  }
  if (header.keyVersion !== '1') return refused('KEY_NOT_FOUND', 'The key is not found.')
  const message = { path, clientId: account.clientId, time, body }
  return verifyAntom(message, header.signature, account.merchantPublicKey)
    ? undefined
    : refused('INVALID_SIGNATURE', 'The signature is invalid.')
}

function refusalFor(
  operation: Operation,
  reason: Parameters<typeof toAntomFailure>[0] | undefined,
): AntomResult {
  if (operation === 'refund') {
    return refused('MERCHANT_BALANCE_NOT_ENOUGH', 'The balance of the merchant is not enough.')
  }
  return toAntomFailure(reason ?? 'general_decline')
}

function internalError(): Response {
  return new Response('Internal Server Error', { status: 500, headers: { 'content-type': 'text/plain' } })
}

function methodNotAllowed(isForm: boolean): Response {
  return new Response('Method not allowed', {
    status: 405,
    headers: { allow: isForm ? 'POST' : 'GET, HEAD' },
  })
}
