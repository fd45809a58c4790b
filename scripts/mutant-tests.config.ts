import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { MUTANTS } from '../packages/server/src/simulation/mutants.ts'
import { alias } from '../vitest.config.ts'

// Runs tests against sources that lack the guard named by the environment variable MUTANT: `npm run sim -- --mutants` does.

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const id = process.env['MUTANT']
const edits = id === undefined ? [] : MUTANTS.find((mutant) => mutant.id === id)?.edits
if (edits === undefined) throw new Error(`there is no mutant ${id}`)

export default defineConfig({
  root: ROOT,
  resolve: { alias },
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      load(path) {
        const changes = edits.filter(({ file }) => path === `${ROOT}${file}`)
        if (changes.length === 0) return null
        return changes.reduce(
          (source, { file, find, replace }) => {
            if (source.split(find).length !== 2) throw new Error(`${file} does not say exactly once: ${find}`)
            return source.replace(find, () => replace)
          },
          readFileSync(path, 'utf8'),
        )
      },
    },
  ],
  test: {
    include: ['packages/server/src/**/*.test.ts'],
    // What was changed while it was loaded must not be found again by others.
    fsModuleCache: false,
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
