import { describe, expect, it } from 'vitest'
import { createUrlGate } from './provider-url.ts'

const gate = createUrlGate({
  hosts: ['acme.example'],
  apiUrl: 'https://api.acme.test/v1',
  schemes: ['acmepay'],
})

describe('createUrlGate', () => {
  for (const url of [
    'https://acme.example/pay?id=1#x',
    'https://pay.acme.example/1',
    'HTTPS://ACME.EXAMPLE/1',
    'https://api.acme.test/page',
    'acmepay://pay?id=1',
  ]) {
    it(`passes ${url} as it is`, () => expect(gate(url)).toBe(url))
  }

  const refused: Record<string, string | null | undefined> = {
    nothing: undefined,
    null: null,
    'an empty text': '',
    http: 'http://acme.example/',
    'another host': 'https://evil.example/',
    'a host that ends alike': 'https://evilacme.example/',
    'a host that begins alike': 'https://acme.example.evil.test/',
    'a trailing dot': 'https://acme.example./',
    'another port': 'https://acme.example:8443/',
    'a user name': 'https://acme.example@evil.example/',
    'a password': 'https://a:b@acme.example/',
    'a backslash': 'https://evil.example\\@acme.example/',
    'a backslash for a slash': 'https:\\\\acme.example/',
    'no host': 'https:acme.example',
    'no scheme': '//acme.example/',
    'a space': ' https://acme.example/',
    'a line break': 'https://acme.example/\r\nx',
    'a tab in the scheme': 'ht\ttps://acme.example/',
    'a look-alike letter': 'https://аcme.example/',
    script: 'javascript://acme.example/%0aalert(1)',
    data: 'data:text/html,x',
    'another scheme': 'otherpay://pay',
    'a scheme without slashes': 'acmepay:pay',
    'the API over http': 'http://api.acme.test/page',
    'five kilobytes': `https://acme.example/${'x'.repeat(5000)}`,
  }
  for (const [name, url] of Object.entries(refused)) {
    it(`refuses ${name}`, () => expect(gate(url)).toBeUndefined())
  }

  it('passes http pages of an API on this machine, and of its port only', () => {
    const local = createUrlGate({ hosts: [], apiUrl: 'http://127.0.0.1:4242/sandbox/acme' })
    expect(local('http://127.0.0.1:4242/sandbox/acme/pay')).toBe('http://127.0.0.1:4242/sandbox/acme/pay')
    expect(local('http://127.0.0.1:4243/pay')).toBeUndefined()
    expect(local('http://localhost:4242/pay')).toBeUndefined()
  })

  it('passes no http page of an API elsewhere', () => {
    const remote = createUrlGate({ hosts: [], apiUrl: 'http://sandbox.test:8080' })
    expect(remote('http://sandbox.test:8080/pay')).toBeUndefined()
  })
})
