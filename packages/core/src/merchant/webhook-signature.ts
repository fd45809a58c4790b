import { PayError } from '../errors.ts'

/** What is signed: `id.timestamp.body`, over the raw bytes. */
export interface WebhookContent {
  /** Unique for the event: letters, digits, `_` and `-`, so that the signed text has one reading. */
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly rawBody: Uint8Array<ArrayBuffer>
}

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: 24 to 64 random bytes.
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64

/**
 * The `webhook-signature` header of the Standard Webhooks specification, one `v1` signature per secret: two while secrets
 * are being rotated.
 *
 * @throws PayError `config_invalid` if a secret is not `whsec_` and base64 of 24 to 64 bytes.
 */
export async function signWebhook({
  secrets,
  ...content
}: WebhookContent & { readonly secrets: readonly string[] }): Promise<string> {
  const signatures = await Promise.all(secrets.map((secret) => computeSignature(secret, content)))
  return signatures.map((signature) => `v1,${btoa(String.fromCharCode(...signature))}`).join(' ')
}

/** The 32 bytes of HMAC-SHA256 under a `whsec_` secret. */
export async function computeSignature(
  secret: string,
  { id, timestamp, rawBody }: WebhookContent,
): Promise<Uint8Array<ArrayBuffer>> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const signed = new Uint8Array(head.length + rawBody.length)
  signed.set(head)
  signed.set(rawBody, head.length)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', decodeSecret(secret), algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, signed))
}

function decodeSecret(secret: string): Uint8Array<ArrayBuffer> {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? ''
  let bytes: Uint8Array<ArrayBuffer> | undefined
  try {
    bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    // Not base64: the message below says what is expected. The secret is never repeated.
  }
  if (!bytes || bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES) {
    throw new PayError(
      'config_invalid',
      `a webhook secret must be "whsec_" and base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`,
    )
  }
  return bytes
}
