import { mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bankList } from '@teabrick/core/contract'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type BankRegistry, createBankRegistry, type PublishedBanks } from './bank-registry.ts'

let folder: string
let file: string
let registry: BankRegistry | undefined
let logs: { readonly level: string; readonly reason: unknown; readonly message: string }[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'teabrick-banks-'))
  file = join(folder, 'c2bmembers.json')
  logs = []
})
afterEach(async () => {
  registry?.stop()
  await rm(folder, { recursive: true })
})

async function start(): Promise<BankRegistry> {
  const log = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void logs.push({ level, reason: fields['reason'], message })
  const logger = { info: log('info'), warn: log('warn'), error: log('error') }
  registry = createBankRegistry({ file, allowsLocalHttp: false, logger, intervalMs: 20 })
  await registry.start()
  return registry
}

const textOf = (names: readonly string[], rest: object = {}) =>
  JSON.stringify({
    version: '1.0',
    dictionary: names.map((bankName, i) => ({ bankName, schema: `bank${100_000_000_000 + i}` })),
    ...rest,
  })
const namesOf = ({ body }: PublishedBanks) =>
  bankList()
    .parse(JSON.parse(body))
    .banks.map(({ name }) => name)
/** Writes the file, dated by the given minute. */
async function write(text: string, minute = 0): Promise<void> {
  const fresh = `${file}.new`
  await writeFile(fresh, text)
  const at = Date.UTC(2026, 10, 24, 12, minute) / 1000
  await utimes(fresh, at, at)
  // At once, so that nobody reads it before it has its date.
  await rename(fresh, file)
}
const warnings = () => logs.filter(({ level }) => level === 'warn').map(({ reason }) => reason)

it('has a few well-known banks when there is no file', async () => {
  const banks = createBankRegistry({
    allowsLocalHttp: false,
    logger: { info() {}, warn() {}, error() {} },
  })
  await banks.start()
  expect(namesOf(banks.current())).toContain('Сбербанк')
  expect(banks.find(banks.current().hash)).toBe(banks.current())
})

it('reads the file at the start, and again when it changes', async () => {
  await write(textOf(['Альфа']))
  const banks = await start()
  const first = banks.current()
  expect(namesOf(first)).toEqual(['Альфа'])
  await write(textOf(['Альфа', 'Бета']), 1)
  await expect.poll(() => namesOf(banks.current())).toEqual(['Альфа', 'Бета'])
  expect(banks.current().hash).not.toBe(first.hash)
  expect(warnings()).toEqual([])
})

it('still answers for the list of a moment ago, which open checkouts name', async () => {
  await write(textOf(['Альфа']))
  const banks = await start()
  const { hash, body } = banks.current()
  await write(textOf(['Бета']), 1)
  await expect.poll(() => banks.current().hash).not.toBe(hash)
  expect(banks.find(hash)?.body).toBe(body)
  expect(banks.find('unknown')).toBeUndefined()
})

it('keeps the snapshot while the file is missing, and takes the file when it comes', async () => {
  const banks = await start()
  expect(namesOf(banks.current())).toContain('Сбербанк')
  expect(warnings()).toEqual(['cannot be read: ENOENT'])
  await write(textOf(['Альфа']))
  await expect.poll(() => namesOf(banks.current())).toEqual(['Альфа'])
})

it.each([
  ['broken', textOf(['Альфа', 'Бета']).slice(0, 60), /is not JSON/],
  ['of another shape', '{"error":"bad gateway"}', /not in the shape/],
  ['of an older version', textOf(['Бета'], { version: '0.9' }), /has version 0.9, older than 1.0/],
  ['too large', `${textOf(['Бета'])}${' '.repeat(1_100_000)}`, /bytes/],
])('keeps the last good list when the new file is %s, says so, and goes on', async (_, text, reason) => {
  await write(textOf(['Альфа']))
  const banks = await start()
  await write(text, 1)
  await expect.poll(() => warnings().length).toBeGreaterThan(0)
  expect(warnings()[0]).toMatch(reason)
  expect(namesOf(banks.current())).toEqual(['Альфа'])
  await write(textOf(['Гамма']), 2)
  await expect.poll(() => namesOf(banks.current())).toEqual(['Гамма'])
})

const many = (count: number) => Array.from({ length: count }, (_, i) => `Банк ${i}`)

it.each([
  ['a tenth of the banks', 20],
  ['less than half of the banks', 99],
])('keeps the last good list when the new one has %s, and says how to mean it', async (_, count) => {
  await write(textOf(many(200)))
  const banks = await start()
  await write(textOf(many(count)), 1)
  await expect.poll(() => warnings()).toHaveLength(1)
  expect(warnings()[0]).toBe(
    `has ${count} banks where 200 were, which looks cut; raise its version above 1.0 to mean it`,
  )
  expect(namesOf(banks.current())).toHaveLength(200)
  await write(textOf(many(count), { version: '1.1' }), 2)
  await expect.poll(() => namesOf(banks.current())).toHaveLength(count)
})

it('lets banks leave one by one, and short lists be rewritten', async () => {
  await write(textOf(many(20)))
  const banks = await start()
  for (const [minute, count] of [12, 9, 2].entries()) {
    await write(textOf(many(count)), minute + 1)
    await expect.poll(() => namesOf(banks.current())).toHaveLength(count)
  }
  expect(warnings()).toEqual([])
})

it('never shows an address that is not a bank’s https page, nor a scheme that is not a bank’s', async () => {
  const foreign = ['http://bank.example/sbp', 'javascript:alert(1)', 'https://bank.example@evil.test/']
  await write(
    JSON.stringify({
      version: '1.0',
      dictionary: [
        ...foreign.map((webClientUrl, i) => ({
          bankName: `Банк ${i}`,
          schema: `bank${100_000_000_000 + i}`,
          isWebClientActive: 'true',
          webClientUrl,
          logoURL: 'https://evil.test/logo.png',
        })),
        { bankName: 'Чужой', schema: 'javascript' },
        { bankName: 'Другой', schema: 'https' },
      ],
    }),
  )
  const banks = await start()
  expect(namesOf(banks.current())).toEqual(['Банк 0', 'Банк 1', 'Банк 2'])
  expect(banks.current().body).not.toMatch(/evil|javascript|http/)
})

it('ignores a file that says it is older, whenever it was written', async () => {
  await write(textOf(['Альфа'], { updatedAt: '2026-11-20T00:00:00Z' }))
  const banks = await start()
  await write(textOf(['Бета'], { updatedAt: '2026-11-19T00:00:00Z' }), 5)
  await expect.poll(() => warnings()).toHaveLength(1)
  expect(namesOf(banks.current())).toEqual(['Альфа'])
})

it('ignores an older file put back in the place of a newer one', async () => {
  await write(textOf(['Альфа']), 10)
  const banks = await start()
  await write(textOf(['Бета']), 9)
  await expect.poll(() => warnings()).toHaveLength(1)
  expect(warnings()[0]).toMatch(/is of 2026-11-24T12:09:00.000Z, older than 2026-11-24T12:10/)
  expect(namesOf(banks.current())).toEqual(['Альфа'])
})

it('keeps the last good list when the file goes away, or becomes a folder', async () => {
  await write(textOf(['Альфа']))
  const banks = await start()
  await unlink(file)
  await expect.poll(() => warnings()).toContain('cannot be read: ENOENT')
  await mkdir(file)
  await expect.poll(() => warnings()).toContain('is not a file')
  expect(namesOf(banks.current())).toEqual(['Альфа'])
})

it('follows a link that is replaced, as mounted configuration is', async () => {
  const one = join(folder, 'one.json')
  const two = join(folder, 'two.json')
  await writeFile(one, textOf(['Альфа']))
  await utimes(one, 1_700_000_000, 1_700_000_000)
  await writeFile(two, textOf(['Бета']))
  await symlink(one, file)
  const banks = await start()
  await unlink(file)
  await symlink(two, file)
  await expect.poll(() => namesOf(banks.current())).toEqual(['Бета'])
})

it('says which banks were left out of a good file', async () => {
  await write(
    JSON.stringify({ version: '1.0', dictionary: [{ bankName: 'Альфа', schema: 'bank100000000000' }, {}] }),
  )
  await start()
  expect(logs.map(({ message }) => message)).toContain('SBP banks left out')
})
