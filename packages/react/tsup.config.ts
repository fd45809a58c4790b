import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'es2022',
  dts: { compilerOptions: { paths: {} } },
  sourcemap: true,
  clean: true,
  // Everything here is for client components; server components can import it and pass props.
  banner: { js: "'use client'" },
})
