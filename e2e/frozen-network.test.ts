import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openBrowser } from '../scripts/open-browser.ts'
import { type BuyerOptions, newBuyer } from './rig/buyer.ts'
import { type FreezingProxy, startFreezingProxy } from './rig/freezing-proxy.ts'
import { scanQr } from './rig/scan-qr.ts'
import { sheetOf } from './rig/sheet.ts'
import { exampleFolder, freePort, type RunningProgram, startProgram } from './rig/start-example.ts'
import { type RunningShop, startShop } from './rig/start-shop.ts'
import { eventually } from './rig/test.ts'

/** What some networks let through a connection to a foreign server before it falls silent. */
const FROZEN_AFTER = 16 * 1024

let browser: Browser
let shop: RunningShop
let program: RunningProgram
let network: FreezingProxy
let origin: string

beforeAll(async () => {
  origin = `http://127.0.0.1:${await freePort()}`
  ;[browser, shop] = await Promise.all([openBrowser(), startShop({ origins: [origin] })])
  program = await startProgram({
    cwd: exampleFolder('script-tag'),
    args: ['src/main.mjs'],
    env: { PORT: new URL(origin).port, PAY_API_URL: `${shop.origin}/pay` },
    ready: /Tea at/,
  })
})
afterAll(async () => {
  await program?.stop()
  await browser?.close()
  await shop?.stop()
})
beforeEach(async () => {
  network = await startFreezingProxy(FROZEN_AFTER)
})
afterEach(() => network.close())

/** Somebody behind that network: his whole traffic, to this machine too, goes through it. */
function visit(options: BuyerOptions = {}) {
  return newBuyer(browser, origin, {
    ...options,
    mayAsk: [shop.origin],
    // A part that never comes to its end is told once, to developers.
    mayLog: /a part of the script did not load|ERR_|preload/,
    locale: 'ru-RU',
    proxy: { server: network.server, bypass: '<-loopback>' },
  })
}

// NW-07 is milder: there the script comes late, here it may never come.
it('where connections freeze after 16 KB the button is there, and a purchase by redirect completes', async () => {
  const buyer = await visit()
  const page = await buyer.context.newPage()
  // Not `load`: what is frozen never loads.
  await page.goto(origin, { waitUntil: 'commit' })
  await page.locator('pay-button').evaluate((element) => element.setAttribute('presentation', 'redirect'))
  await sheetOf(page).button.click()
  await page.waitForURL('**/pay/c/lt_*', { waitUntil: 'commit' })
  await payByCard(page)
  await buyer.leave()
})

it('NW-07: a script that never comes leaves the link inside, which pays; the page is not blocked', async () => {
  await network.close()
  network = await startFreezingProxy(2_000)
  const buyer = await visit()
  const page = await buyer.context.newPage()
  await page.goto(origin, { waitUntil: 'commit' })
  await page.locator('pay-button a').click({ noWaitAfter: true })
  await page.waitForURL('**/pay/c/lt_*', { waitUntil: 'commit' })
  await buyer.leave()
})

it('the sheet opens there as well, or leads to the hosted page; either way the card pays', async () => {
  const buyer = await visit()
  const page = await buyer.context.newPage()
  await page.goto(origin, { waitUntil: 'commit' })
  await sheetOf(page).button.click()
  await payByCard(page)
  await buyer.leave()
})

it('the hosted page waits there as long as it takes: each time it loads itself again it comes through', async () => {
  await network.close()
  // Enough for the page once, not twice.
  network = await startFreezingProxy(7_000)
  const buyer = await visit({ javaScriptEnabled: false })
  const page = await buyer.context.newPage()
  await page.goto(`${origin}/`, { waitUntil: 'commit' })
  await page.locator('pay-button a').click({ noWaitAfter: true })
  await page.locator('input[value=sbp]').check()
  await page.locator('form[action$="/pay"] button').click({ noWaitAfter: true })
  const code = page.locator('svg.qr')
  const link = await scanQr(code)
  let loads = 0
  page.on('domcontentloaded', () => loads++)
  await expect.poll(() => loads, { timeout: 60_000 }).toBeGreaterThanOrEqual(2)
  expect(await scanQr(code)).toBe(link)
  const [address, query] = link.split('?')
  const approved = await fetch(`${address}/approve?${query}`, { method: 'POST' })
  expect(approved.status).toBe(200)
  await page.locator('.badge.good').waitFor()
  await buyer.leave()
})

it('the plain page can be used before its script comes, and when only half of it does', async () => {
  await network.close()
  // Enough for the page, not for the element's first file.
  network = await startFreezingProxy(6_000)
  const buyer = await visit()
  const page = await buyer.context.newPage()
  await page.goto(origin, { waitUntil: 'commit' })
  await page.locator('pay-button a').click({ noWaitAfter: true })
  await payByCard(page)
  await buyer.leave()
})

/** On the sheet of the shop's page, or on the hosted page, with its element or without. */
async function payByCard(page: Page): Promise<void> {
  // The element may take the plain page's place just before it is touched.
  const card = page.locator('input[value=bank_card]:visible').first()
  await vi.waitFor(() => card.check({ timeout: 1_000 }), { timeout: 60_000 })
  await page.locator('form button.action:visible, form[action$="/pay"] button:visible').first().click()
  // Without its script the hosted page gives a link to the bank; the element goes there by itself.
  const approve = page.locator('form[action*="/approve"] button')
  const link = page.locator('a[href*="/sandbox/"]:visible').first()
  await approve.or(link).first().waitFor()
  if (await link.isVisible()) await link.click({ noWaitAfter: true })
  await approve.click({ noWaitAfter: true })
  await page.waitForURL(`${origin}/return*`, { waitUntil: 'commit' })
  await eventually(
    async () => (await shop.control()).doubles.flatMap(({ ledger }) => ledger.payments).at(-1),
    (charge) =>
      expect(charge).toMatchObject({ method: 'bank_card', captured: 189_000, refunded: 0, approvals: 1 }),
  )
  // Or the test would say nothing: what is larger does not come through.
  const probe = await page.context().newPage()
  await probe.goto(`${shop.origin}/teabrick/pay-button.classic.js`, { waitUntil: 'commit' })
  await eventually(
    async () => network.frozen(),
    (frozen) => expect(frozen).toBeGreaterThan(0),
  )
}
