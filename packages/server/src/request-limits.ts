/** What one request may cost. Above it the answer is 4xx, and nothing more is read. */
export const REQUEST_LIMITS = {
  /** Bytes of a JSON or form body. */
  bodyBytes: 65_536,
  /** Bytes of a provider's notification. */
  notificationBytes: 262_144,
  /** Objects and arrays inside one another. */
  jsonDepth: 32,
  /** All request headers together; more is a 431. Enforced by the Node adapter. */
  headerBytes: 16_384,
  /** The longest `Prefer: wait`. */
  waitSeconds: 25,
  /** Requests held open for one session; one more answers the oldest. */
  waitersPerSession: 2,
} as const

/** Token buckets: `burst` at once, then `perSecond`. */
export const REQUEST_RATES = {
  /** For one session, whatever token is used. */
  session: { burst: 50, perSecond: 5 },
  /** For one address, counting only requests without a valid credential: carriers put thousands of buyers behind one. */
  unauthenticated: { burst: 100, perSecond: 10 },
} as const
