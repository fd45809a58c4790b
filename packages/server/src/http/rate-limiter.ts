import { ApiProblem } from '../api-problem.ts'

/** Token buckets by key, in memory. The least recently used are forgotten, which only ever forgives. */
export interface RateLimiter {
  /** @throws ApiProblem `rate_limited` when the bucket of this key is empty. */
  take(key: string): void
}

export interface RateLimiterOptions {
  readonly burst: number
  readonly perSecond: number
  /** Milliseconds; only differences matter. */
  readonly now: () => number
  readonly maxKeys?: number | undefined
}

export function createRateLimiter({
  burst,
  perSecond,
  now,
  maxKeys = 20_000,
}: RateLimiterOptions): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    take(key) {
      const at = now()
      const former = buckets.get(key)
      const elapsedSeconds = former ? Math.max(0, at - former.at) / 1000 : 0
      const tokens = former ? Math.min(burst, former.tokens + elapsedSeconds * perSecond) : burst
      // Deleted first: a Map keeps the order of insertion, which is then the order of use.
      buckets.delete(key)
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at })
      if (buckets.size > maxKeys) {
        const [oldest] = buckets.keys()
        if (oldest !== undefined) buckets.delete(oldest)
      }
      if (tokens < 1)
        throw new ApiProblem('rate_limited', 'too many requests; wait for Retry-After', {
          retryAfterSeconds: (1 - tokens) / perSecond,
        })
    },
  }
}
