import { deviceFromUserAgent, type UserAgentHints } from './device.ts'
import { newKey } from './new-key.ts'
import type { Platform } from './platform.ts'

// Where the browser tells that somebody looks: bfcache restores fire only `pageshow`, a window that comes to the front
// only `focus`. A connection that goes is told at once, not when a held request runs out.
const ATTENTION = ['visibilitychange', 'pageshow', 'pagehide', 'focus', 'online', 'offline']

// Requests that are held at once, for all checkouts in all tabs of an origin: over HTTP/1.1 a browser opens six connections to a
// server, and those that are left are for everything else. https://developer.mozilla.org/docs/Web/API/EventSource
const SLOTS = 3

/**
 * The browser as a {@link Platform}. The only file that touches timers, storage, location, visibility, locks and crypto;
 * nothing is read before a function is called, so it can be imported anywhere, and works in Node as an always visible page.
 */
export function browserPlatform(): Platform {
  const { document, navigator } = globalThis as Partial<typeof globalThis>
  return {
    fetch: (input, init) => fetch(input, init),
    now: () => performance.now(),
    wallNow: Date.now,
    random: Math.random,
    newKey,
    after(ms, callback) {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
    get storage() {
      return document && localStorage
    },
    device: () =>
      deviceFromUserAgent(
        fullUserAgent(),
        navigator?.maxTouchPoints,
        (navigator as { userAgentData?: UserAgentHints } | undefined)?.userAgentData,
      ),
    isOnline: () => navigator?.onLine !== false,
    isVisible: () => document?.visibilityState !== 'hidden',
    onAttention(listener) {
      const end = new AbortController()
      if (document) for (const type of ATTENTION) addEventListener(type, listener, end)
      return () => end.abort()
    },
    exclusive: async (name, signal, run) => {
      let started = false
      const start = (isCrowded?: boolean) => {
        started = true
        return run(isCrowded)
      }
      const locks = document && navigator?.locks
      const takeSlot = (slot: number): ReturnType<typeof start> =>
        locks
          ? locks.request(`teabrick:${slot}`, { ifAvailable: true }, (lock) =>
              lock || !slot ? start(!lock) : takeSlot(slot - 1),
            )
          : start()
      try {
        return await (locks ? locks.request(name, { signal }, () => takeSlot(SLOTS - 1)) : start())
      } catch (error) {
        // Locks are refused in opaque origins; the server's limits hold without them.
        if (started || signal.aborted) throw error
        return run()
      }
    },
  }
}

/**
 * The user agent, and the name of the app around the page where only an object of the app's tells it. Telegram has an
 * ordinary browser's user agent: Safari's on an iPhone, Chrome's on many Androids.
 *
 * On an iPhone it puts `TelegramWebviewProxy` on every page of its browser (TelegramMessenger/Telegram-iOS,
 * `submodules/BrowserUI/Sources/BrowserWebContent.swift`), on Android `TelegramWebview`
 * (https://github.com/shalanah/inapp-spy/issues/30).
 */
export function fullUserAgent(): string {
  const { navigator } = globalThis as Partial<typeof globalThis>
  const isTelegram = 'TelegramWebviewProxy' in globalThis || 'TelegramWebview' in globalThis
  return `${navigator?.userAgent ?? ''}${isTelegram ? ' Telegram' : ''}`
}
