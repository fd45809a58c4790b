import { expect, it } from 'vitest'
import { loadSandbox } from './load-sandbox.ts'

it('says in one line what to install when the doubles are missing', async () => {
  const missing = Object.assign(new Error("Cannot find package '@teabrick/sandbox'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  })
  const loading = loadSandbox(() => Promise.reject(missing))
  await expect(loading).rejects.toThrow(/^the drill needs [^\n]*install @teabrick\/sandbox[^\n]*$/)
})

it('does not hide another fault of the package', async () => {
  await expect(loadSandbox(() => Promise.reject(new SyntaxError('broken')))).rejects.toThrow(SyntaxError)
})
