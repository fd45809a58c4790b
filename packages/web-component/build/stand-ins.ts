import { join } from 'node:path'
import type { Plugin } from 'esbuild'

/** Puts the small modules of `src/script` in the place of ky, zod/mini, lit and its css tag. */
export function standIns(root: string): Plugin {
  return {
    name: 'stand-ins',
    setup(build) {
      build.onResolve({ filter: /^(ky|zod\/mini|lit)$/ }, ({ path }) => ({
        path: join(root, 'src/script', `${path.replace('/', '-')}.ts`),
        sideEffects: false,
      }))
      build.onResolve({ filter: /\/css-tag\.js$/ }, () => ({
        path: join(root, 'src/script/css-tag.ts'),
        sideEffects: false,
      }))
    },
  }
}
