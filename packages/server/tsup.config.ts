import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    node: 'src/node.ts',
    cli: 'src/cli.ts',
    'signatures/index': 'src/signatures/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: ['esm'],
  platform: 'node',
  target: 'node20',
  dts: { compilerOptions: { paths: {} } },
  sourcemap: true,
  clean: true,
})
