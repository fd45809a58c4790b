import { execFileSync } from 'node:child_process'
import { matchesGlob, relative } from 'node:path'
import { expect, it } from 'vitest'
import config from '../vitest.config.ts'
import { root } from './pnpm.mjs'

interface Project {
  readonly root?: string
  readonly test: { readonly name: string; readonly include: string[]; readonly exclude?: string[] }
}

const projects = (config.test?.projects ?? []) as readonly Project[]

it('runs every test file, and none twice', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.test\.tsx?$/.test(file))
  expect(files.length).toBeGreaterThan(50)
  const owners = files.map((file) => [
    file,
    projects.filter((project) => owns(project, file)).map(({ test }) => test.name),
  ])
  expect(owners.filter(([, names]) => names?.length !== 1)).toEqual([])
})

function owns({ root: folder, test }: Project, file: string): boolean {
  const path = folder ? relative(folder, `${root}/${file}`) : file
  const matches = (globs: readonly string[] = []): boolean => globs.some((glob) => matchesGlob(path, glob))
  return !path.startsWith('..') && matches(test.include) && !matches(test.exclude)
}
