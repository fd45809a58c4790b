import { type WebhookEvent, webhookEvent } from '../contract/event.ts'
import { PayError, type PayErrorCode } from '../errors.ts'
import { computeSignature } from './webhook-signature.ts'

export interface VerifyWebhookOptions {
  /**
   * The body as it arrived, before anything parsed it: `await request.arrayBuffer()`, or `express.raw()`. Not a string: it
   * has been decoded already, and different bytes decode to the same text.
   */
  readonly rawBody: Uint8Array | ArrayBuffer
  /** Of the request: `Headers`, or Node's `req.headers`. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** `whsec_…`, every one that is valid now: two while they are being rotated. */
  readonly secrets: readonly string[]
  /** How old, or how far ahead of the clock here, a webhook may be. More than 0. */
  readonly toleranceSeconds?: number | undefined
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

const MAX_SIGNATURES = 8
const MAX_HEADER_LENGTH = 1024
// No dot: `id.timestamp` must have one reading. https://github.com/standard-webhooks/standard-webhooks
const WEBHOOK_ID = /^[\w-]{1,128}$/
const SIGNATURE = /^v1,([A-Za-z0-9+/]{43}=)$/
// Signatures of other versions (v1a: ed25519) may stand beside ours.
const OTHER_SIGNATURE = /^v\d{0,3}[a-z]{0,3},[A-Za-z0-9+/=]{1,200}$/

/**
 * The event of a webhook that was signed with one of the secrets. Standard Webhooks v1, HMAC-SHA256 over the raw bytes.
 * Stricter than the reference libraries: one reading of every header, both directions of time, no byte that is not UTF-8.
 * The same event may arrive more than once and in any order: act once per `id`, and fulfil on `session.completed` only.
 *
 * @throws PayError `webhook_signature_invalid`, `webhook_timestamp_invalid`, `webhook_body_invalid`: answer 400.
 *   `config_invalid` if an option cannot work.
 */
export async function verifyWebhook({
  rawBody,
  headers,
  secrets,
  toleranceSeconds = 300,
  now = Date.now,
}: VerifyWebhookOptions): Promise<WebhookEvent> {
  if (!(rawBody instanceof Uint8Array) && !(rawBody instanceof ArrayBuffer)) {
    throw new PayError(
      'config_invalid',
      'rawBody must be the bytes of the request, taken before anything parsed them',
    )
  }
  if (secrets.length === 0) throw new PayError('config_invalid', 'secrets must hold at least one "whsec_…"')
  if (!(toleranceSeconds > 0 && toleranceSeconds < Number.POSITIVE_INFINITY)) {
    throw new PayError('config_invalid', `toleranceSeconds must be more than 0, got ${toleranceSeconds}`)
  }
  const bytes = new Uint8Array(rawBody)

  const id = header(headers, 'webhook-id')
  if (!WEBHOOK_ID.test(id)) throw invalid('webhook_signature_invalid', 'webhook-id is missing or malformed')
  const time = header(headers, 'webhook-timestamp')
  if (!/^[1-9]\d{0,11}$/.test(time)) {
    throw invalid('webhook_timestamp_invalid', 'webhook-timestamp is not a plain number of seconds')
  }
  const timestamp = Number(time)
  const ageSeconds = now() / 1000 - timestamp
  if (!(Math.abs(ageSeconds) <= toleranceSeconds)) {
    throw invalid('webhook_timestamp_invalid', `the webhook is ${Math.round(ageSeconds)} s old`)
  }

  const given = parseSignatures(header(headers, 'webhook-signature'))
  // Every pair is compared to the end: how long it takes tells nothing about what was right.
  let matches = 0
  for (const secret of secrets) {
    const expected = await computeSignature(secret, { id, timestamp, rawBody: bytes })
    const text = `${btoa(String.fromCharCode(...expected))}`
    for (const signature of given) matches += isEqual(signature, text)
  }
  if (matches === 0) throw invalid('webhook_signature_invalid', 'no signature matches a secret')
  return parseEvent(bytes, id)
}

function parseSignatures(value: string): string[] {
  const parts = value.split(' ')
  const wellFormed = parts.every((part) => SIGNATURE.test(part) || OTHER_SIGNATURE.test(part))
  if (value.length > MAX_HEADER_LENGTH || parts.length > MAX_SIGNATURES || !wellFormed) {
    throw invalid('webhook_signature_invalid', 'webhook-signature is missing or malformed')
  }
  return parts.flatMap((part) => SIGNATURE.exec(part)?.[1] ?? [])
}

/** 1 or 0, in the same time for any two strings of one length. */
function isEqual(a: string, b: string): number {
  let difference = a.length ^ b.length
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0 ? 1 : 0
}

function parseEvent(bytes: Uint8Array<ArrayBuffer>, id: string): WebhookEvent {
  let json: unknown
  try {
    // Fatal: U+FFFD must not stand for bytes that nobody signed as such. A BOM stays, and is no JSON.
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw invalid('webhook_body_invalid', 'the body is not JSON in UTF-8', cause)
  }
  const parsed = webhookEvent().safeParse(json)
  if (!parsed.success) throw invalid('webhook_body_invalid', 'the body is not an event', parsed.error)
  if (parsed.data.id !== id)
    throw invalid('webhook_body_invalid', 'the id of the event is not its webhook-id')
  return parsed.data
}

/** The one value of a header. Given twice it is no value. */
function header(headers: VerifyWebhookOptions['headers'], name: string): string {
  if (typeof headers.get === 'function') return (headers as Headers).get(name) ?? ''
  const values = Object.entries(headers).filter(([key]) => key.toLowerCase() === name)
  const value = values.length === 1 ? values[0]?.[1] : undefined
  return typeof value === 'string' ? value : ''
}

function invalid(code: PayErrorCode, message: string, cause?: unknown): PayError {
  return new PayError(code, message, { cause })
}
