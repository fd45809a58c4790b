import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findChromium } from './chromium.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teabrick-chromium-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function program(...path: string[]): string {
  const file = join(folder, ...path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '', { mode: 0o755 })
  return file
}

describe('findChromium', () => {
  it('takes CHROMIUM_PATH before anything else', () => {
    const chosen = program('chosen')
    program('bin', 'chromium')
    expect(findChromium({ CHROMIUM_PATH: chosen, PATH: join(folder, 'bin') })).toBe(chosen)
  })

  it('refuses a CHROMIUM_PATH that names no program, rather than take another one', () => {
    const path = join(folder, 'nothing')
    expect(() => findChromium({ CHROMIUM_PATH: path, PATH: '' })).toThrow(
      `CHROMIUM_PATH is ${path}, which is not an executable file: correct or unset it`,
    )
  })

  it('looks on the path, in its order', () => {
    const chrome = program('b', 'google-chrome')
    expect(findChromium({ PATH: [join(folder, 'a'), join(folder, 'b')].join(delimiter) }, 'linux')).toBe(
      chrome,
    )
  })

  it("takes the newest of Playwright's own browsers", () => {
    program('browsers', 'chromium-999', 'chrome-linux', 'chrome')
    const newest = program(
      'browsers',
      'chromium-1200',
      'chrome-mac-arm64',
      'Google Chrome for Testing.app',
      'Contents',
      'MacOS',
      'Google Chrome for Testing',
    )
    expect(findChromium({ HOME: folder, PLAYWRIGHT_BROWSERS_PATH: join(folder, 'browsers') }, 'darwin')).toBe(
      newest,
    )
  })

  it('says in one line what to install when there is none', () => {
    const find = () => findChromium({ HOME: folder, PATH: '' }, 'darwin')
    expect(find).toThrow(/^No Chromium found: install .*CHROMIUM_PATH.*$/)
  })
})
