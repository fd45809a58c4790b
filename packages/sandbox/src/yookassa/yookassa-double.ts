import type { YookassaAccount } from '../accounts.ts'
import { answerBuyer } from '../buyer-page.ts'
import type { Double, Mount, World } from '../double.ts'
import { recordIncoming } from '../exchange.ts'
import { connectionReset, interfere } from '../interfere.ts'
import { canonicalJson, isJsonObject, parseJson } from '../json.ts'
import { uuid } from '../random.ts'
import { askedScenarios, type Occasion, type Operation, type ScenarioName } from '../scenario.ts'
import { SBP_BANKS } from './banks.ts'
import { toBuyerPayment } from './buyer.ts'
import { cancelPayment } from './cancel-payment.ts'
import { capturePayment } from './capture-payment.ts'
import { createPayment } from './create-payment.ts'
import { createRefund } from './create-refund.ts'
import { createDeal, getDeal, listDeals } from './deal.ts'
import { expireHold, expirePending } from './expire.ts'
import { emptied } from './fields.ts'
import { createIdempotence, type KeptAnswer, readIdempotenceKey } from './idempotence.ts'
import { createInvoice, getInvoice } from './invoice.ts'
import { toLedger } from './ledger.ts'
import { listPage } from './list.ts'
import { findMethod, METHOD_TYPES, type YookassaMethod } from './method.ts'
import { toPaymentObject, toRefundObject, type YookassaPayment } from './payment.ts'
import { createPayout, getPayout, listPayouts } from './payout.ts'
import { createReceipt, getReceipt, listReceipts } from './receipt.ts'
import { findMethodType, findReferences } from './references.ts'
import { refusalBody, YookassaRefusal } from './refusal.ts'
import { createPaymentMethod, getPaymentMethod } from './saved-method.ts'
import { createYookassaStore, requirePayment, type Shop, type YookassaCall } from './store.ts'
import { createWebhook, listWebhooks, removeWebhook } from './webhooks.ts'

const PAGE = /^\/(AD[0-9A-Z]{30}|checkout\/[^/]+)(?:\/([a-z]+))?$/

/** A request that found its endpoint. */
interface Matched {
  readonly operation: Operation
  readonly run: (call: YookassaCall, query: URLSearchParams) => object
}

/** YooKassa API v3: https://yookassa.ru/developers/api */
export function yookassaDouble(world: World, accounts: readonly YookassaAccount[]): Double {
  const store = createYookassaStore()
  const shops = new Map<string, Shop>(accounts.map((account) => [account.shopId, { ...account }]))
  const idempotence = createIdempotence(() => world.clock.now())

  const show = (payment: YookassaPayment) => toPaymentObject(payment, store.refunds)

  function match(method: string, path: string): Matched {
    const [, collection = '', id, action] =
      /^\/v3\/([a-z_]+)(?:\/([^/]+))?(?:\/([^/]+))?\/?$/.exec(path.replace(/\/{2,}/g, '/')) ?? []
    const route = [method, collection, ...(id ? ['{id}'] : []), ...(action ? [action] : [])].join(' ')
    switch (route) {
      case 'POST payments':
        return { operation: 'pay', run: createPayment }
      case 'GET payments':
        return { operation: 'read', run: listPayments }
      case 'GET payments {id}':
        return { operation: 'inquire', run: (call) => getPayment(call, id ?? '') }
      case 'POST payments {id} capture':
        return { operation: 'capture', run: (call) => capturePayment(call, id ?? '') }
      case 'POST payments {id} cancel':
        return { operation: 'cancel', run: (call) => cancelPayment(call, id ?? '') }
      case 'POST refunds':
        return { operation: 'refund', run: createRefund }
      case 'GET refunds':
        return { operation: 'read', run: listRefunds }
      case 'GET refunds {id}':
        return { operation: 'inquireRefund', run: (call) => getRefund(call, id ?? '') }
      case 'GET sbp_banks':
        return { operation: 'read', run: () => ({ type: 'list', items: SBP_BANKS }) }
      case 'POST receipts':
        return { operation: 'read', run: createReceipt }
      case 'GET receipts':
        return { operation: 'read', run: listReceipts }
      case 'GET receipts {id}':
        return { operation: 'read', run: (call) => getReceipt(call, id ?? '') }
      case 'POST payment_methods':
        return {
          operation: 'read',
          run: (call) => createPaymentMethod(call, findMethod('bank_card') as YookassaMethod),
        }
      case 'GET payment_methods {id}':
        return { operation: 'read', run: (call) => getPaymentMethod(call, id ?? '') }
      case 'POST deals':
        return { operation: 'read', run: createDeal }
      case 'GET deals':
        return { operation: 'read', run: listDeals }
      case 'GET deals {id}':
        return { operation: 'read', run: (call) => getDeal(call, id ?? '') }
      case 'POST payouts':
        return { operation: 'read', run: createPayout }
      case 'GET payouts':
        return { operation: 'read', run: listPayouts }
      case 'GET payouts {id}':
        return {
          operation: 'read',
          run: (call, query) => (id === 'search' ? listPayouts(call, query) : getPayout(call, id ?? '')),
        }
      case 'POST invoices':
        return { operation: 'read', run: createInvoice }
      case 'GET invoices {id}':
        return { operation: 'read', run: (call) => getInvoice(call, id ?? '') }
      case 'GET me':
        return { operation: 'read', run: ({ shop }) => me(shop) }
      case 'POST webhooks':
        return { operation: 'read', run: createWebhook }
      case 'GET webhooks':
        return { operation: 'read', run: listWebhooks }
      case 'DELETE webhooks {id}':
        return { operation: 'read', run: (call) => removeWebhook(call, id ?? '') }
      default:
        return { operation: 'read', run: refuseUnknown }
    }
  }

  function getPayment(call: YookassaCall, id: string): object {
    const payment = requirePayment(call, id)
    expirePending(call, payment)
    expireHold(call, payment)
    if (payment.status === 'pending' && call.strike('liar')) {
      payment.isLie = true
      payment.status = 'canceled'
      payment.cancellation = { party: 'yoo_money', reason: 'internal_timeout' }
    }
    return show(payment)
  }

  function listPayments({ shop }: YookassaCall, query: URLSearchParams): object {
    return listPage(store.payments.where('shop', shop.shopId), query, show)
  }

  function listRefunds({ shop }: YookassaCall, query: URLSearchParams): object {
    const paymentId = query.get('payment_id')
    const found = paymentId === null ? store.refunds.all() : store.refunds.where('payment', paymentId)
    return listPage(
      found.filter(({ shopId }) => shopId === shop.shopId),
      query,
      toRefundObject,
    )
  }

  function getRefund({ shop }: YookassaCall, id: string): object {
    const refund = store.refunds.find('id', id)
    if (refund?.shopId !== shop.shopId)
      throw new YookassaRefusal(404, 'not_found', "Refund doesn't exist or access denied", 'refund_id')
    return toRefundObject(refund)
  }

  async function handleApi(request: Request, { path, baseUrl }: Mount, text: string): Promise<Response> {
    const body = emptied(parseJson(text))
    const { operation, run } = match(request.method, path)
    const occasion: Occasion = {
      double: 'yookassa',
      operation,
      references: findReferences(store, request.headers, path, body),
      method: findMethodType(store, request.headers, path, body),
      asked: askedScenarios(request.headers),
    }
    if (world.scenarios.strike('down', occasion)) return connectionReset(503)

    const caller = findCaller(request.headers.get('authorization'))
    if (!caller) {
      return answer(
        refusalAnswer(new YookassaRefusal(401, 'invalid_credentials', 'Error in shopId or secret key')),
      )
    }
    const { shop, isOauth } = caller
    const strike = (name: ScenarioName) => world.scenarios.strike(name, occasion)
    const isDeclined = () => strike('declined') !== undefined
    const call = { world, store, shop, isOauth, body, baseUrl, isDeclined, strike }
    const work = () => {
      // The key of a DELETE is documented too; published clients leave it out, and twice removed is removed.
      const isKeyed =
        request.method === 'POST' || (request.method === 'DELETE' && request.headers.has('idempotence-key'))
      if (!isKeyed) {
        const { searchParams } = new URL(request.url)
        return answer(attempt(() => run({ ...call, idempotenceKey: '' }, searchParams)))
      }
      return answer(attemptOnce(call, request, path, text, run))
    }
    return interfere(world, occasion, internalError, work, {
      signal: request.signal,
      rateLimited: () =>
        answer(refusalAnswer(new YookassaRefusal(429, 'too_many_requests', 'Too many requests'))),
      approve() {
        const payment = store.payments
          .where('shop', shop.shopId)
          .findLast(({ reference }) => occasion.references.includes(reference))
        if (payment) toBuyerPayment({ world, store, shop }, payment).approve()
      },
    })
  }

  /** A POST: checked for its key, done once, and answered alike for 24 hours. */
  function attemptOnce(
    call: Omit<YookassaCall, 'idempotenceKey'>,
    request: Request,
    path: string,
    text: string,
    run: Matched['run'],
  ): KeptAnswer {
    try {
      const idempotenceKey = readIdempotenceKey(request.headers)
      if (text !== '' && !isJsonObject(call.body)) {
        throw new YookassaRefusal(400, 'invalid_request', 'The body is not a JSON object')
      }
      const scope = `${call.shop.shopId} ${path}`
      const fingerprint = canonicalJson(call.body)
      const known = idempotence.find(scope, idempotenceKey, fingerprint)
      if (known) return known
      const made = attempt(() => run({ ...call, idempotenceKey }, new URLSearchParams()))
      idempotence.keep(scope, idempotenceKey, fingerprint, made)
      return made
    } catch (error) {
      if (error instanceof YookassaRefusal) return refusalAnswer(error)
      throw error
    }
  }

  function attempt(run: () => object): KeptAnswer {
    try {
      return { status: 200, body: run() }
    } catch (error) {
      if (error instanceof YookassaRefusal) return refusalAnswer(error)
      throw error
    }
  }

  function refusalAnswer(refusal: YookassaRefusal): KeptAnswer {
    return { status: refusal.status, body: refusalBody(refusal, uuid(world.random)) }
  }

  function internalError(): Response {
    return answer(refusalAnswer(new YookassaRefusal(500, 'internal_server_error', 'Internal error')))
  }

  function findCaller(
    authorization: string | null,
  ): { readonly shop: Shop; readonly isOauth: boolean } | undefined {
    const [scheme = '', encoded = ''] = (authorization ?? '').split(' ')
    if (scheme.toLowerCase() === 'bearer') {
      const shop = [...shops.values()].find(({ oauthToken }) => oauthToken === encoded)
      return encoded === '' || shop === undefined ? undefined : { shop, isOauth: true }
    }
    if (scheme.toLowerCase() !== 'basic') return undefined
    const [shopId = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
    const shop = shops.get(shopId)
    return shop?.secretKey === secret.join(':') ? { shop, isOauth: false } : undefined
  }

  function handlePage(request: Request, { path, baseUrl }: Mount): Promise<Response> {
    const [, page = '', action] = PAGE.exec(path) ?? []
    const payment =
      store.payments.find('page', page) ?? store.payments.find('id', page.replace('checkout/', ''))
    const shop = payment && shops.get(payment.shopId)
    return answerBuyer(world, request, {
      double: 'yookassa',
      pageUrl: `${baseUrl}/${page}`,
      action,
      references: payment ? [payment.reference, payment.id] : [],
      find: () => (payment && shop ? toBuyerPayment({ world, store, shop }, payment) : undefined),
    })
  }

  return {
    id: 'yookassa',
    heads: ['v3', 'checkout', 'AD[0-9A-Z]{30}'],

    async handle(request, mount) {
      if (PAGE.test(mount.path)) return handlePage(request, mount)
      if (!mount.path.startsWith('/v3/')) return new Response('Not found', { status: 404 })
      return recordIncoming(world, 'yookassa', request, mount.path, (body) =>
        handleApi(request, mount, body.toString('utf8')),
      )
    },

    accounts: () =>
      [...shops.values()].map(({ shopId, secretKey, oauthToken, shopName, currency, notificationUrl }) => ({
        id: shopId,
        shopId,
        secretKey,
        oauthToken: oauthToken ?? null,
        shopName,
        currency: currency ?? 'RUB',
        notificationUrl: notificationUrl ?? null,
      })),

    setNotificationUrl(accountId, url) {
      const shop = shops.get(accountId)
      if (shop) shop.notificationUrl = url ?? undefined
      return shop !== undefined
    },

    ledger: () => toLedger(store),

    reset() {
      store.payments.clear()
      store.refunds.clear()
      store.receipts.clear()
      store.deals.clear()
      store.payouts.clear()
      store.invoices.clear()
      store.savedMethods.clear()
      store.webhooks.clear()
      idempotence.reset()
    },
  }
}

function answer({ status, body }: KeptAnswer): Response {
  return Response.json(body, { status })
}

function me({ shopId, secretKey, shopName }: Shop): object {
  return {
    account_id: shopId,
    test: secretKey.startsWith('test_'),
    status: 'enabled',
    name: shopName,
    fiscalization_enabled: true,
    fiscalization: { enabled: true, provider: 'atol' },
    payment_methods: METHOD_TYPES,
    payout_methods: ['bank_card', 'yoo_money', 'sbp'],
  }
}

function refuseUnknown(): never {
  throw new YookassaRefusal(404, 'not_found', 'There is no such method')
}
