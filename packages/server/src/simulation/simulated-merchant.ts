import { createHmac, createSecretKey } from 'node:crypto'
import type { WebhookEvent } from '@teabrick/core/contract'
import { verifyWebhook } from '@teabrick/core/merchant'
import type { Clock } from '../clock.ts'
import type { WebhookAnswer, WebhookRequest, WebhookTransport } from '../jobs/webhook-transport.ts'
import type { FaultInjector } from './faults.ts'
import type { SeededRandom } from './seeded-random.ts'

export const MERCHANT_ENDPOINT = 'https://shop.example/webhooks'
export const MERCHANT_SECRET = `whsec_${Buffer.from('webhook-secret-of-a-simulated-shop').toString('base64')}`

const MERCHANT_KEY = createSecretKey(Buffer.from(MERCHANT_SECRET.replace('whsec_', ''), 'base64'))

/** The merchant's webhook endpoint: takes each event once, however often it comes, when it is up at all. */
export interface SimulatedMerchant {
  readonly transport: WebhookTransport
  /** What it did, by event id: one effect each. */
  readonly effects: ReadonlyMap<string, WebhookEvent>
  setDown(down: boolean): void
  /** Has the real client for merchants look at all that arrived. It needs time of the machine, so it does so afterwards. */
  checkSignatures(): Promise<void>
}

export function createSimulatedMerchant({
  clock,
  random,
  injector,
  hangs = true,
  keeps = false,
  violated,
}: {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly injector: FaultInjector
  /** Whether an endpoint that is down may also take a request and never answer. */
  readonly hangs?: boolean
  /** Whether all that arrives is kept for {@link SimulatedMerchant.checkSignatures}. */
  readonly keeps?: boolean
  readonly violated: (what: string) => void
}): SimulatedMerchant {
  const effects = new Map<string, WebhookEvent>()
  const bodies = new Map<string, string>()
  const arrived: WebhookRequest[] = []
  let down = false

  const answer = (status: number): WebhookAnswer => ({ status, headers: new Headers() })

  function take(id: string, timestamp: string, signature: string, body: string): void {
    const expected = createHmac('sha256', MERCHANT_KEY).update(`${id}.${timestamp}.${body}`).digest('base64')
    if (signature !== `v1,${expected}`) violated(`I6: the signature of ${id} is wrong`)
    const known = bodies.get(id)
    if (known !== undefined && known !== body) violated(`I6: ${id} came with two bodies`)
    if (known !== undefined) return
    bodies.set(id, body)
    const event = JSON.parse(body) as WebhookEvent
    if (event.id !== id) violated(`I6: ${id} calls itself ${event.id}`)
    effects.set(id, event)
  }

  return {
    effects,
    async transport(request) {
      const { headers, body, signal } = request
      await clock.sleep(random.between(5, 200))
      if (down) {
        injector.count('merchantRefused')
        const how = random.between(1, hangs ? 3 : 2)
        if (how === 1) throw new Error('connection refused')
        if (how === 2) return answer(503)
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('no answer')))
          if (signal.aborted) reject(new Error('no answer'))
        })
      }
      if (keeps) arrived.push(request)
      take(
        headers['webhook-id'] ?? '',
        headers['webhook-timestamp'] ?? '',
        headers['webhook-signature'] ?? '',
        body,
      )
      if (injector.hits('merchantAnswerLost')) throw new Error('connection reset')
      return answer(204)
    },
    async checkSignatures() {
      for (const { headers, body } of arrived) {
        const id = headers['webhook-id'] ?? ''
        try {
          const event = await verifyWebhook({
            rawBody: new TextEncoder().encode(body),
            headers,
            secrets: [MERCHANT_SECRET],
            // The sender's clock may have been an hour off.
            now: () => Number(headers['webhook-timestamp']) * 1000,
          })
          if (event.id !== id) violated(`I6: ${id} calls itself ${event.id}`)
        } catch (error) {
          violated(`I6: the client for merchants refuses ${id}: ${String(error)}`)
        }
      }
    },
    setDown(next) {
      if (next && !down) injector.count('merchantDown')
      down = next
    },
  }
}
