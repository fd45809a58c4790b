import {
  DRILL_BUYERS,
  type DrillBuyerInfo,
  type DrillProgress,
  type DrillReport,
  type PaymentApiOptions,
  runDrill,
} from '@teabrick/server'

/** One drill of this shop. It is the same each time, so it is held once and remembered. */
export interface DrillRun {
  /** The rounds so far and those to come, at the pace of the drill; it begins with the first who asks. */
  follow(): AsyncGenerator<DrillProgress, DrillReport>
  /** The report, once it is there. */
  readonly report: DrillReport | undefined
  readonly buyers: readonly DrillBuyerInfo[]
  /** Ends a drill under way after its present round. For good. */
  stop(): Promise<void>
}

/** Slow enough to watch, in real milliseconds a day. */
const PACE_MS = 120

export function createDrillRun(
  config: PaymentApiOptions,
  { paceMs = PACE_MS }: { readonly paceMs?: number | undefined } = {},
): DrillRun {
  const rounds: DrillProgress[] = []
  let running: Promise<DrillReport> | undefined
  let report: DrillReport | undefined
  let isStopped = false
  let wake: () => void = () => {}
  let woken = new Promise<void>((resolve) => {
    wake = resolve
  })

  function tell(): void {
    wake()
    woken = new Promise((resolve) => {
      wake = resolve
    })
  }

  async function hold(): Promise<DrillReport> {
    try {
      report = await runDrill({
        config,
        onProgress: async (progress) => {
          rounds.push(progress)
          tell()
          if (isStopped) throw new Error('the shop is closing')
          await new Promise((resolve) => setTimeout(resolve, paceMs))
        },
      })
      return report
    } finally {
      tell()
    }
  }

  return {
    buyers: DRILL_BUYERS,
    get report() {
      return report
    },
    async stop() {
      isStopped = true
      await running?.catch(() => {})
    },
    async *follow() {
      if (isStopped) throw new Error('the shop is closing')
      running ??= hold()
      // Whoever follows hears of a failure; without a follower it must not end the process.
      running.catch(() => {})
      let isOver = false
      const over = running.then(
        () => {
          isOver = true
        },
        () => {
          isOver = true
        },
      )
      for (let told = 0; ; told++) {
        while (told >= rounds.length && !isOver) await Promise.race([woken, over])
        const round = rounds[told]
        if (round === undefined) return await running
        yield round
      }
    },
  }
}
