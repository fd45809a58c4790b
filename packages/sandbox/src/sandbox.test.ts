import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from './accounts.ts'
import { signAntom, verifyAntom } from './antom/signature.ts'
import { isConnectionReset } from './interfere.ts'
import { createAntomDouble, createSandbox, createYookassaDouble, type Sandbox } from './sandbox.ts'
import { antomMerchant, antomPay, sbpPayment, until, yookassaMerchant } from './testing.ts'

const open: Sandbox[] = []

function keep(sandbox: Sandbox): Sandbox {
  open.push(sandbox)
  return sandbox
}

afterEach(() => {
  for (const sandbox of open.splice(0)) sandbox.close()
})

const payUrl = (sandbox: Sandbox) => sandbox.control.state().doubles[0]!.ledger.payments[0]!.payUrl

describe('mounted', () => {
  it('hands out addresses under the prefix it is called by', async () => {
    const sandbox = keep(createSandbox())
    const app = new Hono().all('/demo/sandbox/*', ({ req }) => sandbox.fetch(req.raw))
    const send = async (request: Request) => app.fetch(request)
    await antomMerchant(send, 'http://shop.example:4242/demo/sandbox/antom')('pay', antomPay('pay_1'))
    expect(payUrl(sandbox)).toMatch(/^http:\/\/shop\.example:4242\/demo\/sandbox\/antom\/wallet\//)
    expect((await send(new Request(payUrl(sandbox)))).status).toBe(200)
    expect(sandbox.control.state().doubles[0]!.baseUrl).toBe('http://shop.example:4242/demo/sandbox/antom')
  })

  it('is found by clients that know only the host and the real API’s path', async () => {
    const sandbox = keep(createSandbox())
    const root = 'http://shop.example:4242'
    const paid = await antomMerchant(sandbox.fetch, root)('pay', antomPay('pay_1'))
    expect([paid.status, paid.isSigned]).toEqual([200, true])
    expect(payUrl(sandbox)).toMatch(/^http:\/\/shop\.example:4242\/antom\/wallet\//)
    expect((await sandbox.fetch(new Request(payUrl(sandbox)))).status).toBe(200)
    const made = await yookassaMerchant(sandbox.fetch, root)('POST', '/payments', 'key-1', sbpPayment())
    expect(made.status).toBe(200)
    const init = new Request(`${root}/v2/Init`, { method: 'POST', body: '{}' })
    const closing = new Request(`${root}/cashbox/SendClosingReceipt`, { method: 'POST', body: '{}' })
    expect(await (await sandbox.fetch(closing)).json()).toMatchObject({ Success: false, ErrorCode: '2' })
    expect(await (await sandbox.fetch(init)).json()).toMatchObject({ Success: false })
    expect(sandbox.control.state().doubles.map(({ baseUrl }) => baseUrl)).toEqual(
      ['antom', 'yookassa', 'tbank'].map((id) => `${root}/${id}`),
    )
  })

  it('trusts publicUrl more, also when the host cuts the prefix off', async () => {
    const sandbox = keep(createSandbox({ publicUrl: 'https://shop.example/sandbox/' }))
    const app = new Hono().mount('/sandbox', sandbox.fetch)
    const send = async (request: Request) => app.fetch(request)
    await antomMerchant(send, 'http://10.0.0.1/sandbox/antom')('pay', antomPay('pay_1'))
    expect(payUrl(sandbox)).toMatch(/^https:\/\/shop\.example\/sandbox\/antom\/wallet\//)
  })

  it('plays one provider at the root', async () => {
    const antom = keep(createAntomDouble())
    await antomMerchant(antom.fetch, 'http://antom.example')('pay', antomPay('pay_1'))
    expect(payUrl(antom)).toMatch(/^http:\/\/antom\.example\/wallet\//)
    const yookassa = keep(createYookassaDouble())
    const send = yookassaMerchant(yookassa.fetch, 'http://yookassa.example')
    await send('POST', '/payments', 'key-1', sbpPayment())
    expect(payUrl(yookassa)).toMatch(/^http:\/\/yookassa\.example\/AD/)
    expect((await yookassa.fetch(new Request('http://yookassa.example/_control'))).status).toBe(200)
  })
})

it('says which answers a server should cut', async () => {
  const sandbox = keep(createSandbox())
  const me = () => sandbox.fetch(new Request('http://a.example/yookassa/v3/me'))
  expect(isConnectionReset(await me())).toBe(false)
  await sandbox.control.apply({ scenario: { name: 'down' } })
  const down = await me()
  expect([down.status, await down.text(), isConnectionReset(down)]).toEqual([503, '', true])
})

it('sends notifications by the fetch it is given, and none after close', async () => {
  const sent: string[] = []
  const sandbox = keep(
    createSandbox({
      fetch: async (input) => {
        sent.push(String(input))
        return new Response(null, { status: 500 })
      },
    }),
  )
  const antom = antomMerchant(sandbox.fetch, 'http://a.example/antom')
  await antom('pay', antomPay('pay_1', { paymentNotifyUrl: 'https://shop.example/hook' }))
  await sandbox.fetch(new Request(`${payUrl(sandbox)}/approve`, { method: 'POST' }))
  await until(() => sent.length === 1)
  sandbox.close()
  await sandbox.control.apply({ advanceSeconds: 86_400 })
  expect(sent).toEqual(['https://shop.example/hook'])
})

it('makes other ids in every run unless it is seeded', async () => {
  const ids = await Promise.all(
    [createSandbox(), createSandbox()].map(async (sandbox) => {
      await antomMerchant(keep(sandbox).fetch, 'http://a.example/antom')('pay', antomPay('pay_1'))
      return payUrl(sandbox)
    }),
  )
  expect(new Set(ids).size).toBe(2)
})

it('has accounts whose keys belong together', () => {
  const { merchantPrivateKey, merchantPublicKey, antomPrivateKey, antomPublicKey } = sandboxAccounts.antom
  const message = { path: '/', clientId: 'a', time: '1', body: '{}' }
  expect(verifyAntom(message, signAntom(message, merchantPrivateKey), merchantPublicKey)).toBe(true)
  expect(verifyAntom(message, signAntom(message, antomPrivateKey), antomPublicKey)).toBe(true)
  expect(verifyAntom(message, signAntom(message, antomPrivateKey), merchantPublicKey)).toBe(false)
})
