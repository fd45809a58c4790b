import type { AntomAccount } from '../accounts.ts'
import { type AntomResult, refused } from './result.ts'
import { parseSignatureHeader, verifyAntom } from './signature.ts'

const INVALID_SIGNATURE = refused('INVALID_SIGNATURE', 'The signature is invalid.')

/** `undefined` when the request is the client's own. */
export function authenticate(
  headers: Headers,
  path: string,
  body: Uint8Array,
  { clientId, merchantPublicKey }: AntomAccount,
): AntomResult | undefined {
  // The SDKs put /sandbox into the path of SANDBOX_ clients, and sign the path with it.
  if (clientId.startsWith('SANDBOX_') !== path.startsWith('/ams/sandbox/')) {
    return refused('INVALID_CLIENT', 'SANDBOX_ clients call /ams/sandbox/api, all others /ams/api.')
  }
  const header = parseSignatureHeader(headers.get('signature') ?? '')
  const time = headers.get('request-time')
  if (!header || time === null || header.algorithm !== 'RSA256') return INVALID_SIGNATURE
  if (header.keyVersion !== '1') return refused('KEY_NOT_FOUND', 'The key is not found.')
  const isGenuine = verifyAntom({ path, clientId, time, body }, header.signature, merchantPublicKey)
  return isGenuine ? undefined : INVALID_SIGNATURE
}
