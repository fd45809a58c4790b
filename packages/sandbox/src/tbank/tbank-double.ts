import type { TbankAccount } from '../accounts.ts'
import { answerBuyer } from '../buyer-page.ts'
import type { Double, Mount, World } from '../double.ts'
import { recordIncoming } from '../exchange.ts'
import { connectionReset, interfere } from '../interfere.ts'
import { isJsonObject, type JsonObject, parseJson } from '../json.ts'
import { askedScenarios, type Occasion, type Operation, type ScenarioName } from '../scenario.ts'
import { QR_BANKS } from './banks.ts'
import { buyerOf } from './buyer.ts'
import { cancel } from './cancel.ts'
import { charge } from './charge.ts'
import { confirm } from './confirm.ts'
import { addCustomer, getCardList, getCustomer, removeCard, removeCustomer } from './customers.ts'
import { getConfirmOperation, sendClosingReceipt } from './documents.ts'
import { getQr, toQrSvg } from './get-qr.ts'
import { checkOrder, getQrState, getState } from './get-state.ts'
import { init } from './init.ts'
import { toLedger } from './ledger.ts'
import { openApp } from './pay-links.ts'
import { isWaiting, ledgerStatus, type TbankPayment } from './payment.ts'
import { findPaymentOf, findReferences } from './references.ts'
import { refusalBody, TbankRefusal } from './refusal.ts'
import { sbpPayTest } from './sbp-pay-test.ts'
import { SOURCES, type TbankSource } from './source.ts'
import { createTbankStore, requirePayment, type TbankCall, type Terminal } from './store.ts'
import { tbankToken, writtenNumbers } from './token.ts'

/** An array is the whole answer. */
type Handler = (call: TbankCall) => object | readonly object[]

const METHODS: ReadonlyMap<string, { readonly operation: Operation; readonly run: Handler }> = new Map<
  string,
  { readonly operation: Operation; readonly run: Handler }
>([
  ['Init', { operation: 'pay', run: init }],
  ['GetState', { operation: 'inquire', run: getState }],
  ['CheckOrder', { operation: 'inquire', run: checkOrder }],
  ['Confirm', { operation: 'capture', run: confirm }],
  ['Cancel', { operation: 'cancel', run: cancel }],
  ['GetQr', { operation: 'read', run: getQr }],
  ['GetQrState', { operation: 'inquireRefund', run: getQrState }],
  ['GetQrBankList', { operation: 'read', run: () => ({ BankList: QR_BANKS }) }],
  ['QrMembersList', { operation: 'read', run: qrMembersList }],
  ['AddCustomer', { operation: 'read', run: addCustomer }],
  ['GetCustomer', { operation: 'read', run: getCustomer }],
  ['RemoveCustomer', { operation: 'read', run: removeCustomer }],
  ['GetCardList', { operation: 'read', run: getCardList }],
  ['RemoveCard', { operation: 'read', run: removeCard }],
  ['Charge', { operation: 'pay', run: charge }],
  ['getConfirmOperation', { operation: 'read', run: getConfirmOperation }],
  ['cashbox/SendClosingReceipt', { operation: 'read', run: sendClosingReceipt }],
  // Met in published clients, which keep their base address.
  ['SendClosingReceipt', { operation: 'read', run: sendClosingReceipt }],
  ['Resend', { operation: 'read', run: resend }],
  ['SbpPayTest', { operation: 'read', run: sbpPayTest }],
  ['MirPay/GetDeepLink', { operation: 'read', run: (call) => ({ Deeplink: linkFor(call, SOURCES.MirPay) }) }],
  ['SberPay/link/get', { operation: 'read', run: (call) => redirectFor(call, SOURCES.SberPay) }],
  ['AlfaPay/link/get', { operation: 'read', run: (call) => redirectFor(call, SOURCES.AlfaPay) }],
])

// GET, without a Token.
const STATUS = /^TinkoffPay\/terminals\/([^/]+)\/status$/
const LINK = /^(TinkoffPay|SberPay)\/transactions\/(\d+)(?:\/versions\/([\d.]+))?\/link$/
const QR = /^(TinkoffPay|SberPay)\/(\d+)\/QR$/

const PAGE = /^\/(?:new|app)\/([0-9A-Za-z]+)(?:\/([a-z]+))?$|^\/(AD[0-9A-Z]{30})(?:\/([a-z]+))?$/

/** T-Bank's internet acquiring, API v2: https://developer.tbank.ru/eacq/api */
export function tbankDouble(world: World, accounts: readonly TbankAccount[]): Double {
  const store = createTbankStore()
  const terminals = new Map<string, Terminal>(
    accounts.map((account) => [account.terminalKey, { ...account }]),
  )

  async function handleApi(request: Request, { path, baseUrl }: Mount, text: string): Promise<Response> {
    const name = path.replace(/\/{2,}/g, '/').replace(/^\/(v2\/)?|\/$/g, '')
    const parsed = parseJson(text)
    const body = isJsonObject(parsed) ? parsed : {}
    const pathId = (LINK.exec(name) ?? QR.exec(name))?.[2]
    const occasion: Occasion = {
      double: 'tbank',
      operation: operationOf(name, body),
      references: findReferences(store, body, pathId),
      method: findPaymentOf(store, body, pathId)?.source.name,
      asked: askedScenarios(request.headers),
    }
    if (world.scenarios.strike('down', occasion)) return connectionReset(503)
    const strike = (scenario: ScenarioName) => world.scenarios.strike(scenario, occasion)
    const work = () => {
      const { searchParams } = new URL(request.url)
      if (request.method === 'GET') return answerGet(name, searchParams, baseUrl)
      if (name === 'GetTerminalPayMethods')
        return attempt(undefined, () => terminalInfo(terminals.has(String(body['TerminalKey']))))
      const method = METHODS.get(name)
      if (request.method !== 'POST' || !method) return new Response('Not found', { status: 404 })
      return answerPost(method.run, body, text, { baseUrl, strike })
    }
    return interfere(world, occasion, internalError, work, {
      signal: request.signal,
      approve() {
        const payment = findPaymentOf(store, body, pathId)
        const terminal = payment && terminals.get(payment.terminalKey)
        if (terminal) buyerOf({ world, store, terminal }, payment, payment.source).approve()
      },
    })
  }

  // A Cancel of what was taken is a refund.
  function operationOf(name: string, body: JsonObject): Operation {
    const operation = METHODS.get(name)?.operation ?? 'read'
    if (operation !== 'cancel') return operation
    const payment = findPaymentOf(store, body, undefined)
    return payment && ledgerStatus(payment) === 'succeeded' ? 'refund' : 'cancel'
  }

  function answerPost(
    run: Handler,
    body: JsonObject,
    text: string,
    { baseUrl, strike }: Pick<TbankCall, 'baseUrl' | 'strike'>,
  ): Response {
    const { TerminalKey: terminalKey, Token: token } = body
    return attempt(typeof terminalKey === 'string' ? terminalKey : undefined, () => {
      if (typeof terminalKey !== 'string') throw new TbankRefusal('2', 'Не передан параметр TerminalKey')
      const terminal = terminals.get(terminalKey)
      if (!terminal) throw new TbankRefusal('205', 'Указанный терминал не найден')
      if (token !== tbankToken(body, terminal.password, writtenNumbers(text))) {
        throw new TbankRefusal('204')
      }
      return run({ world, store, terminal, body, baseUrl, strike })
    })
  }

  function answerGet(name: string, query: URLSearchParams, baseUrl: string): Response {
    const [, terminalKey] = STATUS.exec(name) ?? []
    if (terminalKey !== undefined) {
      const isKnown = terminals.has(terminalKey)
      return attempt(undefined, () => ({
        Params: isKnown ? { Allowed: true, Version: '2.0' } : { Allowed: false },
      }))
    }
    if (name === 'GetTerminalPayMethods') {
      return attempt(undefined, () => terminalInfo(terminals.has(query.get('TerminalKey') ?? '')))
    }
    const [, kind, id = ''] = LINK.exec(name) ?? QR.exec(name) ?? []
    const payment = store.payments.find('id', id)
    const terminal = payment && terminals.get(payment.terminalKey)
    if (!kind) return new Response('Not found', { status: 404 })
    const source = kind === 'SberPay' ? SOURCES.SberPay : SOURCES.TinkoffPay
    const open = () => {
      if (!payment || !terminal) throw new TbankRefusal('255', 'Платеж не найден')
      return openApp({ world, store, terminal, body: {}, baseUrl }, payment, source)
    }
    if (QR.test(name)) return answerQr(open)
    return attempt(undefined, () => ({
      Params: {
        RedirectUrl: open(),
        ...(kind === 'TinkoffPay' ? { WebQR: `${baseUrl}/v2/TinkoffPay/${id}/QR` } : {}),
      },
    }))
  }

  function answerQr(open: () => string): Response {
    try {
      const svg = toQrSvg(open().replace('?flow=app', ''))
      return new Response(svg, { headers: { 'content-type': 'image/svg+xml' } })
    } catch (error) {
      if (error instanceof TbankRefusal) return Response.json(refusalBody(error, undefined))
      throw error
    }
  }

  function attempt(terminalKey: string | undefined, run: () => object): Response {
    try {
      const made = run()
      if (Array.isArray(made)) return Response.json(made)
      return Response.json({
        Success: true,
        ErrorCode: '0',
        Message: 'OK',
        ...(terminalKey === undefined ? {} : { TerminalKey: terminalKey }),
        ...made,
      })
    } catch (error) {
      if (error instanceof TbankRefusal) return Response.json(refusalBody(error, terminalKey))
      throw error
    }
  }

  function handlePage(request: Request, { path, baseUrl }: Mount): Promise<Response> {
    const [, code, action, sbpCode, sbpAction] = PAGE.exec(path) ?? []
    const page = code ?? sbpCode ?? ''
    const isForm = path.startsWith('/new/')
    const payment = isForm ? store.payments.find('form', page) : store.pages.get(page)
    const terminal = payment && terminals.get(payment.terminalKey)
    if (payment && isForm && payment.status === 'NEW') payment.status = 'FORM_SHOWED'
    return answerBuyer(world, request, {
      double: 'tbank',
      pageUrl: `${baseUrl}/${isForm ? 'new/' : sbpCode ? '' : 'app/'}${page}`,
      action: action ?? sbpAction,
      references: payment ? [payment.orderId, payment.id] : [],
      find: () =>
        payment && terminal
          ? buyerOf({ world, store, terminal }, payment, isForm ? formSource(payment) : payment.source)
          : undefined,
    })
  }

  return {
    id: 'tbank',
    apiHeads: ['v2', 'cashbox'],
    heads: ['v2', 'cashbox', 'new', 'app', 'AD[0-9A-Z]{30}'],

    async handle(request, mount) {
      if (PAGE.test(mount.path)) return handlePage(request, mount)
      if (!/^\/(v2|cashbox)\//.test(mount.path)) return new Response('Not found', { status: 404 })
      return recordIncoming(world, 'tbank', request, mount.path, (body) =>
        handleApi(request, mount, body.toString('utf8')),
      )
    },

    accounts: () =>
      [...terminals.values()].map(({ terminalKey, password, shopName, notificationUrl }) => ({
        id: terminalKey,
        terminalKey,
        password,
        shopName,
        notificationUrl: notificationUrl ?? null,
      })),

    setNotificationUrl(accountId, url) {
      const terminal = terminals.get(accountId)
      if (terminal) terminal.notificationUrl = url ?? undefined
      return terminal !== undefined
    },

    ledger: () => toLedger(store),

    reset() {
      store.payments.clear()
      store.refunds.clear()
      store.pages.clear()
      store.cancellations.clear()
      store.customers.clear()
      store.cards.clear()
    },
  }
}

/** What was paid elsewhere is shown as it was paid; on the form itself one pays by card. */
function formSource(payment: TbankPayment): TbankSource {
  return isWaiting(payment) ? SOURCES.cards : payment.source
}

function linkFor(call: TbankCall, source: TbankSource): string {
  return openApp(call, requirePayment(call, call.body['PaymentId']), source)
}

function redirectFor(call: TbankCall, source: TbankSource): object {
  return { Params: { RedirectUrl: linkFor(call, source) } }
}

/** POST /v2/QrMembersList: where the money of an SBP payment can go back to. */
function qrMembersList(call: TbankCall): object {
  const payment = requirePayment(call, call.body['PaymentId'])
  const isPaid = payment.source.name === 'qrsbp' && payment.approvals > 0
  const members = QR_BANKS.map(({ NspkBankId, BankName }, index) => ({
    MemberId: NspkBankId,
    MemberName: BankName,
    IsPayee: index === 0,
  }))
  return { OrderId: payment.orderId, ...(isPaid ? { Members: members } : {}) }
}

/** POST /v2/Resend, of older documents: tries all notifications again that were not acknowledged. */
function resend({ world, terminal }: TbankCall): object {
  return { Count: world.deliveries.resend('tbank', terminal.terminalKey) }
}

function terminalInfo(isKnown: boolean): object {
  if (!isKnown) throw new TbankRefusal('205', 'Указанный терминал не найден')
  return {
    TerminalInfo: {
      Paymethods: [
        { PayMethod: 'TinkoffPay', Params: { Version: '2.0' } },
        { PayMethod: 'SberPay' },
        { PayMethod: 'SBP' },
        { PayMethod: 'MirPay' },
      ],
      AddCardScheme: false,
      TokenRequired: true,
      InitTokenRequired: true,
    },
  }
}

function internalError(): Response {
  return Response.json(refusalBody(new TbankRefusal('3'), undefined), { status: 500 })
}
