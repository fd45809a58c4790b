import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What is asked: WCAG 2.0 to 2.2, A and AA, and what is good practice besides. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * What axe has against a page, one line per rule with the nodes that break it.
 *
 * @param except Rules that the page cannot keep.
 */
export async function barriers(page: Page, except: readonly string[] = []): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(
    async ({ tags, except }) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') }
      const { violations } = await axe.run({
        runOnly: tags,
        rules: Object.fromEntries(except.map((rule) => [rule, { enabled: false }])),
      })
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      )
    },
    { tags: TAGS, except },
  )
}
