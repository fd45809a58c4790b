import { sign, verify } from 'node:crypto'
import { type RsaKey, toRsaPrivateKey, toRsaPublicKey } from './rsa-key.ts'

/** What an Antom signature covers. Always a POST. */
export interface AntomSignedMessage {
  /** For requests and answers the path of the API; for notifications path and query as Antom called them. */
  readonly path: string
  readonly clientId: string
  /** `request-time` or `response-time` as the header has it. */
  readonly time: string
  /** The exact bytes; never JSON that was parsed and written again. */
  readonly body: string | Uint8Array
}

/**
 * The signature of a message to or from Antom: RSASSA-PKCS1-v1_5 with SHA-256, base64, URL-encoded, as it stands after
 * `signature=` in the header.
 *
 * https://docs.antom.com/ac/ams/digital_signature
 *
 * @throws TypeError if the key is no RSA private key.
 */
export function signAntom(message: AntomSignedMessage, privateKey: RsaKey): string {
  return encodeURIComponent(
    sign('sha256', signedBytes(message), toRsaPrivateKey(privateKey)).toString('base64'),
  )
}

/**
 * Whether a `signature` header (`algorithm=RSA256, keyVersion=1, signature=…`) is Antom's for this message. False for
 * whatever cannot be read: it never throws.
 */
export function verifyAntom(
  message: AntomSignedMessage,
  signatureHeader: string | null | undefined,
  publicKey: RsaKey,
): boolean {
  const signature = parseHeader(signatureHeader ?? '')
  if (signature === undefined) return false
  try {
    return verify('sha256', signedBytes(message), toRsaPublicKey(publicKey), signature)
  } catch {
    return false
  }
}

function signedBytes({ path, clientId, time, body }: AntomSignedMessage): Buffer {
  return Buffer.concat([Buffer.from(`POST ${path}\n${clientId}.${time}.`), Buffer.from(body)])
}

/** Each member at most once: two signatures in one header are nobody's. */
function parseHeader(header: string): Buffer | undefined {
  const members = new Map<string, string>()
  for (const member of header.split(',')) {
    const [, name, value] = /^\s*([A-Za-z]{1,32})=(\S*)\s*$/.exec(member) ?? []
    if (name === undefined || value === undefined || members.has(name)) return undefined
    members.set(name, value)
  }
  if ((members.get('algorithm') ?? 'RSA256') !== 'RSA256') return undefined
  const base64 = decode(members.get('signature') ?? '')
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64) && base64 !== ''
    ? Buffer.from(base64, 'base64')
    : undefined
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}
