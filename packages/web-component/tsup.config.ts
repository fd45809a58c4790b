import { copyFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'
import { writeDescriptions } from './build/describe-elements.ts'
import { hashedChunks } from './build/hashed-chunks.ts'
import { inlineParts } from './build/inline-parts.ts'
import { minifyScript } from './build/minify-script.ts'
import { minifyTemplates } from './build/minify-templates.ts'
import { standIns } from './build/stand-ins.ts'

const root = import.meta.dirname

/** For pages without a bundler: everything inside, nothing left to resolve. */
const script: Options = {
  entry: { 'pay-button': 'src/script/main.ts' },
  target: 'es2022',
  platform: 'browser',
  noExternal: [/.*/],
  minify: true,
  plugins: [{ name: 'minify-script', renderChunk: async (code) => ({ code: await minifyScript(code) }) }],
  splitting: false,
  define: { 'process.env.NODE_ENV': '"production"' },
  esbuildOptions(options) {
    options.conditions = ['production', 'browser']
    options.charset = 'utf8'
    options.legalComments = 'none'
    options.logOverride = { 'import-is-undefined': 'silent' }
  },
}

export default defineConfig([
  {
    entry: ['src/index.ts', 'src/define.ts'],
    format: ['esm'],
    target: 'es2022',
    dts: { compilerOptions: { paths: {} } },
    sourcemap: true,
    esbuildPlugins: [minifyTemplates],
    esbuildOptions(options) {
      options.charset = 'utf8'
    },
    async onSuccess() {
      await copyFile('src/pay-button.css', 'dist/pay-button.css')
      await writeDescriptions(root)
    },
  },
  {
    ...script,
    format: ['esm'],
    esbuildPlugins: [hashedChunks(root), standIns(root), minifyTemplates],
  },
  {
    ...script,
    format: ['iife'],
    outExtension: () => ({ js: '.classic.js' }),
    esbuildPlugins: [inlineParts(root), standIns(root), minifyTemplates],
  },
])
