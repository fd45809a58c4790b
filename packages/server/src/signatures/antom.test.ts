import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AntomSignedMessage, signAntom, verifyAntom } from './antom.ts'
import vectors from './fixtures/antom-signing.json' with { type: 'json' }
import { createDice, MUTATIONS, mutate } from './mutate.ts'
import { toRsaPublicKey } from './rsa-key.ts'

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

  it('believes the version of the key that is expected, and no other', () => {
    const second = header.replace('keyVersion=1', 'keyVersion=2')
    const key = alipay.publicKeySpkiBase64
    expect(verifyAntom(message, second, key)).toBe(false)
    expect(verifyAntom(message, second, key, { keyVersion: 2 })).toBe(true)
    expect(verifyAntom(message, header, key, { keyVersion: 2 })).toBe(false)
  })

  it('takes the defaults for what the header leaves out', () => {
    for (const left of [
      `signature=${signature}`,
      `algorithm=RSA256,signature=${signature}`,
      `keyVersion=1, signature=${signature}`,
    ]) {
      expect(verifyAntom(message, left, alipay.publicKeySpkiBase64), left).toBe(true)
    }
    const left = `algorithm=RSA256,keyVersion=,signature=${signature}`
    expect(verifyAntom(message, left, alipay.publicKeySpkiBase64)).toBe(false)
  })

  it('believes one space after each comma, and none after any', () => {
    expect(header).toContain(', ')
    const tight = header.replaceAll(', ', ',')
    expect(verifyAntom(message, tight, alipay.publicKeySpkiBase64)).toBe(true)
  })

  it('counts raw bytes: line ends, marks and nothing at all', () => {
    for (const body of ['', '\r\n', '{"a":\r\n1}', '\ufeff{}', 'Чай 普洱茶 🍵', '{"a":"\\u0416"}']) {
      const said = { ...message, body }
      const good = `algorithm=RSA256,keyVersion=1,signature=${signAntom(said, merchant.privateKeyPkcs8Base64)}`
      const check = (changed: AntomSignedMessage) => verifyAntom(changed, good, merchant.publicKeySpkiBase64)
      expect(check(said)).toBe(true)
      expect(check({ ...said, body: new TextEncoder().encode(body) })).toBe(true)
      expect(check({ ...said, body: `${body}\n` })).toBe(false)
      expect(check({ ...said, body: body.replaceAll('\r\n', '\n') })).toBe(!body.includes('\r'))
      expect(check({ ...said, body: body.replace('\ufeff', '') })).toBe(!body.startsWith('\ufeff'))
    }
  })

  it('refuses a border between the parts that was moved, though the signed text is the same', () => {
    const { privateKeyPkcs8Base64, publicKeySpkiBase64 } = merchant
    const said = { path: '/a', clientId: 'C', time: '1763840000000', body: '{"a":1.5}' }
    const good = `algorithm=RSA256,keyVersion=1,signature=${signAntom(said, privateKeyPkcs8Base64)}`
    const check = (changed: object) => verifyAntom({ ...said, ...changed }, good, publicKeySpkiBase64)
    expect(check({})).toBe(true)
    expect(check({ time: '1763840000000.{"a":1', body: '5}' })).toBe(false)
    expect(check({ clientId: 'C.1763840000000', time: '{"a":1', body: '5}' })).toBe(false)
    expect(check({ path: '/a\nC.1763840000000', clientId: '{"a":1', time: '5}', body: '' })).toBe(false)
  })

  it('takes half a character for nothing else', () => {
    const said = { ...message, body: '"\ufffd"' }
    const good = `algorithm=RSA256,keyVersion=1,signature=${signAntom(said, merchant.privateKeyPkcs8Base64)}`
    expect(verifyAntom(said, good, merchant.publicKeySpkiBase64)).toBe(true)
    expect(verifyAntom({ ...said, body: '"\ud83c"' }, good, merchant.publicKeySpkiBase64)).toBe(false)
  })

  it('is false, never an exception, for anything', () => {
    const part = fc.oneof(fc.anything(), fc.constant(message), fc.constant(header))
    fc.assert(
      fc.property(part, part, part, part, (said, value, key, options) => {
        expect(verifyAntom(said as typeof message, value as string, key as string, options as object)).toBe(
          false,
        )
      }),
    )
    const known = fc.record({ path: part, clientId: part, time: part, body: part })
    fc.assert(
      fc.property(known, (said) => {
        expect(verifyAntom(said as typeof message, header, alipay.publicKeySpkiBase64)).toBe(false)
      }),
    )
  })
})

describe('of random mutations of genuine messages', () => {
  const dice = createDice()
  const antomKey = toRsaPublicKey(alipay.publicKeySpkiBase64)
  const bytes = (text: string) => new TextEncoder().encode(text)
  const messages = [
    ...vectors.responses.map(({ path, clientId, responseTime, body, headers }) => ({
      path,
      clientId,
      time: responseTime,
      body,
      header: headers.signature,
    })),
    ...vectors.webhooks.map(({ requestUri, headers, rawBody }) => ({
      path: requestUri,
      clientId: headers['client-id'],
      time: headers['request-time'],
      body: rawBody,
      header: headers.signature,
    })),
  ]
  const parts = ['path', 'clientId', 'time', 'body', 'header', 'header', 'body'] as const
  // What decoders, proxies and careless writers make of a header.
  const rewrites: readonly ((header: string) => string)[] = [
    (text) => text.replace(/%[0-9A-F]{2}/, (it) => it.toLowerCase()),
    (text) => decodeURIComponent(text),
    (text) => text.replace('%3D%3D', ''),
    (text) => text.replace('%3D%3D', '%3D'),
    (text) => `${text}%3D`,
    (text) => `${text}%0A`,
    (text) => text.replace(/[A-Za-z](?=[^=]*$)/, (it) => `%${it.charCodeAt(0).toString(16)}`),
    (text) => text.replaceAll('%2B', '%20'),
    (text) => text.replaceAll('%2B', '+'),
    (text) => text.replaceAll('%2B', '-').replaceAll('%2F', '_'),
    // The last character before the padding carries four bits that mean nothing.
    (text) => text.replace(/[AQgw](?=%3D%3D$)/, (it) => String.fromCharCode(it.charCodeAt(0) + 1)),
    (text) => text.replace(', ', ','),
    (text) => text.replace(/^/, ' '),
    (text) => `${text} `,
    (text) => text.replaceAll('=', ' = '),
    (text) => text.replace('RSA256', 'rsa256'),
    (text) => text.replace('RSA256', 'RSA'),
    (text) => text.replace('keyVersion=1', 'keyVersion=01'),
    (text) => text.replace('keyVersion', 'keyversion'),
    (text) => `${text}, ${text}`,
    (text) => `${text},`,
    (text) => `${text},x=1`,
    (text) => text.split(/, ?/).reverse().join(','),
    (text) => text.toUpperCase(),
  ]

  it(`none of ${MUTATIONS} is accepted`, { timeout: 300_000 }, () => {
    const accepted: unknown[] = []
    for (const one of messages) expect(verifyAntom(one, one.header, antomKey)).toBe(true)
    for (let round = 0; round < MUTATIONS; round++) {
      const original = messages[dice.roll(messages.length)]!
      const changed: typeof original & { bytes?: Uint8Array } = { ...original }
      const changes = 1 + dice.roll(2)
      for (let change = 0; change < changes; change++) {
        const part = parts[dice.roll(parts.length)]!
        if (part === 'header' && dice.roll(3) === 0) {
          changed.header = rewrites[dice.roll(rewrites.length)]!(original.header)
        } else if (part === 'body') {
          changed.bytes = mutate(changed.bytes ?? bytes(changed.body), 1 + dice.roll(3), dice)
        } else {
          changed[part] = new TextDecoder().decode(mutate(bytes(changed[part]), 1 + dice.roll(3), dice))
        }
      }
      const body = changed.bytes ?? changed.body
      const isSame =
        parts.every((part) => part === 'body' || changed[part] === original[part]) &&
        Buffer.compare(Buffer.from(body as string), bytes(original.body)) === 0
      if (!isSame && verifyAntom({ ...changed, body }, changed.header, antomKey)) accepted.push(changed)
    }
    expect(accepted, `seed ${dice.seed}`).toEqual([])
  })

  it('not one rewriting of a header is, with one exception: spaces after all commas or after none', () => {
    for (const { header, ...message } of messages) {
      for (const rewrite of rewrites) {
        const rewritten = rewrite(header)
        if (rewritten !== header) expect(verifyAntom(message, rewritten, antomKey), rewritten).toBe(false)
      }
    }
  })
})
