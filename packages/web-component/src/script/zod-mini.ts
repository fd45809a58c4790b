/**
 * In the place of zod/mini in the script-tag builds: the few schema builders that the checkout's answers are described
 * with, for 0.6 kB instead of 7. Same results on the same answers (see the test); only the error has no details. The npm build
 * uses zod.
 */
export interface Schema<T = unknown> {
  /** @throws TypeError */
  readonly parse: (value: unknown) => T
  readonly safeParse: (
    value: unknown,
  ) => { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown }
  readonly check: (...checks: readonly Schema[]) => Schema<T>
  readonly isOptional: boolean
}

type Shape = Readonly<Record<string, Schema>>

function schema<T>(parse: (value: unknown) => T, isOptional = false): Schema<T> {
  return {
    parse,
    isOptional,
    safeParse(value) {
      try {
        return { success: true, data: parse(value) }
      } catch (error) {
        return { success: false, error }
      }
    },
    check: (...checks) =>
      schema((value) => {
        const parsed = parse(value)
        for (const check of checks) check.parse(parsed)
        return parsed
      }),
  }
}

function that<T>(isIt: (value: never) => boolean): Schema<T> {
  return schema((value) => {
    if (!isIt(value as never)) throw new TypeError()
    return value as T
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function members(shape: Shape, value: Record<string, unknown>): Record<string, unknown> {
  const parsed: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(shape)) {
    // Own members only: a page may have put anything on `Object.prototype`.
    const isThere = Object.hasOwn(value, name)
    if (isThere || !member.isOptional) parsed[name] = member.parse(isThere ? value[name] : undefined)
  }
  return parsed
}

const aRecord = /* @__PURE__ */ that<Record<string, unknown>>(isRecord)

export const string = (): Schema<string> => that((value) => typeof value === 'string')
export const number = (): Schema<number> => that(Number.isFinite)
export const boolean = (): Schema<boolean> => that((value) => typeof value === 'boolean')
export const unknown = (): Schema => schema((value) => value)
export const array = <T>(item: Schema<T>): Schema<T[]> =>
  schema((value) => that<unknown[]>(Array.isArray).parse(value).map(item.parse))
export const object = (shape: Shape): Schema => schema((value) => members(shape, aRecord.parse(value)))
export const looseObject = (shape: Shape): Schema =>
  schema((value) => ({ ...aRecord.parse(value), ...members(shape, value as Record<string, unknown>) }))
export const record = (_key: Schema, item: Schema): Schema =>
  schema((value) =>
    Object.fromEntries(Object.entries(aRecord.parse(value)).map(([name, each]) => [name, item.parse(each)])),
  )
export const nullable = <T>(inner: Schema<T>): Schema<T | null> =>
  schema((value) => (value === null ? null : inner.parse(value)))
export const optional = <T>(inner: Schema<T>): Schema<T | undefined> =>
  schema((value) => (value === undefined ? undefined : inner.parse(value)), true)
export const regex = (pattern: RegExp): Schema => that((value: string) => pattern.test(value))
export const int = (): Schema<number> => that(Number.isSafeInteger)
export const gte = (least: number): Schema => that((value: number) => value >= least)
export const lte = (most: number): Schema => that((value: number) => value <= most)
