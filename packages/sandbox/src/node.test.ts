import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SandboxState } from './control.ts'
import { valueAt } from './json.ts'
import { type ServedSandbox, serveSandbox } from './node.ts'
import { antomMerchant, antomPay, createReceiver, sbpPayment, until, yookassaMerchant } from './testing.ts'

let sandbox: ServedSandbox
let antom: ReturnType<typeof antomMerchant>
let yookassa: ReturnType<typeof yookassaMerchant>

beforeEach(async () => {
  sandbox = await serveSandbox({ port: 0, seed: 1 })
  antom = antomMerchant(fetch, `${sandbox.url}/antom`)
  yookassa = yookassaMerchant(fetch, `${sandbox.url}/yookassa`)
})
afterEach(() => sandbox.close())

const post = (url: string, body?: BodyInit, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body: body ?? null, headers, redirect: 'manual' })

async function control(command: unknown): Promise<Response> {
  return post(`${sandbox.url}/_control`, JSON.stringify(command), { 'content-type': 'application/json' })
}

async function state(): Promise<SandboxState> {
  return (await (await fetch(`${sandbox.url}/_control`)).json()) as SandboxState
}

const payments = (id: string) => sandbox.control.state().doubles.find((one) => one.id === id)!.ledger.payments

describe('over HTTP', () => {
  it('plays Alipay by QR from request to notification', async () => {
    const receiver = await createReceiver()
    const { body } = await antom('pay', antomPay('pay_1', { paymentNotifyUrl: receiver.url }))
    const code = String(valueAt((valueAt(body, 'orderCodeForm.codeDetails') as unknown[])[0], 'codeValue'))
    const page = await fetch(code, { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const approved = await post(`${code}/approve`)
    expect([approved.status, await approved.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'succeeded', reference: 'pay_1' }),
    ])
    await until(() => receiver.received.length === 1)
    const { doubles } = await state()
    expect(doubles[0]).toMatchObject({ id: 'antom', baseUrl: `${sandbox.url}/antom` })
    expect(doubles[0]!.ledger.payments).toMatchObject([{ reference: 'pay_1', captured: 12345, approvals: 1 }])
    await receiver.close()
  })

  it('plays SBP by link', async () => {
    const { body } = await yookassa('POST', '/payments', 'key-1', sbpPayment())
    const link = String(valueAt(body, 'confirmation.confirmation_data'))
    expect((await fetch(link)).status).toBe(200)
    expect((await post(`${link.split('?')[0]}/approve`)).status).toBe(200)
    const { body: after } = await yookassa('GET', `/payments/${String(body['id'])}`)
    expect(after['status']).toBe('succeeded')
  })

  it('masks credentials in the exchanges', async () => {
    await antom('pay', antomPay('pay_1'))
    await yookassa('GET', '/me')
    const { doubles } = await state()
    expect(doubles[0]!.exchanges[0]!.requestHeaders['signature']).toBe(
      'algorithm=RSA256,keyVersion=1,signature=…',
    )
    expect(doubles[1]!.exchanges[0]!.requestHeaders['authorization']).toBe('Basic …')
    expect(doubles[1]!.exchanges[0]).toMatchObject({
      method: 'GET',
      url: '/v3/me',
      status: 200,
      direction: 'in',
    })
  })
})

describe('scenarios', () => {
  it('declined: the buyer’s yes becomes a no', async () => {
    await control({ scenario: { name: 'declined', reason: 'insufficient_funds', times: 1 } })
    await antom('pay', antomPay('pay_1'))
    const answer = await post(`${payments('antom')[0]!.payUrl}/approve`)
    expect([answer.status, valueAt(await answer.json(), 'status')]).toEqual([200, 'failed'])
    const { body } = await antom('inquiryPayment', { paymentRequestId: 'pay_1' })
    expect(body['paymentResultCode']).toBe('USER_BALANCE_NOT_ENOUGH')
    expect(payments('antom')[0]).toMatchObject({ status: 'failed', captured: 0, approvals: 0 })
  })

  it('declined at an operation: the provider says no itself', async () => {
    await control({ scenario: { name: 'declined', operation: 'pay' } })
    const pay = await antom('pay', antomPay('pay_1'))
    expect(valueAt(pay.body, 'result.resultStatus')).toBe('F')
    expect((await yookassa('POST', '/payments', 'key-1', sbpPayment())).body['status']).toBe('canceled')
    await control({ clear: true })
    const { body } = await yookassa('POST', '/payments', 'key-2', sbpPayment())
    await post(`${payments('yookassa')[1]!.payUrl}/approve`)
    await control({ scenario: { name: 'declined', operation: 'refund' } })
    const amount = { value: '1.00', currency: 'RUB' }
    const refund = await yookassa('POST', '/refunds', 're-1', { payment_id: body['id'], amount })
    expect(refund.body).toMatchObject({
      status: 'canceled',
      cancellation_details: { party: 'refund_network' },
    })
    expect(payments('yookassa')[1]).toMatchObject({ captured: 123456, refunded: 0 })
  })

  it('slow: the work is done at once, the answer comes late', async () => {
    await control({ scenario: { name: 'slow', delayMs: 200, operation: 'pay' } })
    const startedAt = performance.now()
    const answer = antom('pay', antomPay('pay_1'))
    await until(() => payments('antom').length === 1)
    await answer
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190)
  })

  it('lost-answer: the work is done and the connection is cut', async () => {
    await control({ scenario: { name: 'lost-answer', operation: 'pay', times: 1 } })
    await expect(yookassa('POST', '/payments', 'key-1', sbpPayment())).rejects.toThrow()
    expect(payments('yookassa')).toHaveLength(1)
    const { body } = await yookassa('POST', '/payments', 'key-1', sbpPayment())
    expect(body['id']).toBe(payments('yookassa')[0]!.id)
    expect(payments('yookassa')).toHaveLength(1)
  })

  it('http-500: nothing is done, and the key is still free', async () => {
    await control({ scenario: { name: 'http-500', times: 2 } })
    const failed = await yookassa('POST', '/payments', 'key-1', sbpPayment())
    expect([failed.status, failed.body['code']]).toEqual([500, 'internal_server_error'])
    expect((await antom('pay', antomPay('pay_1'))).status).toBe(500)
    expect([...payments('yookassa'), ...payments('antom')]).toEqual([])
    expect((await yookassa('POST', '/payments', 'key-1', sbpPayment())).status).toBe(200)
  })

  it('http-500 for one reference only', async () => {
    await control({ scenario: { name: 'http-500', reference: 'pay_2' } })
    expect((await antom('pay', antomPay('pay_1'))).status).toBe(200)
    expect((await antom('pay', antomPay('pay_2'))).status).toBe(500)
    const other = sbpPayment({ metadata: { paymentId: 'pay_2' } })
    expect((await yookassa('POST', '/payments', 'key-1', other)).status).toBe(500)
  })

  it('late-success: an ended payment can still be paid, once', async () => {
    await antom('pay', antomPay('pay_1'))
    await antom('cancel', { paymentRequestId: 'pay_1' })
    const { payUrl } = payments('antom')[0]!
    expect((await post(`${payUrl}/approve`)).status).toBe(409)
    await control({ scenario: { name: 'late-success' } })
    expect((await post(`${payUrl}/approve`)).status).toBe(200)
    expect((await post(`${payUrl}/approve`)).status).toBe(200)
    expect(payments('antom')[0]).toMatchObject({ status: 'succeeded', captured: 12345, approvals: 1 })

    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await control({ advanceSeconds: 3_600 })
    expect(payments('yookassa')[0]!.status).toBe('expired')
    expect((await post(`${payments('yookassa')[0]!.payUrl}/approve`)).status).toBe(200)
    expect(payments('yookassa')[0]).toMatchObject({ status: 'succeeded', captured: 123456 })
  })

  it('late-success does not charge twice a buyer who got his money back', async () => {
    await antom('pay', antomPay('pay_1'))
    const { payUrl } = payments('antom')[0]!
    await post(`${payUrl}/approve`)
    await antom('cancel', { paymentRequestId: 'pay_1' })
    await control({ scenario: { name: 'late-success' } })
    expect((await post(`${payUrl}/approve`)).status).toBe(409)
  })

  it('down: every connection to that double is cut', async () => {
    await antom('pay', antomPay('pay_1'))
    const { payUrl } = payments('antom')[0]!
    await control({ scenario: { name: 'down', double: 'antom' } })
    await expect(antom('inquiryPayment', { paymentRequestId: 'pay_1' })).rejects.toThrow()
    await expect(post(`${payUrl}/approve`)).rejects.toThrow()
    expect((await yookassa('GET', '/me')).status).toBe(200)
    await control({ clear: 'down' })
    expect((await post(`${payUrl}/approve`)).status).toBe(200)
  })
})

describe('/_control', () => {
  it('answers a command with the state', async () => {
    const answer = await control({ scenario: { name: 'slow', delayMs: 1 }, advanceSeconds: 60 })
    expect(answer.status).toBe(200)
    const body = (await answer.json()) as SandboxState
    expect(body.scenarios).toEqual([{ name: 'slow', delayMs: 1 }])
    expect(Date.parse(body.now) - Date.now()).toBeGreaterThan(50_000)
  })

  it('refuses what it does not know and changes nothing', async () => {
    const answer = await control({ scenario: { name: 'down' }, advanceSeconds: 'soon' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(await answer.json()).toMatchObject({
      code: 'invalid_value',
      path: 'advanceSeconds',
      remedy: expect.stringContaining('whole number'),
    })
    expect((await state()).scenarios).toEqual([])
  })

  it('lists accounts with keys and where they are told', async () => {
    await control({ account: { double: 'yookassa', id: '54401', notificationUrl: 'http://127.0.0.1:9/n' } })
    const { doubles } = await state()
    expect(doubles[1]!.accounts).toEqual([
      {
        id: '54401',
        shopId: '54401',
        secretKey: 'test_teabrick_demo_secret',
        oauthToken: 'test_teabrick_demo_oauth',
        shopName: 'Teabrick demo shop',
        currency: 'RUB',
        notificationUrl: 'http://127.0.0.1:9/n',
      },
    ])
    expect(doubles[0]!.accounts[0]).toMatchObject({
      id: 'SANDBOX_5YTEABRICK0001',
      merchantPrivateKey: expect.any(String),
      antomPublicKey: expect.any(String),
      notificationUrl: null,
    })
  })

  it('resets everything', async () => {
    await antom('pay', antomPay('pay_1'))
    await control({ scenario: { name: 'late-success' }, advanceSeconds: 3_600 })
    const body = (await (await control({ reset: true })).json()) as SandboxState
    expect(body.scenarios).toEqual([])
    expect(body.doubles[0]).toMatchObject({
      ledger: { payments: [], refunds: [] },
      notifications: [],
      exchanges: [],
    })
    expect(Math.abs(Date.parse(body.now) - Date.now())).toBeLessThan(60_000)
  })

  it('is a panel for people, whose forms work', async () => {
    await antom('pay', antomPay('<b>pay_1</b>'))
    const form = 'scenario.name=slow&scenario.delayMs=1&scenario.double='
    const accept = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await post(`${sandbox.url}/_control`, form, accept)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/_control'])
    const panel = await (await fetch(`${sandbox.url}/_control`, { headers: accept })).text()
    expect(panel).toMatch(/<li id="scenario-slow">.*aria-pressed="true"/s)
    expect(panel).not.toContain('<b>pay_1</b>')
    expect(panel.match(/<script[^>]*>/g)).toEqual([expect.stringMatching(/^<script type="module" src="/)])
  })
})

it('leads from the root to the panel, and nowhere from elsewhere', async () => {
  const root = await fetch(sandbox.url, { redirect: 'manual' })
  expect(root.headers.get('location')).toBe(`${sandbox.url}/_control`)
  expect((await fetch(`${sandbox.url}/nowhere`)).status).toBe(404)
  expect((await fetch(`${sandbox.url}/antom/nowhere`)).status).toBe(404)
})

it('does not take a port that is taken', async () => {
  const { port } = new URL(sandbox.url)
  await expect(serveSandbox({ port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

describe('the command', () => {
  function run(...args: string[]) {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./cli.ts', import.meta.url)), ...args])
    const output = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (output.out += chunk))
    child.stderr.on('data', (chunk) => (output.err += chunk))
    return { child, output }
  }

  it('prints addresses and leaves at Ctrl-C', async () => {
    const { child, output } = run('--port', '0', '--seed', '1')
    await until(() => output.out.includes('/_control'))
    const [, url] = /ready at (\S+)/.exec(output.out) ?? []
    expect((await fetch(`${url}/_control`)).status).toBe(200)
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('says in one line that the port is taken', async () => {
    const { child, output } = run('--port', new URL(sandbox.url).port)
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(output.err).toMatch(/^teabrick-sandbox: The port is taken[^\n]*\n$/)
  })

  it('says in one line what it does not understand', async () => {
    const { child, output } = run('--port', 'soon')
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(output.err).toMatch(/^teabrick-sandbox: --port is soon[^\n]*\n$/)
  })
})
