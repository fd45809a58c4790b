import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** `ct` pays and watches one session, `lt` is the hosted link with the same rights, `st` reads its status only. */
export type CapabilityScope = 'ct' | 'lt' | 'st'

/** What a token allows: one scope on one session. */
export interface Capability {
  readonly scope: CapabilityScope
  readonly sessionId: string
}

export interface CapabilityOptions {
  readonly merchantId: string
  /** The merchant's secret keys: the first signs, all verify. */
  readonly secretKeys: readonly string[]
}

/** Makes and reads tokens. Nothing is stored: a token is its own proof. */
export interface Capabilities {
  /**
   * The same input gives the same token.
   *
   * @param expiresAt Milliseconds since 1970; whole seconds are kept.
   */
  issue(scope: CapabilityScope, sessionId: string, expiresAt: number): string
  /** @param now Milliseconds since 1970. */
  read(token: string, now: number): Capability | 'invalid' | 'expired'
}

const SCOPES: ReadonlySet<string> = new Set<CapabilityScope>(['ct', 'lt', 'st'])
const ID_BYTES = 22
const EXPIRY_BYTES = 5
const SIGNATURE_BYTES = 32
const TOKEN_BYTES = ID_BYTES + EXPIRY_BYTES + SIGNATURE_BYTES

/**
 * Tokens of the form `ct_…`: base64url of the session's 22 characters, the expiry in seconds as 5 bytes, and HMAC-SHA256 over
 * scope, merchant, session and expiry. The keys are derived, so a token never helps to guess a secret key.
 */
export function createCapabilities({ merchantId, secretKeys }: CapabilityOptions): Capabilities {
  const keys = secretKeys.map((key) =>
    createSecretKey(createHmac('sha256', key).update('teabrick capability 1').digest()),
  )
  const [signingKey] = keys
  if (!signingKey) throw new RangeError('at least one secret key is needed to sign tokens')

  const sign = (key: KeyObject, scope: string, sessionId: string, seconds: number): Buffer =>
    createHmac('sha256', key).update(`${scope}|${merchantId}|${sessionId}|${seconds}`).digest()

  return {
    issue(scope, sessionId, expiresAt) {
      const seconds = Math.floor(expiresAt / 1000)
      const bytes = Buffer.alloc(TOKEN_BYTES)
      bytes.write(sessionId.slice(3), 0, ID_BYTES, 'latin1')
      bytes.writeUIntBE(seconds, ID_BYTES, EXPIRY_BYTES)
      sign(signingKey, scope, sessionId, seconds).copy(bytes, ID_BYTES + EXPIRY_BYTES)
      return `${scope}_${bytes.toString('base64url')}`
    },

    read(token, now) {
      const scope = token.slice(0, 2)
      const bytes = Buffer.from(token.slice(3), 'base64url')
      // Encoded again, because decoding skips what it does not know: a token has one spelling.
      if (
        !isScope(scope) ||
        bytes.length !== TOKEN_BYTES ||
        `${scope}_${bytes.toString('base64url')}` !== token
      )
        return 'invalid'
      const sessionId = `cs_${bytes.toString('latin1', 0, ID_BYTES)}`
      const seconds = bytes.readUIntBE(ID_BYTES, EXPIRY_BYTES)
      const signature = bytes.subarray(ID_BYTES + EXPIRY_BYTES)
      let isSigned = false
      // No early exit: how long it takes tells nothing about which key signed.
      for (const key of keys)
        isSigned = timingSafeEqual(sign(key, scope, sessionId, seconds), signature) || isSigned
      if (!isSigned) return 'invalid'
      return seconds * 1000 <= now ? 'expired' : { scope, sessionId }
    },
  }
}

function isScope(text: string): text is CapabilityScope {
  return SCOPES.has(text)
}
