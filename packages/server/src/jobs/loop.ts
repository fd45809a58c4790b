import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'

/** Work that comes in pieces, done until there is no more, then looked for again. */
export interface Loop {
  start(): void
  /** There may be work now. */
  kick(): void
  /** Takes nothing new and resolves when what is under way is done. */
  stop(): Promise<void>
}

/** After failures: whoever waits for work must not wait for long when the database is back. */
const LONGEST_PAUSE_MS = 1000

/**
 * Runs `round` again and again: at once while it says there may be more, else after a kick or `idleMs`. A round that throws is
 * logged and tried again later: a database that is away for a minute stops nothing for good.
 *
 * @param round Resolves with whether more work may be waiting.
 */
export function createLoop({
  name,
  round,
  clock,
  logger,
  idleMs = () => 400,
}: {
  readonly name: string
  readonly round: () => Promise<boolean>
  readonly clock: Clock
  readonly logger: Logger
  /** How long to wait after a round that found nothing. Default: 400 ms. */
  readonly idleMs?: ((loop: string) => number | Promise<number>) | undefined
}): Loop {
  const stopping = new AbortController()
  let kicked = false
  let wake = new AbortController()
  let running: Promise<void> | null = null

  async function run(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      kicked = false
      let more = false
      try {
        more = await round()
        failures = 0
      } catch (error) {
        failures++
        logger.error(
          { loop: name, failures, error: error instanceof Error ? error.message : String(error) },
          `${name} failed`,
        )
      }
      if (more || kicked || stopping.signal.aborted) continue
      wake = new AbortController()
      const idle = failures === 0 ? await idleMs(name) : Math.min(LONGEST_PAUSE_MS, 400 * 2 ** failures)
      if (!kicked && !stopping.signal.aborted) await clock.sleep(idle, wake.signal)
    }
  }

  return {
    start() {
      running ??= run()
    },
    kick() {
      kicked = true
      // A reason of our own, because the standard's is an error with a stack trace.
      wake.abort('woken')
    },
    async stop() {
      stopping.abort()
      wake.abort('woken')
      await running
    },
  }
}
