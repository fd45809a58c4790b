import type { VirtualTime } from './virtual-time.ts'

/**
 * Puts `setTimeout` of this process on virtual time, for adapters' deadlines and the doubles' schedules, which have no clock
 * of ours. Returns what puts the machine's back.
 */
export function installVirtualTimers(time: VirtualTime): () => void {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis
  const running = new WeakMap<object, AbortController>()
  const virtualSet = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const over = new AbortController()
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => false }
    running.set(timer, over)
    void time.sleep(ms, over.signal).then(() => {
      if (!over.signal.aborted) run(...args)
    })
    return timer
  }
  const virtualClear = (timer: unknown) => {
    if (typeof timer === 'object' && timer !== null) running.get(timer)?.abort()
  }
  globalThis.setTimeout = virtualSet as unknown as typeof setTimeout
  globalThis.clearTimeout = virtualClear as typeof clearTimeout
  return () => {
    globalThis.setTimeout = realSet
    globalThis.clearTimeout = realClear
  }
}
