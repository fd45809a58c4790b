import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, SECRET_KEY } from '../api-rig.ts'
import { fromJsonSchema, type JsonSchema, nearMiss } from './from-json-schema.ts'

// 10,000 and more per endpoint: TEABRICK_FUZZ=10000.
const RUNS = Number(process.env['TEABRICK_FUZZ'] ?? 120)

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> }
}

let rig: ApiRig
const rejections: unknown[] = []
const onRejection = (reason: unknown) => void rejections.push(reason)
beforeAll(async () => {
  process.on('unhandledRejection', onRejection)
  rig = await createApiRig()
})
afterAll(async () => {
  await rig.close()
  process.off('unhandledRejection', onRejection)
})

const id = fc.oneof(
  fc.constantFrom(
    'cs_0000000000000000000000',
    'pay_0000000000000000000000_1',
    're_0000000000000000000000_1',
    'evt_0000000000000000000000_1',
    'yookassa:sbp',
    'yookassa',
    '..',
    '%00',
    '%ff',
  ),
  fc
    .string({ maxLength: 80, unit: 'grapheme' })
    .map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))),
)
const headerText = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
})

/** What this API says it takes. */
async function operations() {
  const api = await createApiRig()
  const document = (await (await api.fetch('/openapi.json')).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
  }
  await api.close()
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
      schemas: document.components.schemas,
    })),
  )
}

describe('an endpoint answers nothing with a 5xx and leaves nothing unhandled', async () => {
  it.each(await operations())('$name', { timeout: 600_000 }, async ({ method, path, operation, schemas }) => {
    const schema = operation.requestBody?.content['application/json']?.schema
    const valid = schema === undefined ? fc.constant({}) : fromJsonSchema(schema, schemas)
    const body = fc.oneof(
      valid.map((value) => JSON.stringify(value)),
      nearMiss(valid).map((value) => JSON.stringify(value) ?? ''),
      fc.json(),
      fc.string({ unit: 'binary', maxLength: 300 }),
    )
    let { id: sessionId, clientToken } = await rig.session()
    let runs = 0
    await fc.assert(
      fc.asyncProperty(body, id, headerText, fc.nat(3), async (text, wrongId, header, mood) => {
        // A session takes fifty requests at once and five a second.
        if (++runs % 40 === 0) ({ id: sessionId, clientToken } = await rig.session())
        const url = path
          .replace(/\{(\w+)\}/g, () =>
            mood === 0 ? wrongId : path.includes('sessions') ? sessionId : wrongId,
          )
          .concat(mood === 1 ? `?${encodeURIComponent(header)}=${encodeURIComponent(header)}` : '')
        const isOpen = operation.security?.some((each) => 'merchant' in each) !== true
        const response = await rig.fetch(
          url,
          {
            method,
            headers: {
              authorization: mood === 2 ? header : `Bearer ${isOpen ? clientToken : SECRET_KEY}`,
              ...(method === 'GET' ? { prefer: 'wait=0' } : { 'content-type': 'application/json' }),
              ...(mood === 3
                ? { 'idempotency-key': header || 'x', 'if-none-match': header }
                : { 'idempotency-key': newKey() }),
            },
            ...(method === 'GET' ? {} : { body: text }),
          },
          `198.51.${runs % 250}.${Math.floor(runs / 250) % 250}`,
        )
        await response.arrayBuffer()
        expect(response.status, `${method} ${url} ${text}`).toBeLessThan(500)
      }),
      { numRuns: RUNS },
    )
    expect(rejections).toEqual([])
    expect(rig.logs.filter(({ level }) => level === 'error')).toEqual([])
  })
})
