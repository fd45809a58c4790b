import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type AntomSignedMessage, signAntom, verifyAntom } from './antom.ts'
import vectors from './fixtures/antom-signing.json' with { type: 'json' }

const { merchant, alipay } = vectors.keys

const encodings = {
  'bare PKCS#8': merchant.privateKeyPkcs8Base64,
  'bare PKCS#1': merchant.privateKeyPkcs1Base64,
  'PKCS#8 in PEM': `-----BEGIN PRIVATE KEY-----\n${merchant.privateKeyPkcs8Base64}\n-----END PRIVATE KEY-----\n`,
  'PKCS#1 in PEM': `-----BEGIN RSA PRIVATE KEY-----\n${merchant.privateKeyPkcs1Base64}\n-----END RSA PRIVATE KEY-----\n`,
  'PEM on one line of an environment file': `-----BEGIN PRIVATE KEY-----\\n${merchant.privateKeyPkcs8Base64}\\n-----END PRIVATE KEY-----`,
}

describe('signAntom', () => {
  for (const { name, path, clientId, requestTime: time, body, signatureUrlEncoded } of vectors.requests) {
    it(`signs as the official SDK does: ${name}`, () => {
      expect(signAntom({ path, clientId, time, body }, merchant.privateKeyPkcs8Base64)).toBe(
        signatureUrlEncoded,
      )
    })
  }

  for (const [encoding, key] of Object.entries(encodings)) {
    it(`takes a key as ${encoding}`, () => {
      const [vector] = vectors.requests
      const { path, clientId, requestTime: time, body } = vector!
      expect(signAntom({ path, clientId, time, body }, key)).toBe(vector!.signatureUrlEncoded)
    })
  }

  it('refuses what is no RSA key, without printing it', () => {
    const message = { path: '/', clientId: 'c', time: '1', body: '' }
    expect(() => signAntom(message, 'c2VjcmV0')).toThrow(/not an RSA private key/)
    expect(() => signAntom(message, 'c2VjcmV0')).not.toThrow(/c2VjcmV0/)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(() => signAntom(message, privateKey)).toThrow(/not an RSA private key/)
  })
})

describe('verifyAntom', () => {
  for (const { name, path, clientId, responseTime: time, body, headers } of vectors.responses) {
    it(`believes the answer: ${name}`, () => {
      expect(verifyAntom({ path, clientId, time, body }, headers.signature, alipay.publicKeySpkiBase64)).toBe(
        true,
      )
    })
  }

  for (const { name, requestUri, headers, rawBody, expectValid } of [
    ...vectors.webhooks,
    ...vectors.negative,
  ]) {
    it(`${expectValid ? 'believes' : 'refuses'} the notification: ${name}`, () => {
      const message = {
        path: requestUri,
        clientId: headers['client-id'],
        time: headers['request-time'],
        body: new TextEncoder().encode(rawBody),
      }
      expect(verifyAntom(message, headers.signature, alipay.publicKeySpkiBase64)).toBe(expectValid)
    })
  }

  const [webhook] = vectors.webhooks
  const message: AntomSignedMessage = {
    path: webhook!.requestUri,
    clientId: webhook!.headers['client-id'],
    time: webhook!.headers['request-time'],
    body: webhook!.rawBody,
  }
  const header = webhook!.headers.signature
  const signature = header.split('signature=')[1]!

  it('refuses a body that was parsed and written again', () => {
    const body = JSON.stringify(JSON.parse(webhook!.rawBody), null, 1)
    expect(verifyAntom({ ...message, body }, header, alipay.publicKeySpkiBase64)).toBe(false)
  })

  const refused: Record<string, string | null> = {
    'a missing header': null,
    'an empty header': '',
    garbage: 'garbage',
    'half an escape': 'algorithm=RSA256,keyVersion=1,signature=%E0%A4%A',
    'a signature with something after it': `${header}=junk`,
    'two signatures': `${header}, ${header}`,
    'a signature that was URL-encoded twice': `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(signature)}`,
    base64url: `signature=${decodeURIComponent(signature).replaceAll('+', '-').replaceAll('/', '_')}`,
    'another algorithm': header.replace('RSA256', 'NONE'),
    'a megabyte of header': `${header}${','.repeat(1_000_000)}`,
  }
  for (const [name, value] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      expect(verifyAntom(message, value, alipay.publicKeySpkiBase64)).toBe(false)
    })
  }

  it('is false, not an exception, when the key is none', () => {
    expect(verifyAntom(message, header, 'not a key')).toBe(false)
  })

  it('believes a signature that was not URL-encoded', () => {
    const plain = `algorithm=RSA256,keyVersion=1,signature=${decodeURIComponent(signature)}`
    expect(verifyAntom(message, plain, alipay.publicKeySpkiBase64)).toBe(true)
  })
})
