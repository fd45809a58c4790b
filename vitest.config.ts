import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { findChromium } from './scripts/chromium.mjs'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Tests run against the sources, so they need no build first. The longest names come first: aliases match by prefix. */
export const alias = {
  '@teabrick/core/banks': at('./packages/core/src/banks/index.ts'),
  '@teabrick/core/contract': at('./packages/core/src/contract/index.ts'),
  '@teabrick/core/merchant': at('./packages/core/src/merchant/index.ts'),
  '@teabrick/core/testing': at('./packages/core/src/testing/index.ts'),
  '@teabrick/core': at('./packages/core/src/index.ts'),
  '@teabrick/web-component': at('./packages/web-component/src/index.ts'),
  '@teabrick/react': at('./packages/react/src/index.ts'),
  '@teabrick/server/node': at('./packages/server/src/node.ts'),
  '@teabrick/server/signatures': at('./packages/server/src/signatures/index.ts'),
  '@teabrick/server/testing': at('./packages/server/src/testing/index.ts'),
  '@teabrick/server': at('./packages/server/src/index.ts'),
  '@teabrick/sandbox/node': at('./packages/sandbox/src/node.ts'),
  '@teabrick/sandbox': at('./packages/sandbox/src/index.ts'),
}

export default defineConfig({
  test: {
    // The default leaves one core to the terminal; most of these tests wait for sockets and databases.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'packages/{core,server,sandbox}/src/**/*.test.ts',
            'examples/*/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias, conditions: ['browser', 'import', 'default'] },
        ssr: { resolve: { conditions: ['browser', 'import', 'default'] } },
        test: {
          name: 'dom',
          environment: 'happy-dom',
          // Take lit's browser builds, not its `node` ones, which drop @lit/react properties.
          server: { deps: { inline: [/(^|\/)@?lit/] } },
          include: ['packages/{web-component,react}/src/**/*.test.{ts,tsx}'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        root: at('./packages/web-component'),
        resolve: { alias },
        // Everything the tests reach is bundled before, or the first cold run reloads in the middle of a test.
        optimizeDeps: {
          include: ['lit', 'axe-core', '@teabrick/core > ky', '@teabrick/core > zod/mini'],
        },
        test: {
          name: 'chromium',
          include: ['src/**/*.browser.test.ts'],
          api: { host: '127.0.0.1' },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: findChromium(),
                args: [
                  '--no-sandbox',
                  '--disable-gpu',
                  '--disable-quic',
                  '--no-first-run',
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
          // After the others, two at a time: each waits for its browser and its shop more than it computes.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // A browser on a busy machine may miss a beat. What needed a second attempt is named at the end of the run.
          retry: 1,
        },
      },
    ],
  },
})
