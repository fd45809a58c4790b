import { systemClock } from '../clock.ts'
import { describeStore } from './describe-store.ts'
import { createMemoryStore } from './memory-store.ts'

describeStore('memory', {
  open: async () => {
    const store = createMemoryStore({ clock: systemClock })
    return [store, store]
  },
})
