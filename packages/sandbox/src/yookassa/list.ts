import { invalid } from './refusal.ts'

interface Listed {
  readonly id: string
  readonly status: string
  readonly createdAt: number
  readonly capturedAt?: number | undefined
  readonly method?: { readonly type: string } | undefined
}

/** GET /v3/payments and GET /v3/refunds: newest first, a page at a time. */
export function listPage<T extends Listed>(
  all: readonly T[],
  query: URLSearchParams,
  toObject: (item: T) => object,
): object {
  const limit = readLimit(query)
  const isCreatedWithin = readPeriod(query, 'created_at')
  const isCapturedWithin = readPeriod(query, 'captured_at')
  const [status, method] = [query.get('status'), query.get('payment_method')]
  const isWanted = (item: T) =>
    isCreatedWithin(item.createdAt) &&
    isCapturedWithin(item.capturedAt) &&
    (status === null || item.status === status) &&
    (method === null || item.method?.type === method)
  const newestFirst = [...all].reverse()
  const cursor = query.get('cursor')
  const start = cursor === null ? 0 : newestFirst.findIndex(({ id }) => id === cursor)
  if (start < 0) throw invalid('cursor', 'The cursor is unknown')
  const found = newestFirst.slice(start).filter(isWanted)
  const next = found[limit]
  return {
    type: 'list',
    items: found.slice(0, limit).map(toObject),
    ...(next === undefined ? {} : { next_cursor: next.id }),
  }
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit') ?? '10'
  const limit = Number(text)
  if (!/^\d{1,3}$/.test(text) || limit < 1 || limit > 100)
    throw invalid('limit', 'The limit is from 1 to 100')
  return limit
}

/** Of the time it is about, only what is asked counts: what never was captured is not within any period. */
function readPeriod(
  query: URLSearchParams,
  field: 'created_at' | 'captured_at',
): (at: number | undefined) => boolean {
  const edge = (name: string) => {
    const text = query.get(`${field}.${name}`)
    if (text === null) return undefined
    const at = Date.parse(text)
    if (Number.isNaN(at)) throw invalid(`${field}.${name}`, 'A time is in ISO 8601')
    return at
  }
  const [gte, gt, lte, lt] = [edge('gte'), edge('gt'), edge('lte'), edge('lt')]
  if ([gte, gt, lte, lt].every((limit) => limit === undefined)) return () => true
  return (at) =>
    at !== undefined &&
    (gte === undefined || at >= gte) &&
    (gt === undefined || at > gt) &&
    (lte === undefined || at <= lte) &&
    (lt === undefined || at < lt)
}
