import { createSandbox, sandboxAccounts } from '@teabrick/sandbox'
import { expect, it } from 'vitest'
import { createBankPage } from './bank-page.ts'

it('leads from a bank to the payment’s page at the double that has it, and nowhere else', async () => {
  const origin = 'http://127.0.0.1:4242'
  const sandbox = createSandbox({ publicUrl: `${origin}/sandbox`, seed: 1 })
  const { shopId, secretKey } = sandboxAccounts.yookassa
  const answer = await sandbox.fetch(
    new Request(`${origin}/sandbox/yookassa/v3/payments`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${shopId}:${secretKey}`).toString('base64')}`,
        'content-type': 'application/json',
        'idempotence-key': 'one',
      },
      body: JSON.stringify({
        amount: { value: '10.00', currency: 'RUB' },
        capture: true,
        confirmation: { type: 'qr', return_url: origin },
        payment_method_data: { type: 'sbp' },
      }),
    }),
  )
  const { confirmation } = (await answer.json()) as { confirmation: { confirmation_data: string } }
  const link = confirmation.confirmation_data
  const page = createBankPage(sandbox.control)
  const at = (path: string) => page(new Request(`${origin}/bank${path}`))

  const found = at(link.slice(link.lastIndexOf('/', link.indexOf('?'))))
  expect([found.status, found.headers.get('location')]).toEqual([303, link])
  for (const path of ['/AD1000000000000000000000000000TEST', '/', '//evil.test/', ''])
    expect(at(path).status).toBe(404)
  await sandbox.close()
})
