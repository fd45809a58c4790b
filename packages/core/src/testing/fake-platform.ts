import type { Device } from '../contract/device.ts'
import type { KeyValueStorage, Platform } from '../platform.ts'

export interface FakePlatformOptions {
  readonly fetch: typeof globalThis.fetch
  readonly device?: Device | undefined
  /** Shared by platforms that stand for tabs of one origin. Default: an own one. */
  readonly origin?: FakeOrigin | undefined
}

/** What the tabs of one origin share: storage, and the turns they take. */
export interface FakeOrigin {
  readonly storage: KeyValueStorage
  readonly exclusive: NonNullable<Platform['exclusive']>
}

/** A {@link Platform} with a clock that only a test moves. */
export interface FakePlatform extends Platform {
  /** Moves the clock, runs what falls due in order, and lets promises settle in between. */
  readonly advance: (ms: number) => Promise<void>
  /** Lets promises settle without moving the clock. */
  readonly settle: () => Promise<void>
  /** Timers that are set. */
  readonly timerCount: () => number
  /** Listeners for attention that are set. */
  readonly listenerCount: () => number
  readonly setVisible: (visible: boolean) => void
  readonly setOnline: (online: boolean) => void
  /** As the browser does it on a return: `visibilitychange`, `pageshow`, `focus`. */
  readonly pageShow: () => void
}

// Counted over all platforms: a key is never given twice.
let keys = 0

export function createFakeOrigin(): FakeOrigin {
  const items = new Map<string, string>()
  const turns = new Map<string, Promise<unknown>>()
  return {
    storage: {
      get length() {
        return items.size
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => void items.set(name, value),
      removeItem: (name) => void items.delete(name),
    },
    exclusive(name, signal, run) {
      const before = turns.get(name)
      const turn = new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        void Promise.resolve(before).then(() => resolve())
      }).then(() => {
        signal.throwIfAborted()
        return run()
      })
      turns.set(name, Promise.allSettled([before, turn]))
      return turn
    },
  }
}

/** A browser without a browser, for unit tests of anything that is built on the checkout client. */
export function createFakePlatform({
  fetch,
  device = { surface: 'desktop', os: 'linux' },
  origin = createFakeOrigin(),
}: FakePlatformOptions): FakePlatform {
  let nowMs = 0
  let visible = true
  let online = true
  const timers = new Map<object, { readonly at: number; readonly callback: () => void }>()
  const listeners = new Set<{ readonly call: () => void }>()
  const announce = () => {
    for (const { call } of [...listeners]) call()
  }

  // One macrotask settles any chain of promises that waits for nothing else; a body read takes a few.
  async function settle(): Promise<void> {
    for (let i = 0; i < 8; i++) await new Promise((resolve) => setTimeout(resolve, 0))
  }

  return {
    fetch,
    now: () => nowMs,
    wallNow: () => 1_795_000_000_000 + nowMs,
    random: () => 0.5,
    newKey: () => `key-${String(++keys).padStart(28, '0')}`,
    storage: origin.storage,
    exclusive: origin.exclusive,
    device: () => device,
    isVisible: () => visible,
    isOnline: () => online,
    after(ms, callback) {
      const id = {}
      timers.set(id, { at: nowMs + ms, callback })
      return () => void timers.delete(id)
    },
    onAttention(call) {
      const listener = { call }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    settle,
    async advance(ms) {
      await settle()
      const until = nowMs + ms
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0]
        if (!due) break
        timers.delete(due[0])
        nowMs = Math.max(nowMs, due[1].at)
        due[1].callback()
        await settle()
      }
      nowMs = until
    },
    timerCount: () => timers.size,
    listenerCount: () => listeners.size,
    setVisible(value) {
      visible = value
      announce()
    },
    setOnline(value) {
      online = value
      announce()
    },
    pageShow() {
      visible = true
      for (let i = 0; i < 3; i++) announce()
    },
  }
}
