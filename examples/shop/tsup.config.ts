import { defineConfig } from 'tsup'

export default defineConfig([
  {
    entry: ['src/main.ts', 'src/index.ts'],
    format: ['esm'],
    platform: 'node',
    target: 'node20',
    tsconfig: 'tsconfig.build.json',
    sourcemap: true,
    clean: ['!client/**'],
  },
  {
    entry: {
      'cart-page': 'src/client/cart-page.tsx',
      'order-page': 'src/client/order-page.ts',
      'return-page': 'src/client/return-page.ts',
      shop: 'src/client/shop.css',
      drill: 'src/client/drill.css',
    },
    outDir: 'dist/client',
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    tsconfig: 'tsconfig.build.json',
    noExternal: [/.*/],
    minify: true,
    splitting: true,
    clean: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    esbuildOptions(options) {
      options.conditions = ['production', 'browser']
      options.charset = 'utf8'
      options.legalComments = 'linked'
    },
  },
])
