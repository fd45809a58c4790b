import { invalid } from './refusal.ts'

interface Listed {
  readonly id: string
  readonly status: string
  readonly createdAt: number
}

/** GET /v3/payments and GET /v3/refunds: newest first, a page at a time. */
export function listPage<T extends Listed>(
  all: readonly T[],
  query: URLSearchParams,
  toObject: (item: T) => object,
): object {
  const limit = readLimit(query)
  const isWithin = readPeriod(query)
  const status = query.get('status')
  const found = all
    .filter((item) => isWithin(item.createdAt) && (status === null || item.status === status))
    .reverse()
  const cursor = query.get('cursor')
  const start = cursor === null ? 0 : found.findIndex(({ id }) => id === cursor)
  if (start < 0) throw invalid('cursor', 'The cursor is unknown')
  const next = found[start + limit]
  return {
    type: 'list',
    items: found.slice(start, start + limit).map(toObject),
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

function readPeriod(query: URLSearchParams): (at: number) => boolean {
  const edge = (name: string) => {
    const text = query.get(`created_at.${name}`)
    if (text === null) return undefined
    const at = Date.parse(text)
    if (Number.isNaN(at)) throw invalid(`created_at.${name}`, 'A time is in ISO 8601')
    return at
  }
  const [gte, gt, lte, lt] = [edge('gte'), edge('gt'), edge('lte'), edge('lt')]
  return (at) =>
    (gte === undefined || at >= gte) &&
    (gt === undefined || at > gt) &&
    (lte === undefined || at <= lte) &&
    (lt === undefined || at < lt)
}
