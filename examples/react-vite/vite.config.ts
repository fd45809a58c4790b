import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// `vite build` makes the browser's files, `vite build --ssr` the server that renders the same page.
export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react()],
  build: isSsrBuild
    ? { outDir: 'dist/server', rolldownOptions: { input: 'src/main.ts' }, target: 'node20' }
    : { outDir: 'dist/client' },
}))
