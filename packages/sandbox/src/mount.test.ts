import { expect, it } from 'vitest'
import { findMount } from './mount.ts'

const HEADS = ['antom', 'yookassa', '_control']

it.each([
  ['http://a.example/antom/ams/x', undefined, '/antom/ams/x', 'http://a.example'],
  ['http://a.example/sandbox/antom/ams/x', undefined, '/antom/ams/x', 'http://a.example/sandbox'],
  ['http://a.example/x/y/_control', undefined, '/_control', 'http://a.example/x/y'],
  ['http://10.0.0.1/sandbox/antom/x', 'https://a.example/sandbox', '/antom/x', 'https://a.example/sandbox'],
  // a host that cuts its prefix off before it calls the handler
  ['http://10.0.0.1/antom/x', 'https://a.example/sandbox', '/antom/x', 'https://a.example/sandbox'],
  ['http://a.example/', undefined, '/', 'http://a.example'],
  ['http://a.example/sandbox', 'http://a.example/sandbox', '/', 'http://a.example/sandbox'],
  // the first name that fits wins, also when a path repeats it
  ['http://a.example/antom/yookassa', undefined, '/antom/yookassa', 'http://a.example'],
])('splits %s, public address %s', (url, publicUrl, path, baseUrl) => {
  expect(findMount(new URL(url), publicUrl, HEADS)).toEqual({ path, baseUrl })
})

it('finds nothing in a foreign address', () => {
  expect(findMount(new URL('http://a.example/antomic/x'), undefined, HEADS)).toBeUndefined()
})
