import { minifySync } from 'vite'

/** A second pass after esbuild's: oxc finds 2 % more. */
export function minifyScript(code: string): string {
  const { code: smaller, errors } = minifySync('script.js', code, {
    compress: { target: 'es2022' },
    mangle: true,
  })
  if (errors.length) throw new Error(errors.map(({ message }) => message).join('\n'))
  return smaller
}
