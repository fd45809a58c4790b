import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** What is signed: `id.timestamp.body`. */
export interface SignedWebhook {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

// A handful for the life of the process: what an endpoint's secrets are is configuration.
const keys = new Map<string, KeyObject>()

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret)
  if (known !== undefined) return known
  const key = createSecretKey(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
  keys.set(secret, key)
  return key
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
      const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')
      return `v1,${mac}`
    })
    .join(' ')
}
