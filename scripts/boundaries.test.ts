import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkBoundaries, readTree } from './boundaries.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const server = {
  name: '@teabrick/server',
  dependencies: { '@teabrick/core': 'workspace:*', hono: '1', kysely: '1' },
}

/** The rules broken by one file, in a tree that has the other files too. */
function broken(path: string, text: string, others: Record<string, string> = {}): string[] {
  const files = new Map(Object.entries({ ...others, [path]: text }))
  return checkBoundaries({ files, manifests: new Map([['packages/server', server]]) })
}

describe('checkBoundaries', () => {
  it('finds no violation in this repository', () => {
    const tree = readTree(root)
    expect(tree.files.size).toBeGreaterThan(100)
    expect(checkBoundaries(tree)).toEqual([])
  })

  it.each([
    ['packages/core/src/money.ts', "import 'lit'", 'imports lit: core knows ky, zod/mini and itself'],
    ['packages/core/src/money.ts', "import * as z from 'zod'", 'imports zod: core knows'],
    ['packages/core/src/watch.ts', 'setTimeout(() => {}, 1)', 'uses setTimeout: only browser.ts'],
    ['packages/core/src/device.ts', 'globalThis.navigator', 'uses navigator: only browser.ts'],
    ['packages/web-component/src/events.ts', "import '@teabrick/server'", 'the web component knows core'],
    ['packages/react/src/use-pay.ts', "import 'lit'", 'the React bindings know'],
    [
      'packages/server/src/links.ts',
      "import '@teabrick/core'",
      'the server knows the contract and the banks only',
    ],
    ['packages/server/src/links.ts', "import 'node:http'", 'nothing else knows node:http'],
    ['packages/server/src/links.ts', "import { Hono } from 'hono'", 'hono stays in http/'],
    ['packages/server/src/http/app.ts', "import { sql } from 'kysely'", 'kysely and pg stay in store/'],
    ['packages/sandbox/src/node.test.ts', "import '@teabrick/core/contract'", 'the sandbox knows none'],
    ['packages/server/src/providers/acme.ts', "import '../clock.ts'", 'a provider knows provider.ts'],
    ['packages/server/src/providers/acme.ts', "import './yookassa.ts'", 'a provider knows provider.ts'],
    ['packages/server/src/domain/draft.ts', "import '../store/store.ts'", 'the domain knows no HTTP'],
    ['packages/server/src/domain/draft.ts', "import 'node:crypto'", 'the domain knows no HTTP'],
    ['packages/server/src/domain/draft.ts', 'Date.now()', 'uses Date.now: the domain is pure'],
    ['packages/server/src/domain/draft.ts', 'new Date()', 'uses new-Date(): the domain is pure'],
    ['packages/server/src/domain/draft.ts', 'Math.random()', 'uses Math.random: the domain is pure'],
    ['packages/server/src/log.ts', "import '../../core/src/money.ts'", 'reaches another one by its name'],
    ['packages/server/src/log.ts', "import pino from 'pino'", '@teabrick/server does not declare pino'],
  ])('refuses in %s: %s', (path, text, line) => {
    expect(broken(path, text)).toEqual([expect.stringContaining(line)])
  })

  it.each([
    ['packages/server/src/providers/acme.ts', "import '../provider.ts'; import '../signatures/hmac.ts'"],
    ['packages/server/src/domain/draft.ts', "import '@teabrick/core/contract'; new Date(0)"],
    ['packages/server/src/http/app.ts', "import { Hono } from 'hono'"],
    ['packages/core/src/browser.ts', 'setTimeout(() => document.title, 1)'],
    ['packages/server/src/simulation/world.ts', "import '@teabrick/core'"],
    ['packages/server/src/links.test.ts', "import '@teabrick/sandbox'; import 'vitest'"],
  ])('lets %s have: %s', (path, text) => {
    expect(broken(path, text)).toEqual([])
  })

  it('lets what only tests import have what tests have, and no other file', () => {
    const rig = "import '@teabrick/sandbox'"
    const importer = "import './rig.ts'"
    expect(broken('packages/server/src/rig.ts', rig, { 'packages/server/src/a.test.ts': importer })).toEqual(
      [],
    )
    expect(broken('packages/server/src/rig.ts', rig, { 'packages/server/src/a.ts': importer })).toHaveLength(
      2,
    )
  })
})
