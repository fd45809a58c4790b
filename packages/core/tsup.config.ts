import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'banks/index': 'src/banks/index.ts',
    'contract/index': 'src/contract/index.ts',
    'merchant/index': 'src/merchant/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: ['esm'],
  target: 'es2022',
  dts: { compilerOptions: { paths: {} } },
  sourcemap: true,
  clean: true,
})
