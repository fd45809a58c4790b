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

/** What {@link verifyAntom} may be told beside the message. */
export interface VerifyAntomOptions {
  /** The version of Antom's key that the header must name. Default 1, as in all of the vendor's samples. */
  readonly keyVersion?: number | undefined
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
 *
 * There is one writing of a good signature. Those that decoders take for the same are refused: other base64 of the same
 * bytes, base64url, escapes in small letters or where none is needed, a value that was not URL-encoded or twice. So are
 * members that are unknown, repeated or in another order, and spaces other than one after each comma or none after either.
 * `algorithm` and `keyVersion` are not signed, and have defaults: where they stand, they must be `RSA256` and the version
 * that is expected.
 */
export function verifyAntom(
  message: AntomSignedMessage,
  signatureHeader: string | null | undefined,
  publicKey: RsaKey,
  options?: VerifyAntomOptions | undefined,
): boolean {
  try {
    const signature = parseHeader(signatureHeader, options?.keyVersion ?? 1)
    return (
      signature !== undefined &&
      isUnambiguous(message) &&
      verify('sha256', signedBytes(message), toRsaPublicKey(publicKey), signature)
    )
  } catch {
    return false
  }
}

function signedBytes({ path, clientId, time, body }: AntomSignedMessage): Buffer {
  return Buffer.concat([Buffer.from(`POST ${path}\n${clientId}.${time}.`), Buffer.from(body as string)])
}

const HEADER =
  /^(?:algorithm=RSA256(, ?))?(?:keyVersion=(0|[1-9]\d{0,8})(, ?))?signature=([A-Za-z0-9%]{1,4096})$/

function parseHeader(header: unknown, keyVersion: number): Buffer | undefined {
  const [, space, version, other, value = ''] = (typeof header === 'string' && HEADER.exec(header)) || []
  if (version !== undefined && version !== String(keyVersion)) return undefined
  if (space !== undefined && other !== undefined && space !== other) return undefined
  const signature = Buffer.from(decodeURIComponent(value), 'base64')
  return value !== '' && encodeURIComponent(signature.toString('base64')) === value ? signature : undefined
}

/**
 * The parts are signed as one text, so a border between them must not be movable: `a` and `b.c` make the same text as
 * `a.b` and `c`. Text that is no Unicode would be signed as if it were U+FFFD.
 */
function isUnambiguous({ path, clientId, time, body }: AntomSignedMessage): boolean {
  return (
    [path, clientId, time].every((part) => typeof part === 'string') &&
    /^\/[!-~]*$/.test(path) &&
    /^[!-\-/-~]+$/.test(clientId) &&
    /^[0-9A-Za-z:.+-]+$/.test(time) &&
    (typeof body === 'string' ? !/\p{Surrogate}/u.test(body) : body instanceof Uint8Array)
  )
}
