import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeBankFile } from './bank-file.ts'

it('writes NSPK’s shape, with the banks’ own page at the shop’s address', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shop-banks-'))
  const file = writeBankFile(join(folder, 'new'), 'http://127.0.0.1:4242')
  expect(file).toBe(join(folder, 'new', 'banks-4242.json'))
  const { version, dictionary } = JSON.parse(readFileSync(file, 'utf8'))
  expect(version).toBe('1.0')
  expect(dictionary[0]).toEqual({
    bankName: 'Самовар-Банк',
    schema: 'bank900000000001',
    webClientUrl: 'http://127.0.0.1:4242/bank',
    isWebClientActive: 'true',
  })
  expect(dictionary[1]).toEqual({ bankName: 'Кяхта', schema: 'bank900000000002' })
  rmSync(folder, { recursive: true })
})
