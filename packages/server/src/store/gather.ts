/**
 * Gathers what is asked for while a round is under way, and runs it in one: the busier, the fewer rounds. Nobody waits for
 * anything but the round before.
 *
 * @param run Gets at most `limit` at once and gives as many results, in order. What it throws, all of them get.
 */
export function gather<T, R>(
  run: (items: readonly T[]) => Promise<readonly R[]>,
  limit: number,
): (item: T) => Promise<R> {
  let waiting: { item: T; resolve: (result: R) => void; reject: (error: unknown) => void }[] = []
  let isRunning = false

  async function runAll(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      const round = waiting.slice(0, limit)
      waiting = waiting.slice(limit)
      try {
        const results = await run(round.map(({ item }) => item))
        for (const [index, { resolve }] of round.entries()) resolve(results[index] as R)
      } catch (error) {
        for (const { reject } of round) reject(error)
      }
    }
    isRunning = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isRunning) void runAll()
    })
}
