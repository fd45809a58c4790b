import { join } from 'node:path'
import type { Plugin } from 'esbuild'

const FILES: Readonly<Record<string, string>> = {
  ky: 'ky.ts',
  'zod/mini': 'zod-mini.ts',
  lit: 'lit.ts',
  '@lit/reactive-element': 'reactive-element.ts',
}

/** Puts the small modules of `src/script` in the place of ky, zod/mini and lit. */
export function standIns(root: string): Plugin {
  return {
    name: 'stand-ins',
    setup(build) {
      build.onResolve({ filter: /^(ky|zod\/mini|(@lit\/reactive-element|lit))$/ }, ({ path }) => ({
        path: join(root, 'src/script', FILES[path] as string),
        sideEffects: false,
      }))
    },
  }
}
