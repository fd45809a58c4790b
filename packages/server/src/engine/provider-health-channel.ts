import type { Clock } from '../clock.ts'

/** `degraded`: it has failed lately and is being tried again. `down`: it is not offered. */
export type Health = 'up' | 'degraded' | 'down'

/** One kind of call to one provider account, and how these calls end. */
export interface CallChannel {
  health(): Health
  /** A call leaves; what is returned ends it, once. */
  began(): (how: 'answered' | 'failed' | 'dropped') => void
  lastAnswerAt(): number
  isSilent(): boolean
  /** It is down, by evidence of another kind. */
  takeDown(): void
}

/** This many failures in {@link WINDOW_MS}, or in a row, and it is down. */
const FAILURES = 3
const WINDOW_MS = 10_000
/** So long it is not offered; then it is tried again, and the first answer or failure decides. */
const OPEN_MS = 10_000
/** How often one that is down is asked whether it is back. */
const PROBE_MS = 2_000
/** Where nobody has tried it so long after it may be tried, it counts as up, and a single failure takes it down again. */
const TRIAL_MS = 10_000

/** This many calls without a word, and no other answer meanwhile, are a silence. */
const SILENT_CALLS = 3
/** How much longer than usual a silence lasts, and how long at least and at most. */
const SILENCE_FACTOR = 4
const SHORTEST_SILENCE_MS = 300
const LONGEST_SILENCE_MS = 3_000
/** Share of what was usual in what is: the last few answers decide. */
const MEMORY = 0.8

/**
 * A circuit breaker. Besides failures it minds silence: a provider that takes connections and says nothing fails no call
 * until the calls time out, and by then hundreds of buyers would have chosen it.
 */
export function createCallChannel({
  clock,
  signal,
  onChange,
  probe,
}: {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onChange: (health: Health) => void
  readonly probe?: (() => Promise<boolean>) | undefined
}): CallChannel {
  let failures: number[] = []
  let inARow = 0
  /** Since when it is down by failures; null while it is not. */
  let downSince: number | null = null
  /** After a while, or a probe that was answered: one that is down may be tried. */
  let isOnTrial = false
  let isSilent = false
  let isListening = false
  let isRecovering = false
  let lastAnswerAt = Number.NEGATIVE_INFINITY
  /** How long an answer usually takes; null before the first. */
  let usualMs: number | null = null
  /** When the calls under way began, oldest first. */
  const underWay = new Map<symbol, number>()

  function health(): Health {
    if (isSilent) return 'down'
    if (downSince === null) return 'up'
    return isOnTrial ? 'degraded' : 'down'
  }

  /** Runs a change and tells of it if it shows. */
  function changing(change: () => void): void {
    const before = health()
    change()
    const after = health()
    if (after !== before && !signal.aborted) onChange(after)
  }

  const silenceMs = (): number =>
    usualMs === null
      ? LONGEST_SILENCE_MS
      : Math.min(LONGEST_SILENCE_MS, Math.max(SHORTEST_SILENCE_MS, SILENCE_FACTOR * usualMs))

  /** When it will have been silent for too long, if nothing is heard. */
  function silentAt(): number | null {
    const third = [...underWay.values()][SILENT_CALLS - 1]
    return third === undefined ? null : Math.max(third, lastAnswerAt) + silenceMs()
  }

  async function listen(): Promise<void> {
    if (isListening) return
    isListening = true
    try {
      while (!isSilent && !signal.aborted) {
        const at = silentAt()
        if (at === null) return
        if (at <= clock.now()) changing(() => (isSilent = true))
        else {
          await clock.sleep(at - clock.now(), signal)
          // A busy process wakes late, with answers that it has not read yet: they are read during this.
          await clock.sleep(20, signal)
        }
      }
    } finally {
      isListening = false
    }
  }

  async function recover(): Promise<void> {
    if (isRecovering) return
    isRecovering = true
    try {
      while (downSince !== null && !signal.aborted) {
        const since = downSince
        if (isOnTrial) {
          await clock.sleep(TRIAL_MS, signal)
          if (isOnTrial && downSince === since) changing(endTrial)
          continue
        }
        await clock.sleep(probe === undefined ? since + OPEN_MS - clock.now() : PROBE_MS, signal)
        // A failure meanwhile begins it anew.
        if (downSince !== since || signal.aborted || (probe !== undefined && !(await probe()))) continue
        if (downSince === since) changing(() => (isOnTrial = true))
      }
    } finally {
      isRecovering = false
    }
  }

  function endTrial(): void {
    downSince = null
    isOnTrial = false
    failures = []
    inARow = FAILURES - 1
  }

  function sawAnswer(): void {
    changing(() => {
      inARow = 0
      isSilent = false
      lastAnswerAt = clock.now()
      if (downSince === null) return
      downSince = null
      isOnTrial = false
      failures = []
    })
  }

  function sawFailure(): void {
    const now = clock.now()
    failures = [...failures.filter((at) => at > now - WINDOW_MS), now]
    inARow++
    if (failures.length >= FAILURES || inARow >= FAILURES) takeDown()
  }

  function takeDown(): void {
    changing(() => {
      downSince = clock.now()
      isOnTrial = false
    })
    void recover()
  }

  return {
    health,
    lastAnswerAt: () => lastAnswerAt,
    isSilent: () => isSilent,
    takeDown,
    began() {
      const call = Symbol('call')
      const startedAt = clock.now()
      underWay.set(call, startedAt)
      if (underWay.size >= SILENT_CALLS && !isSilent) void listen()
      return (how) => {
        if (!underWay.delete(call)) return
        if (how === 'answered') {
          const tookMs = clock.now() - startedAt
          usualMs = usualMs === null ? tookMs : MEMORY * usualMs + (1 - MEMORY) * tookMs
          sawAnswer()
        } else if (how === 'failed') sawFailure()
        // Nobody is waited for any more: from here on failures speak.
        if (underWay.size === 0 && isSilent) changing(() => (isSilent = false))
      }
    },
  }
}
