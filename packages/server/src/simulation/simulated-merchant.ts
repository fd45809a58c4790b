import { createHmac } from 'node:crypto'
import type { WebhookEvent } from '@teabrick/core/contract'
import type { Clock } from '../clock.ts'
import type { WebhookAnswer, WebhookTransport } from '../jobs/webhook-transport.ts'
import type { Faults } from './faults.ts'
import type { SeededRandom } from './seeded-random.ts'

export const MERCHANT_ENDPOINT = 'https://shop.example/webhooks'
export const MERCHANT_SECRET = `whsec_${Buffer.from('webhook-secret-of-a-simulated-shop').toString('base64')}`

/** The merchant's webhook endpoint: takes each event once, however often it comes, when it is up at all. */
export interface SimulatedMerchant {
  readonly transport: WebhookTransport
  /** What it did, by event id: one effect each. */
  readonly effects: ReadonlyMap<string, WebhookEvent>
  setFaults(faults: Faults): void
  setDown(down: boolean): void
  readonly injected: number
}

export function createSimulatedMerchant({
  clock,
  random,
  hangs = true,
  violated,
}: {
  readonly clock: Clock
  readonly random: SeededRandom
  /** Whether an endpoint that is down may also take a request and never answer. */
  readonly hangs?: boolean
  readonly violated: (what: string) => void
}): SimulatedMerchant {
  const effects = new Map<string, WebhookEvent>()
  const bodies = new Map<string, string>()
  let faults: Faults | null = null
  let down = false
  let injected = 0

  const answer = (status: number): WebhookAnswer => ({ status, headers: new Headers() })

  function take(id: string, timestamp: string, signature: string, body: string): void {
    const key = Buffer.from(MERCHANT_SECRET.replace('whsec_', ''), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
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
    async transport({ headers, body, signal }) {
      await clock.sleep(random.between(5, 200))
      if (down) {
        injected++
        const how = random.between(1, hangs ? 3 : 2)
        if (how === 1) throw new Error('connection refused')
        if (how === 2) return answer(503)
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('no answer')))
          if (signal.aborted) reject(new Error('no answer'))
        })
      }
      take(
        headers['webhook-id'] ?? '',
        headers['webhook-timestamp'] ?? '',
        headers['webhook-signature'] ?? '',
        body,
      )
      if (faults !== null && faults.merchantAnswerLost > 0 && random.chance(faults.merchantAnswerLost)) {
        injected++
        throw new Error('connection reset')
      }
      return answer(204)
    },
    setFaults(next) {
      faults = next
    },
    setDown(next) {
      down = next
    },
    get injected() {
      return injected
    },
  }
}
