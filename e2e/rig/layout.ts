import type { BrowserContext, Page } from 'playwright-core'

/** Makes every page of a context add up what moved without the buyer having done anything. */
export async function watchLayout(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const page = window as unknown as { layoutShift: number }
    page.layoutShift = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number
        hadRecentInput: boolean
      })[])
        if (!entry.hadRecentInput) page.layoutShift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** Cumulative layout shift so far: https://web.dev/articles/cls. */
export function layoutShift(page: Page): Promise<number> {
  // After a frame, so that what has just moved was painted and is counted.
  return page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() =>
          setTimeout(() => resolve((window as unknown as { layoutShift: number }).layoutShift)),
        ),
      ),
  )
}
