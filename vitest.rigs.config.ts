import { defineConfig } from 'vitest/config'
import { alias } from './vitest.config.ts'

/** The slow rigs of `npm run test:full`: real processes that are killed, real databases, bad networks. One at a time. */
export default defineConfig({
  resolve: { alias },
  test: {
    name: 'rigs',
    environment: 'node',
    include: ['packages/server/src/rigs/**/*.rig.ts', 'e2e/**/*.rig.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
