import type { Browser } from 'playwright-core'
import { test as base, expect, vi } from 'vitest'
import { booksAgree } from '../../packages/server/src/rigs/failover/books-agree.ts'
import { openBrowser } from '../../scripts/open-browser.ts'
import { type Buyer, type BuyerOptions, newBuyer, PHONE } from './buyer.ts'
import { readBooks } from './read-books.ts'
import { type Charge, type OrderJson, type RunningShop, startShop } from './start-shop.ts'

interface Rig {
  /** One for the file. */
  readonly browser: Browser
  /** One for the file. */
  readonly shop: RunningShop
  /** Somebody new. What went wrong in his pages fails the test at its end. */
  readonly newBuyer: (options?: BuyerOptions) => Promise<Buyer>
  /** Opens what was behind a code on a phone, and presses the button that pays or the one that is named. */
  readonly onPhone: (url: string, action?: 'approve' | 'decline') => Promise<void>
}

/** A test with a shop and browsers. */
export const it = base.extend<Rig>({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: the fixtures that are needed are read from the pattern
    async ({}, use) => {
      const browser = await openBrowser()
      await use(browser)
      await browser.close()
    },
    { scope: 'file' },
  ],
  shop: [
    // biome-ignore lint/correctness/noEmptyPattern: the fixtures that are needed are read from the pattern
    async ({}, use) => {
      const shop = await startShop()
      await use(shop)
      // Whatever the tests did: what the shop says it took and gave back is what the doubles say.
      await booksAgree(() => readBooks(shop), 30_000).finally(() => shop.stop())
    },
    { scope: 'file' },
  ],
  newBuyer: async ({ browser, shop }, use) => {
    const buyers: Buyer[] = []
    await use(async (options) => {
      const buyer = await newBuyer(browser, shop.origin, options)
      buyers.push(buyer)
      return buyer
    })
    for (const buyer of buyers) await buyer.leave()
  },
  onPhone: async ({ newBuyer }, use) => {
    await use(async (url, action = 'approve') => {
      const phone = await newBuyer(PHONE)
      const page = await phone.open(url)
      const form = page.locator(`form[action*="/${action}"]`)
      if (action === 'decline') await page.locator('summary').click()
      await form.getByRole('button').click()
      await page.locator('[role=status]').waitFor()
    })
  },
})

/** Asks until the answer passes the check; fails as the check does when it never passes. */
export function eventually<T>(ask: () => Promise<T>, check: (answer: T) => void): Promise<T> {
  return vi.waitFor(
    async () => {
      const answer = await ask()
      check(answer)
      return answer
    },
    { timeout: 30_000, interval: 100 },
  )
}

/** The order is paid and packed once, by one charge of the buyer, whatever else was tried. */
export async function expectPaidOnce(
  shop: RunningShop,
  reference: string,
  expected: {
    readonly method: string
    readonly amount: { readonly currency: string; readonly minorUnits: number }
  },
): Promise<{ readonly order: OrderJson; readonly charges: readonly Charge[] }> {
  const order = await eventually(
    () => shop.order(reference),
    (order) => expect(order).toMatchObject({ status: 'paid', fulfilledCount: 1 }),
  )
  expect(order.events.filter(({ type }) => type === 'session.completed')).toHaveLength(1)
  const charges = await shop.charges(reference)
  const kept = charges.filter(({ captured, refunded }) => captured > refunded)
  expect(kept).toMatchObject([
    {
      method: expected.method,
      amount: expected.amount,
      captured: expected.amount.minorUnits,
      refunded: 0,
      approvals: 1,
    },
  ])
  return { order, charges }
}
