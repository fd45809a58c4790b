import { join } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Keeps core's table of apps out of the parts that every purchase loads: `checkout-flow.ts` asks for it by itself where a user
 * agent is not an ordinary browser's. Core's own `deviceFromUserAgent` knows none then.
 *
 * @param root The package's folder.
 */
export function appsApart(root: string): Plugin {
  const core = join(root, '../core/src')
  return {
    name: 'apps-apart',
    setup(build) {
      build.onResolve({ filter: /^\.\/in-app\.ts$/ }, ({ resolveDir }) =>
        resolveDir === core ? { path: join(root, 'src/script/no-apps.ts'), sideEffects: false } : undefined,
      )
      // Past core's index, which the other parts reach: what two parts reach becomes a third file.
      build.onResolve({ filter: /^@teabrick\/core$/ }, ({ importer }) =>
        importer === join(root, 'src/in-app/in-app.ts') ? { path: join(core, 'in-app.ts') } : undefined,
      )
    },
  }
}
