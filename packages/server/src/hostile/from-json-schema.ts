import fc from 'fast-check'

/** As much of JSON Schema as the contract's schemas use. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly format?: string
}

/** Values that a schema describes, most of them; what it says by patterns is left to the near misses. */
export function fromJsonSchema(
  schema: JsonSchema,
  components: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> {
  const make = (inner: JsonSchema): fc.Arbitrary<unknown> => fromJsonSchema(inner, components)
  if (schema.$ref !== undefined) {
    const target = components[schema.$ref.split('/').at(-1) ?? '']
    if (target === undefined) throw new Error(`no ${schema.$ref}`)
    return make(target)
  }
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const variants = schema.anyOf ?? schema.oneOf
  if (variants !== undefined) return fc.oneof(...variants.map(make))
  if (schema.allOf !== undefined) return make(schema.allOf[0] ?? {})
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objects(schema, make)
    case 'array':
      return fc.array(make(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      })
    case 'integer':
    case 'number':
      return fc.integer({
        min: schema.minimum ?? (schema.exclusiveMinimum ?? -1) + 1,
        max: Math.min(schema.maximum ?? 1e9, 1e12),
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return strings(schema)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function objects(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  make: (schema: JsonSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, make(schema)])),
    { requiredKeys: [...required] },
  )
  if (typeof additionalProperties !== 'object') return known
  const more = fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), make(additionalProperties), {
    maxKeys: 3,
  })
  return fc.tuple(more, known).map(([extra, own]) => ({ ...extra, ...own }))
}

function strings({ minLength = 0, maxLength = 60, pattern, format }: JsonSchema): fc.Arbitrary<string> {
  const plain = fc.string({
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 60)),
    unit: 'grapheme',
  })
  const said = [
    ...(format === 'date-time' ? ['2026-11-23T09:00:00Z', '2099-01-01T00:00:00+03:00'] : []),
    ...(format === 'uri' || format === 'url' ? ['https://shop.example/thanks'] : []),
    'RUB',
    'sbp',
    'alipay',
    'ru',
    '+79991234567',
    'a@shop.example',
    'https://shop.example/x',
    '1',
  ]
  return pattern === undefined && format === undefined
    ? fc.oneof(plain, fc.constantFrom(...said))
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...said) }, { weight: 1, arbitrary: plain })
}

/** The same with one thing wrong: a member gone, one too many, of another type, or far too large. */
export function nearMiss(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      null,
      -1,
      0.5,
      1e21,
      '',
      '\u0000',
      '\ud800',
      'x'.repeat(5000),
      [],
      {},
      '__proto__',
    ),
  )
  return fc
    .tuple(valid, fc.array(fc.nat(20), { maxLength: 4 }), strange, fc.nat(2))
    .map(([value, path, other, how]) => {
      const copy: unknown = structuredClone(value)
      if (typeof copy !== 'object' || copy === null) return other
      let target = copy as Record<string, unknown>
      for (const step of path) {
        const names = Object.keys(target)
        const next = target[names[step % Math.max(1, names.length)] ?? '']
        if (typeof next !== 'object' || next === null) break
        target = next as Record<string, unknown>
      }
      const names = Object.keys(target)
      const name = names[(path[0] ?? 0) % Math.max(1, names.length)] ?? 'x'
      if (how === 0) target[name] = other
      else if (how === 1) delete target[name]
      else target[`${name}x`] = other
      return copy
    })
}
