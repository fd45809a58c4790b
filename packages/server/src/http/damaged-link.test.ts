import { sandboxAccounts } from '@teabrick/sandbox'
import { expect, it } from 'vitest'
import { createApiRig, WEBHOOK_URL } from '../api-rig.ts'
import { tbank } from '../providers/tbank.ts'
import { yookassa } from '../providers/yookassa.ts'

const { shopId, secretKey } = sandboxAccounts.yookassa
const { terminalKey, password } = sandboxAccounts.tbank
const accounts = {
  yookassa: () => yookassa({ shopId, secretKey, apiUrl: 'http://127.0.0.1:4250/yookassa/v3' }),
  tbank: () => tbank({ terminalKey, password, apiUrl: 'http://127.0.0.1:4250/tbank/v2' }),
}

/** A shop whose provider's SBP links lose a digit of their crc on the way. */
async function shop(account: keyof typeof accounts) {
  const rig = await createApiRig({
    providers: [accounts[account]()],
    fetch: async (input, init) => {
      const request = new Request(input, init)
      if (request.url === WEBHOOK_URL) return new Response(null, { status: 204 })
      const response = await rig.sandbox.fetch(request)
      const text = await response.text()
      return new Response(text.replace(/(&crc=[0-9A-F]{3})[0-9A-F]/, '$1x'), response)
    },
  })
  const { clientToken, id } = await rig.session()
  await rig.pay(clientToken, 'sbp')
  const session = async () => (await rig.merchant('GET', `/v1/sessions/${id}`)).json()
  const view = async () => (await rig.checkout(clientToken, 'GET', '/v1/checkout')).json()
  const provider = () =>
    rig.sandbox.control.state().doubles.find((double) => double.id === account)!.ledger.payments
  return { rig, session, view, provider }
}

it.each(['yookassa', 'tbank'] as const)(
  'shows nobody a damaged SBP link of %s, and lets the buyer choose again',
  async (account) => {
    const { rig, view, provider } = await shop(account)
    await expect.poll(view).toMatchObject({
      session: { status: 'open' },
      payment: { status: 'failed', failure: { code: 'provider_unavailable' } },
    })
    expect(JSON.stringify(await view())).not.toContain('crc=')
    // T-Bank can end what waits, YooKassa cannot.
    expect(provider().map(({ status }) => status)).toEqual([account === 'tbank' ? 'canceled' : 'pending'])
    await rig.close()
  },
)

it('takes the money all the same, should somebody pay what nobody was shown', async () => {
  const { rig, session, view, provider } = await shop('yookassa')
  await expect.poll(async () => (await view()).payment?.status).toBe('failed')
  await rig.buyer(provider()[0]!.payUrl, 'approve')
  await rig.sandbox.control.apply({ advanceSeconds: 1 })
  await expect.poll(session).toMatchObject({ status: 'complete', payments: [{ status: 'succeeded' }] })
  await rig.close()
})
