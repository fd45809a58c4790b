import { createPrivateKey, createPublicKey, createSign, createVerify, type KeyObject } from 'node:crypto'

/** What Antom's RSA256 covers: https://docs.antom.com/ac/ams/digital_signature */
export interface SignedMessage {
  /** The request URI without the domain, with the query. */
  readonly path: string
  readonly clientId: string
  /** `request-time` or `response-time`, as it stands in the header. */
  readonly time: string
  /** The exact bytes that travel. */
  readonly body: string | Uint8Array
}

/** The parts of a `signature` header. */
export interface SignatureHeader {
  readonly algorithm: string
  readonly keyVersion: string
  /** Still URL-encoded. */
  readonly signature: string
}

/** Base64, then URL-encoded, as it stands in the header. */
export function signAntom(message: SignedMessage, privateKey: string): string {
  const signer = createSign('RSA-SHA256').update(head(message)).update(message.body)
  return encodeURIComponent(signer.sign(toPrivateKey(privateKey), 'base64'))
}

export function verifyAntom(message: SignedMessage, signature: string, publicKey: string): boolean {
  try {
    const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
    return createVerify('RSA-SHA256')
      .update(head(message))
      .update(message.body)
      .verify(toPublicKey(publicKey), bytes)
  } catch {
    return false // not URL-encoded, not base64: not a signature
  }
}

/** Reads `algorithm=RSA256,keyVersion=1,signature=…`, with or without spaces. */
export function parseSignatureHeader(header: string): SignatureHeader | undefined {
  const parts = new Map(
    header.split(',').map((part) => {
      const [name = '', ...value] = part.trim().split('=')
      return [name, value.join('=')] as const
    }),
  )
  const signature = parts.get('signature')
  if (!signature) return undefined
  return {
    algorithm: parts.get('algorithm') ?? 'RSA256',
    keyVersion: parts.get('keyVersion') ?? '1',
    signature,
  }
}

function head({ path, clientId, time }: SignedMessage): string {
  return `POST ${path}\n${clientId}.${time}.`
}

/** Takes PEM, or bare base64 of PKCS#8. */
function toPrivateKey(text: string): KeyObject {
  return remember(text, () =>
    createPrivateKey(
      text.includes('-----') ? text : { key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' },
    ),
  )
}

/** Takes PEM, or bare base64 of SPKI. */
function toPublicKey(text: string): KeyObject {
  return remember(text, () =>
    createPublicKey(
      text.includes('-----') ? text : { key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' },
    ),
  )
}

// Reading a key takes longer than signing with it.
const keys = new Map<string, KeyObject>()

function remember(text: string, read: () => KeyObject): KeyObject {
  const key = keys.get(text) ?? read()
  keys.set(text, key)
  return key
}
