import { createAntomDouble, sandboxAccounts, signAntom } from '@teabrick/sandbox'
import { describe, expect, it } from 'vitest'
import {
  type CreatePayment,
  NotificationRefused,
  type NotificationRequest,
  type Provider,
  type ProviderContext,
} from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'
import signing from '../signatures/fixtures/antom-signing.json' with { type: 'json' }
import { verifyAntom } from '../signatures/index.ts'
import { describeProvider, type ProviderSubject } from '../testing/index.ts'
import { type AntomOptions, antom } from './antom.ts'
import samples from './fixtures/antom-samples.json' with { type: 'json' }

const { clientId, merchantPrivateKey, antomPublicKey, antomPrivateKey } = sandboxAccounts.antom
const publicUrl = 'http://127.0.0.1:4250/sandbox/antom'

function open(methods?: AntomOptions['methods']): ProviderSubject {
  const sent: NotificationRequest[] = []
  const double = createAntomDouble({
    publicUrl,
    fetch: async (input, init) => {
      sent.push(await toNotificationRequest(new Request(input, init)))
      return Response.json(samples.notifyReply)
    },
  })
  const submit = (page: string | undefined, action: string) =>
    double.fetch(new Request(`${page}/${action}`, { method: 'POST' }))
  const method = methods?.[0] ?? 'alipay'
  return {
    provider: antom({
      clientId,
      privateKey: merchantPrivateKey,
      antomPublicKey,
      gatewayUrl: publicUrl,
      methods,
    }),
    double: (request) => double.fetch(request),
    method,
    charge: { currency: method === 'alipay' ? 'CNY' : 'HKD', minorUnits: 9876 },
    secrets: [merchantPrivateKey],
    signsNotifications: true,
    notifiesRefunds: false,
    approve: async ({ nextAction }) => void (await submit(nextAction?.qr?.payload, 'approve')),
    decline: async ({ nextAction }) => void (await submit(nextAction?.qr?.payload, 'decline')),
    expire: async () => void (await double.control.apply({ advanceSeconds: 15 * 60 })),
    async notifications() {
      await double.control.apply({ advanceSeconds: 1 })
      return sent.splice(0)
    },
    reissue(request, answer, body) {
      const path = new URL(request.url).pathname.slice(new URL(publicUrl).pathname.length)
      const time = answer.headers.get('response-time') ?? ''
      const signature = signAntom({ path, clientId, time, body }, antomPrivateKey)
      const headers = {
        'client-id': clientId,
        'response-time': time,
        signature: `algorithm=RSA256,keyVersion=1,signature=${signature}`,
      }
      return new Response(body, { headers })
    },
    unmapStatus(json) {
      json['paymentStatus'] = 'FROZEN'
    },
    close: double.close,
  }
}

async function toNotificationRequest(request: Request): Promise<NotificationRequest> {
  const { pathname, search } = new URL(request.url)
  return {
    rawBody: new Uint8Array(await request.arrayBuffer()),
    headers: request.headers,
    requestUri: pathname + search,
    remoteAddress: '203.0.113.9',
  }
}

describeProvider('antom', { describe, it, open })
describeProvider('antom (AlipayHK)', { describe, it, open: () => open(['alipay_hk']) })
