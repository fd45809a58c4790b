import { Hono } from 'hono'
import type { DrillRun } from '../drill-run.ts'
import { DRILL_ROWS_END, drillFailure, drillPage, drillRow, drillScore } from '../pages/drill.ts'
import { readVisit } from '../visit.ts'

/**
 * The departure drill against this very shop. The first visitor starts it, and the page grows as it goes on: one answer,
 * written row by row, so that it needs no script and no reload.
 */
export function drillRoutes(run: DrillRun): Hono {
  const app = new Hono()
  app.get('/drill', (context) => {
    const visit = readVisit(context)
    const wasOver = run.report !== undefined
    const [before, after] = drillPage(visit, run.buyers, run.report)

    async function* write(): AsyncGenerator<string, void> {
      yield before
      try {
        const rounds = run.follow()
        let former: Parameters<typeof drillRow>[1]
        for (let next = await rounds.next(); ; next = await rounds.next()) {
          if (next.done) {
            yield DRILL_ROWS_END
            if (!wasOver) yield drillScore(next.value, visit).toString()
            break
          }
          yield drillRow(next.value, former, run.buyers, visit).toString()
          former = next.value
        }
      } catch (error) {
        yield DRILL_ROWS_END
        yield drillFailure(error instanceof Error ? error.message : String(error), visit).toString()
      }
      yield after
    }

    const encoder = new TextEncoder()
    const parts = write()
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        await parts.return()
      },
    })
    return context.body(body, 200, {
      'content-type': 'text/html; charset=UTF-8',
      'cache-control': 'no-store',
      vary: 'Cookie, Accept-Language, Accept',
    })
  })
  return app
}
