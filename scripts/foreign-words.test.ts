import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './pnpm.mjs'

/** What only one machine knows: put together here, so that this file is not found itself. */
const FOREIGN = [
  ['registry', 'npmjs'].join('.'),
  ['', 'work', ''].join('/'),
  ['', 'tmp', 'teabrick', ''].join('/'),
  ['', 'home', ''].join('/'),
  ['', 'Users', ''].join('/'),
]

it('names no registry and no place of one machine', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
  const found = files
    .split('\0')
    .filter((file) => /\.(md|[cm]?[jt]sx?|json|ya?ml|html|css|svg)$|^\.ci\/|^\.npmrc$/.test(file))
    .flatMap((file) => {
      const text = read(file)
      return FOREIGN.filter((word) => text.includes(word)).map((word) => `${file} has ${word}`)
    })
  expect(found).toEqual([])
})

function read(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return '' // deleted, and not committed yet
  }
}
