import { createTbankDouble, sandboxAccounts } from '@teabrick/sandbox'
import { describe, it } from 'vitest'
import type { NotificationRequest } from '../provider.ts'
import { describeProvider, type ProviderSubject } from '../testing/index.ts'
import { type TbankMethod, tbank } from './tbank.ts'

const { terminalKey, password } = sandboxAccounts.tbank
const publicUrl = 'http://127.0.0.1:4250/sandbox/tbank'

function open(method: TbankMethod) {
  const sent: NotificationRequest[] = []
  const double = createTbankDouble({
    publicUrl,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      sent.push({
        rawBody: new Uint8Array(await request.arrayBuffer()),
        headers: request.headers,
        requestUri: new URL(request.url).pathname,
        remoteAddress: '91.194.226.1',
      })
      return new Response('OK')
    },
  })
  const ledger = () => double.control.state().doubles[0]!.ledger

  async function submit(providerRef: string, action: string): Promise<void> {
    const payment = ledger().payments.find(({ id }) => id === providerRef)
    await double.fetch(new Request(`${payment?.payUrl}/${action}`, { method: 'POST' }))
  }

  return {
    provider: tbank({
      terminalKey,
      password,
      apiUrl: `${publicUrl}/v2`,
      methods: [...new Set([method, 'bank_card'] as const)],
    }),
    async double(request) {
      const answer = await double.fetch(request)
      // SBP gives money back in a few seconds.
      if (request.url.endsWith('/Cancel')) await double.control.apply({ advanceSeconds: 5 })
      return answer
    },
    method,
    charge: { currency: 'RUB', minorUnits: 123_456 },
    holdMethod: 'bank_card',
    secrets: [password],
    signsNotifications: true,
    signsInBody: true,
    notifiesRefunds: false,
    findsRefunds: false,
    approve: ({ providerRef }) => submit(providerRef, 'approve'),
    async decline({ providerRef }) {
      for (const _ of ['once', 'twice', 'for good']) await submit(providerRef, 'decline')
    },
    expire: async () => void (await double.control.apply({ advanceSeconds: 15 * 60 })),
    async notifications() {
      await double.control.apply({ advanceSeconds: 1 })
      return sent.splice(0)
    },
    reissue: (_, answer, body) => new Response(body, { status: answer.status, headers: answer.headers }),
    unmapStatus(json) {
      json['Status'] = 'FROZEN'
    },
    close: double.close,
    control: double.control,
    ledger,
  } satisfies ProviderSubject & Record<string, unknown>
}

for (const method of ['sbp', 't_pay'] as const) {
  describeProvider(`tbank (${method})`, { describe, it, open: () => open(method) })
}
