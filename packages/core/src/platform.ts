import type { Device } from './contract/device.ts'

/** What an HTTP exchange with retries needs from the world. */
export interface TransportPort {
  readonly fetch: typeof globalThis.fetch
  /** Monotonic milliseconds. The wall clock of a buyer's device is never used for a decision. */
  readonly now: () => number
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  /** Calls back once after `ms`. Returns the cancel. */
  readonly after: (ms: number, callback: () => void) => () => void
  /** `false` when the device knows that it has no network. May be wrong either way, so it only delays. */
  readonly isOnline: () => boolean
}

/** The part of `Storage` that is used. Each method may throw. */
export type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** Everything the checkout takes from a browser. Tests pass their own, with a clock they move by hand. */
export interface Platform extends TransportPort {
  /** Milliseconds since 1970 by the device's clock: only to sweep old records out of the storage. */
  readonly wallNow: () => number
  /** A fresh idempotency key: at least 22 unguessable characters. */
  readonly newKey: () => string
  /** Storage shared by the tabs of an origin. Reading the property may throw as well. */
  readonly storage: KeyValueStorage | undefined
  /** What decides which rails can work here. */
  readonly device: () => Device
  readonly isVisible: () => boolean
  /** Calls back when the document is hidden or shown, restored, focused, or gets its network back. Returns the end. */
  readonly onAttention: (listener: () => void) => () => void
  /**
   * Runs while no other tab of the origin runs under this name; tabs take turns. Absent: runs at once. `isCrowded`: so many run
   * under other names that a request of this one must not be held, because browsers open six connections to an origin at most.
   * Rejects when the signal fires before the turn has come.
   */
  readonly exclusive?:
    | (<T>(name: string, signal: AbortSignal, run: (isCrowded?: boolean) => Promise<T>) => Promise<T>)
    | undefined
}
