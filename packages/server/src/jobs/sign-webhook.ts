import { createHmac } from 'node:crypto'

/** What is signed: `id.timestamp.body`. */
export interface SignedWebhook {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

/**
 * The `webhook-signature` header of https://github.com/standard-webhooks/standard-webhooks: one `v1` signature for each secret,
 * two while they are rotated. Synchronous, so that a simulated clock sees no time pass in it.
 *
 * @param secrets `whsec_` and base64.
 */
export function signWebhook({ id, timestamp, body }: SignedWebhook, secrets: readonly string[]): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
    })
    .join(' ')
}
