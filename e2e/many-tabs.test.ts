import type { Request } from 'playwright-core'
import { expect } from 'vitest'
import { stay } from './rig/buyer.ts'
import { GAIWAN } from './rig/goods.ts'
import { merchantOf } from './rig/merchant.ts'
import { sheetOf } from './rig/sheet.ts'
import { eventually, expectPaidOnce, it } from './rig/test.ts'

/** More than the six connections that a browser opens to one server over HTTP/1.1. */
const TABS = 8

it('NW-14: eight tabs that wait for eight payments leave connections for everything else', async ({
  shop,
  newBuyer,
}) => {
  const buyer = await newBuyer()
  const held = new Set<Request>()
  const asked = new Map<string, number>()
  let mostHeld = 0
  let ended = 0
  buyer.context.on('request', (request) => {
    const { authorization = '', prefer } = request.headers()
    if (!request.url().includes('/v1/checkout?')) return
    asked.set(authorization, (asked.get(authorization) ?? 0) + 1)
    if (prefer === undefined) return
    held.add(request)
    mostHeld = Math.max(mostHeld, held.size)
  })
  const end = (request: Request) => {
    if (held.delete(request)) ended++
  }
  buyer.context.on('requestfinished', end)
  buyer.context.on('requestfailed', end)

  const sessions = await Promise.all(
    Array.from({ length: TABS }, async (_, tab) => {
      const reference = `NW-14-${tab}`
      const session = await merchantOf(shop).sessions.create({
        amount: GAIWAN,
        order: { reference, description: 'Plum-branch gaiwan' },
        returnUrl: `${shop.origin}/return?order=${reference}`,
      })
      const response = await fetch(`${shop.origin}/pay/v1/checkout/payments`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${session.clientToken}`,
          'content-type': 'application/json',
          'idempotency-key': `nw-14-key-of-a-tab-number-${tab}`,
        },
        body: JSON.stringify({ method: 'sbp' }),
      })
      expect(response.status).toBe(200)
      return { reference, token: session.clientToken, url: session.url ?? '' }
    }),
  )
  const pages = await Promise.all(
    sessions.map(async ({ url }) => {
      const page = await buyer.context.newPage()
      await stay(page)
      await page.goto(url)
      await sheetOf(page).qr.locator('path').waitFor()
      return page
    }),
  )
  // All of them wait: each has asked once to load, and once more to be told, and some are held.
  await eventually(
    async () => sessions.map(({ token }) => asked.get(`Bearer ${token}`) ?? 0),
    (counts) => expect(Math.min(...counts)).toBeGreaterThanOrEqual(3),
  )
  expect(held.size).toBeGreaterThan(0)

  // One more is answered although none of those ends, over connections of the same kind: those without credentials are counted
  // apart. A held one may be at its end just then.
  await eventually(
    async () => {
      const before = ended
      await pages[0]?.evaluate(async () =>
        (await fetch('/pay/healthz', { cache: 'no-store', credentials: 'omit' })).text(),
      )
      return ended - before
    },
    (endedMeanwhile) => expect(endedMeanwhile).toBe(0),
  )
  expect(mostHeld).toBeLessThanOrEqual(3)

  // Whoever is not held is told as well.
  for (const page of pages) {
    const approve = new URL(await sheetOf(page).scan())
    approve.pathname += '/approve'
    expect((await fetch(approve, { method: 'POST' })).status).toBe(200)
  }
  for (const page of pages) await sheetOf(page).outcome.waitFor()
  for (const { reference } of sessions)
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
})
