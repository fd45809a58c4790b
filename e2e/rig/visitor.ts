import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Buyer, type BuyerOptions, newBuyer, PHONE } from './buyer.ts'
import { layoutShift, watchLayout } from './layout.ts'
import { sheetOf } from './sheet.ts'
import type { RunningShop } from './start-shop.ts'
import { eventually } from './test.ts'

/** What the tea of every example costs. */
const TEA = { currency: 'RUB', minorUnits: 189_000 }

/** What Lit says of itself wherever it is built for development. */
const LIT_DEVELOPMENT = /^Lit is in dev mode/

/** Somebody who buys from the examples, which sell through the shop's payment API. */
export interface Visitor {
  /** A new browser profile on the first page of an example. */
  visit(origin: string, options?: BuyerOptions): Promise<{ readonly buyer: Buyer; readonly page: Page }>
  /** Buys by SBP at a desktop, approves on a phone, and comes back to the example's own page, which says so. */
  buy(page: Page, paid: RegExp): Promise<void>
}

export function createVisitor(browser: Browser, shop: RunningShop): Visitor {
  async function visit(origin: string, options: BuyerOptions = {}) {
    const buyer = await newBuyer(browser, origin, {
      mayAsk: [shop.origin],
      mayLog: LIT_DEVELOPMENT,
      ...options,
    })
    await watchLayout(buyer.context)
    return { buyer, page: await buyer.open('/') }
  }

  /** Everything the doubles hold of a purchase that began with this answer. */
  async function expectPaid(sessionId: string): Promise<void> {
    await eventually(
      async () =>
        (await shop.control()).doubles
          .flatMap(({ ledger }) => ledger.payments)
          .filter(({ reference }) => reference.startsWith(sessionId.replace('cs_', 'pay_'))),
      (charges) =>
        expect(charges).toMatchObject([{ amount: TEA, captured: TEA.minorUnits, refunded: 0, approvals: 1 }]),
    )
  }

  async function buy(page: Page, paid: RegExp): Promise<void> {
    const sheet = sheetOf(page)
    await sheet.button.waitFor()
    expect(await layoutShift(page)).toBe(0)
    const place = await page.locator('.after').boundingBox()
    const view = page.waitForResponse((response) => response.url().includes('/v1/checkout?'))
    await sheet.open()
    const { session } = (await (await view).json()) as { readonly session: { readonly id: string } }
    await sheet.choose('sbp')
    const link = await sheet.scan()
    // The sheet grows; the page behind it stays.
    expect(await page.locator('.after').boundingBox()).toEqual(place)
    const phone = await newBuyer(browser, shop.origin, PHONE)
    const wallet = await phone.open(link)
    await wallet.locator('form[action*="/approve"]').getByRole('button').click()
    await wallet.locator('[role=status]').waitFor()
    await phone.leave()
    await page.waitForURL(`${new URL(page.url()).origin}/return*`)
    await page.locator('pay-return .outcome .good').waitFor()
    await page.getByText(paid).first().waitFor()
    await expectPaid(session.id)
  }

  return { visit, buy }
}
