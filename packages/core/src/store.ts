/** A value with listeners, in the shape of React's `useSyncExternalStore`. */
export interface Store<T> {
  readonly getSnapshot: () => T
  readonly set: (value: T) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** @param onAudience Told the number of listeners after each change of it. */
export function createStore<T>(initial: T, onAudience: (count: number) => void): Store<T> {
  let value = initial
  const listeners = new Set<{ readonly call: () => void }>()
  return {
    getSnapshot: () => value,
    set(next) {
      if (next === value) return
      value = next
      for (const listener of [...listeners]) {
        try {
          listener.call()
        } catch (error) {
          // A broken listener must not end a payment, nor go unnoticed.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
    subscribe(call) {
      // Wrapped, so that one function subscribed twice is two listeners.
      const listener = { call }
      listeners.add(listener)
      onAudience(listeners.size)
      return () => {
        if (listeners.delete(listener)) onAudience(listeners.size)
      }
    },
  }
}
