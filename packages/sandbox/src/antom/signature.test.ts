import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseSignatureHeader, signAntom, verifyAntom } from './signature.ts'

// Made by the official Python SDK; the file says how.
const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/antom-signing.json', import.meta.url), 'utf8'),
) as {
  keys: Record<'merchant' | 'alipay', { privateKeyPkcs8Base64: string; publicKeySpkiBase64: string }>
  requests: {
    name: string
    path: string
    clientId: string
    requestTime: string
    body: string
    signatureUrlEncoded: string
  }[]
  responses: { name: string; path: string; body: string; headers: Record<string, string> }[]
  webhooks: Hook[]
  negative: Hook[]
}

interface Hook {
  name: string
  requestUri: string
  headers: Record<string, string>
  rawBody: string
}

const { merchant, alipay } = vectors.keys

function verifyHook({ requestUri, headers, rawBody }: Hook): boolean {
  const signature = parseSignatureHeader(headers['signature'] ?? '')
  const message = {
    path: requestUri,
    clientId: headers['client-id'] ?? '',
    time: headers['request-time'] ?? '',
    body: rawBody,
  }
  return signature !== undefined && verifyAntom(message, signature.signature, alipay.publicKeySpkiBase64)
}

describe('requests', () => {
  it.each(vectors.requests)('signs like the official SDK: $name', (vector) => {
    const { path, clientId, requestTime, body, signatureUrlEncoded } = vector
    const message = { path, clientId, time: requestTime, body }
    expect(signAntom(message, merchant.privateKeyPkcs8Base64)).toBe(signatureUrlEncoded)
    expect(verifyAntom(message, signatureUrlEncoded, merchant.publicKeySpkiBase64)).toBe(true)
  })

  it('refuses another path, because the path is signed', () => {
    const { clientId, requestTime, body, signatureUrlEncoded } = vectors.requests[0]!
    const message = { path: '/ams/api/v1/payments/cancel', clientId, time: requestTime, body }
    expect(verifyAntom(message, signatureUrlEncoded, merchant.publicKeySpkiBase64)).toBe(false)
  })
})

it.each(vectors.responses)('verifies the answer: $name', ({ path, body, headers }) => {
  const header = parseSignatureHeader(headers['signature'] ?? '')
  const message = { path, clientId: headers['client-id'] ?? '', time: headers['response-time'] ?? '', body }
  expect(verifyAntom(message, header?.signature ?? '', alipay.publicKeySpkiBase64)).toBe(true)
  expect(signAntom(message, alipay.privateKeyPkcs8Base64)).toBe(header?.signature)
})

it.each(vectors.webhooks)('verifies the notification: $name', (hook) => {
  expect(verifyHook(hook)).toBe(true)
})

it.each(vectors.negative)('refuses the notification: $name', (hook) => {
  expect(verifyHook(hook)).toBe(false)
})

it.each(['', 'nonsense', 'signature=', 'algorithm=RSA256,keyVersion=1'])(
  'reads no signature out of %j',
  (header) => {
    expect(parseSignatureHeader(header)).toBeUndefined()
  },
)

it('refuses a signature that is not URL-encoded', () => {
  const message = { path: '/', clientId: 'a', time: 'b', body: 'c' }
  expect(verifyAntom(message, '%', merchant.publicKeySpkiBase64)).toBe(false)
})
