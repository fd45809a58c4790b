import { createYookassaDouble, sandboxAccounts } from '@teabrick/sandbox'
import { describe, expect, it } from 'vitest'
import type { NotificationRequest } from '../provider.ts'
import { describeProvider, type ProviderSubject } from '../testing/index.ts'
import { type YookassaMethod, yookassa } from './yookassa.ts'

const { shopId, secretKey } = sandboxAccounts.yookassa
const publicUrl = 'http://127.0.0.1:4250/sandbox/yookassa'

function open(method: YookassaMethod = 'sbp'): ProviderSubject {
  const sent: NotificationRequest[] = []
  const double = createYookassaDouble({
    publicUrl,
    accounts: [
      {
        ...sandboxAccounts.yookassa,
        notificationUrl: 'https://shop.example/pay/v1/providers/yookassa/notifications',
      },
    ],
    fetch: async (input, init) => {
      const request = new Request(input, init)
      sent.push({
        rawBody: new Uint8Array(await request.arrayBuffer()),
        headers: request.headers,
        requestUri: new URL(request.url).pathname,
        remoteAddress: '77.75.156.11',
      })
      return new Response()
    },
  })

  async function submit(providerRef: string, action: string): Promise<void> {
    const [state] = double.control.state().doubles
    const payment = state?.ledger.payments.find(({ id }) => id === providerRef)
    await double.fetch(new Request(`${payment?.payUrl}/${action}`, { method: 'POST' }))
  }

  return {
    provider: yookassa({ shopId, secretKey, apiUrl: `${publicUrl}/v3`, methods: [method, 'bank_card'] }),
    double: (request) => double.fetch(request),
    method,
    charge: { currency: 'RUB', minorUnits: 123_456 },
    holdMethod: 'bank_card',
    secrets: [secretKey, Buffer.from(`${shopId}:${secretKey}`).toString('base64')],
    signsNotifications: false,
    notifiesRefunds: true,
    approve: ({ providerRef }) => submit(providerRef, 'approve'),
    decline: ({ providerRef }) => submit(providerRef, 'decline'),
    expire: async () => void (await double.control.apply({ advanceSeconds: 3601 })),
    async notifications() {
      await double.control.apply({ advanceSeconds: 1 })
      return sent.splice(0)
    },
    reissue: (_, answer, body) => new Response(body, { status: answer.status, headers: answer.headers }),
    unmapStatus(json) {
      json['status'] = 'frozen'
    },
    close: double.close,
  }
}

describeProvider('yookassa (SBP)', { describe, it, open })
for (const method of ['sber_pay', 't_pay', 'yoomoney', 'mobile_balance'] as const) {
  describeProvider(`yookassa (${method})`, { describe, it, open: () => open(method) })
}
