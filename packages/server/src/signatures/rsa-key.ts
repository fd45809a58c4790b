import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** PEM, or the bare base64 of its DER that dashboards show; PKCS#1, PKCS#8 or SubjectPublicKeyInfo. */
export type RsaKey = string | KeyObject

/** @throws TypeError if it is no RSA private key. The message does not hold the key. */
export function toRsaPrivateKey(key: RsaKey): KeyObject {
  const parsed = parseKey(key, ['pkcs8', 'pkcs1'], createPrivateKey)
  if (parsed?.type !== 'private' || parsed.asymmetricKeyType !== 'rsa') {
    throw new TypeError('not an RSA private key; give PKCS#8 or PKCS#1 as PEM or base64')
  }
  return parsed
}

/** @throws TypeError if it is no RSA public key. The message does not hold the key. */
export function toRsaPublicKey(key: RsaKey): KeyObject {
  const parsed = parseKey(key, ['spki', 'pkcs1'], createPublicKey)
  if (parsed?.type !== 'public' || parsed.asymmetricKeyType !== 'rsa') {
    throw new TypeError('not an RSA public key; give SubjectPublicKeyInfo or PKCS#1 as PEM or base64')
  }
  return parsed
}

function parseKey<Type extends string>(
  key: RsaKey,
  types: readonly Type[],
  create: (input: string | { key: Buffer; format: 'der'; type: Type }) => KeyObject,
): KeyObject | undefined {
  if (typeof key !== 'string') return key
  // Environment files often carry a PEM on one line, with its line breaks escaped.
  const text = key.replaceAll('\\n', '\n').trim()
  const attempts = text.startsWith('-----')
    ? [() => create(text)]
    : types.map((type) => () => create({ key: Buffer.from(text, 'base64'), format: 'der', type }))
  for (const attempt of attempts) {
    try {
      return attempt()
    } catch {
      // Not this encoding; the caller says so when none fits.
    }
  }
  return undefined
}
