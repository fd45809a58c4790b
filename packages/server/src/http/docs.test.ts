import { readFileSync } from 'node:fs'
import { FAILURE_CODES, PROBLEM_STATUS, type ProblemCode } from '@teabrick/core/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API, type ApiRig, createApiRig, SECRET_KEY } from '../api-rig.ts'
import { CLIENT_ERROR_DOCS } from './client-error-docs.ts'
import { PROBLEM_DOCS } from './problem-docs.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const errors = read('../../../../docs/errors.md')
const api = read('../../../../docs/api.md')
const payErrorCodes = [
  ...(/PAY_ERROR_CODES = \[([^\]]*)\]/.exec(read('../../../core/src/errors.ts'))?.[1]?.matchAll(/'(\w+)'/g) ??
    []),
].map(([, code]) => code)

describe('docs/errors.md', () => {
  it.each(Object.keys(PROBLEM_STATUS) as ProblemCode[])('explains %s as the server does', (code) => {
    const { title, remedy } = PROBLEM_DOCS[code]
    expect(errors).toContain(`### \`${code}\`\n\n${PROBLEM_STATUS[code]}. ${title}. ${remedy}\n`)
  })

  it.each(Object.entries(CLIENT_ERROR_DOCS))('explains %s as the error page does', (code, text) => {
    expect(errors).toContain(`### \`${code}\`\n\n${text}\n`)
  })

  it('leaves no code of an element without a place on the error page', () => {
    const met = payErrorCodes.filter((code) => !code?.startsWith('webhook_'))
    expect(Object.keys({ ...PROBLEM_DOCS, ...CLIENT_ERROR_DOCS })).toEqual(expect.arrayContaining(met))
  })

  it('has a heading for every code of a PayError', () => {
    expect(payErrorCodes.length).toBeGreaterThan(10)
    for (const code of payErrorCodes) expect(errors).toContain(`### \`${code}\``)
  })

  it('names every failure code', () => {
    for (const code of FAILURE_CODES) expect(errors).toContain(`\`${code}\``)
  })

  it('has no heading for a code that is gone', () => {
    const known: readonly (string | undefined)[] = [...Object.keys(PROBLEM_STATUS), ...payErrorCodes]
    for (const [, code] of errors.matchAll(/^### `(\w+)`/gm)) expect(known).toContain(code)
  })
})

describe('docs/api.md', () => {
  let rig: ApiRig
  beforeAll(async () => {
    rig = await createApiRig()
  })
  afterAll(() => rig.close())

  it('has examples that run', async () => {
    const examples = [...api.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code)
    const world: Record<string, unknown> = {
      fetch: (url: string, init: RequestInit) => rig.api.fetch(new Request(url, init)),
      apiUrl: API,
      secretKey: SECRET_KEY,
    }
    const run = async (code: string | undefined, result: string): Promise<Record<string, unknown>> => {
      const AsyncFunction = (async () => {}).constructor as FunctionConstructor
      return new AsyncFunction(...Object.keys(world), `${code}; return ${result}`)(...Object.values(world))
    }
    expect(examples).toHaveLength(2)
    const { response, session } = await run(examples[0], '{ response, session }')
    expect(response).toMatchObject({ status: 201 })
    world['clientToken'] = (session as { clientToken: string }).clientToken
    const { view, next } = await run(examples[1], '{ view, next }')
    expect(view).toMatchObject({ merchant: { name: 'Чайная лавка' } })
    expect(next).toMatchObject({ status: 304 })
  })

  it('names every route', async () => {
    const document = (await (await rig.fetch('/openapi.json')).json()) as { paths: Record<string, object> }
    for (const path of Object.keys(document.paths)) {
      if (path.startsWith('/c/{token}/')) continue
      expect(api).toContain(path.replace('{token}', path.startsWith('/c/') ? '{lt_…}' : '{st_…}'))
    }
  })
})
