import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bankList } from '@teabrick/core/contract'
import { afterEach, expect, it } from 'vitest'
import { type ApiRig, createApiRig, problemOf } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

it('names the list in the view of an SBP payment, and serves it under that name for ever', async () => {
  rig = await createApiRig()
  const { clientToken } = await rig.session()
  const { payment } = await rig.pay(clientToken, 'sbp')
  const { link, list } = payment?.nextAction?.banks ?? {}
  expect(link).toMatch(/&crc=[0-9A-F]{4}$/)
  const answer = await rig.fetch(`/v1/checkout/banks?h=${list}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(answer.headers.get('etag')).toBe(`"${list}"`)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(
    bankList()
      .parse(await answer.json())
      .banks.map(({ id }) => id),
  ).toContain('100000000111')

  const known = { headers: { 'if-none-match': `W/"${list}-gzip"` } }
  const same = await rig.fetch(`/v1/checkout/banks?h=${list}`, known)
  expect([same.status, await same.text()]).toEqual([304, ''])
})

it('answers an unknown name with the list in use, never cached under that name', async () => {
  rig = await createApiRig()
  for (const query of ['', '?h=0000000000000000000000']) {
    const answer = await rig.fetch(`/v1/checkout/banks${query}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60')
    expect(bankList().parse(await answer.json()).banks.length).toBeGreaterThan(0)
  }
})

it('takes a token too, and refuses what is no name', async () => {
  rig = await createApiRig()
  const { clientToken } = await rig.session()
  expect((await rig.checkout(clientToken, 'GET', '/v1/checkout/banks')).status).toBe(200)
  for (const query of ['?h=', '?h=../../etc', `?h=${'x'.repeat(65)}`, '?h=a&h=b', '?x=1'])
    expect(await problemOf(await rig.fetch(`/v1/checkout/banks${query}`))).toMatchObject({ status: 400 })
})

it('serves the merchant’s own file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'teabrick-banks-'))
  const file = join(folder, 'c2bmembers.json')
  const dictionary = [{ bankName: 'Банк лавки', schema: 'bank100000000999', logoURL: 'https://x.test/l.png' }]
  await writeFile(file, JSON.stringify({ version: '1.0', dictionary }))
  rig = await createApiRig({ banks: { file } })
  const answer = await rig.fetch('/v1/checkout/banks')
  expect(await answer.json()).toEqual({ banks: [{ id: '100000000999', name: 'Банк лавки' }] })
  await rm(folder, { recursive: true })
})
