import fc from 'fast-check'
import { fromJsonSchema, type JsonSchema, nearMiss } from './from-json-schema.ts'

/** One endpoint as the OpenAPI document has it. */
export interface FuzzedEndpoint {
  /** `POST /v1/sessions` */
  readonly name: string
  readonly method: string
  readonly path: string
  /** Whether it takes the merchant's key; others take a checkout's token or nothing. */
  readonly isMerchants: boolean
  readonly schema: JsonSchema | undefined
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> }
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

/** Every endpoint the API says it has. */
export function endpointsOf({ paths, components }: OpenApiDocument): readonly FuzzedEndpoint[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => ({
      name: `${verb.toUpperCase()} ${path}`,
      method: verb.toUpperCase(),
      path,
      isMerchants: operation.security?.some((each) => 'merchant' in each) === true,
      schema: operation.requestBody?.content['application/json']?.schema,
      schemas: components.schemas,
    })),
  )
}

/** What is put into a request: a body as text, ids that may be wrong, header values. */
export interface FuzzInput {
  readonly body: string
  readonly wrongId: string
  readonly header: string
  /** Which part of the request is wrong: 0 the ids, 1 the query, 2 the credential, 3 the key and the tag. */
  readonly mood: number
}

/** @param good A body that is taken, to go on from: most of what a schema allows is refused for a reason no schema can say. */
export function fuzzInputs(
  { schema, schemas }: FuzzedEndpoint,
  good: Readonly<Record<string, unknown>> = {},
): fc.Arbitrary<FuzzInput> {
  const valid = schema === undefined ? fc.constant({}) : fromJsonSchema(schema, schemas)
  const nearlyGood = fc.tuple(valid, fc.array(fc.nat(20), { maxLength: 2 })).map(([value, picks]) => {
    const given = Object.entries(typeof value === 'object' && value !== null ? value : {})
    const taken = picks.flatMap((pick) => given.slice(pick, pick + 1))
    return { ...good, ...Object.fromEntries(taken) }
  })
  const body = fc.oneof(
    { weight: 2, arbitrary: nearlyGood.map((value) => JSON.stringify(value)) },
    nearMiss(fc.constant(good)).map((value) => JSON.stringify(value) ?? ''),
    valid.map((value) => JSON.stringify(value)),
    nearMiss(valid).map((value) => JSON.stringify(value) ?? ''),
    fc.json(),
    fc.string({ unit: 'binary', maxLength: 300 }),
  )
  return fc.record({ body, wrongId, header, mood: fc.nat(3) })
}

const wrongId = fc.oneof(
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

const header = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
})

/** The path with its ids, of which one is wrong in the mood for it, and with a query that nobody asked for. */
export function fuzzedUrl(
  { path }: FuzzedEndpoint,
  { wrongId: wrong, header: text, mood }: FuzzInput,
  known: (name: string) => string,
): string {
  const query = mood === 1 ? `?${encodeURIComponent(text)}=${encodeURIComponent(text)}` : ''
  return `${path.replace(/\{(\w+)\}/g, (_, name: string) => (mood === 0 ? wrong : known(name)))}${query}`
}

/**
 * The headers of a fuzzed request.
 *
 * @param token What would be right.
 * @param key A new idempotency key.
 */
export function fuzzedHeaders(
  { method }: FuzzedEndpoint,
  { header: text, mood }: FuzzInput,
  { token, key }: { readonly token: string; readonly key: string },
): Record<string, string> {
  return {
    authorization: mood === 2 ? text : `Bearer ${token}`,
    ...(method === 'GET' ? { prefer: 'wait=0' } : { 'content-type': 'application/json' }),
    ...(mood === 3 ? { 'idempotency-key': text || 'x', 'if-none-match': text } : { 'idempotency-key': key }),
  }
}
