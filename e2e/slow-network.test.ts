import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { it } from './rig/test.ts'

const BYTES_PER_SECOND = 1000

it('NW-07: while the script comes at a kilobyte per second the page is there, and the link in the button pays', async ({
  browser,
  shop,
}) => {
  // The shop itself, with its scripts on a thin line.
  const proxy = createServer(async ({ url = '/' }, response) => {
    const answer = await fetch(`${shop.origin}${url}`, { redirect: 'manual' })
    const body = Buffer.from(await answer.arrayBuffer())
    const headers = Object.fromEntries(answer.headers)
    delete headers['content-encoding']
    delete headers['content-length']
    delete headers['transfer-encoding']
    response.writeHead(answer.status, headers)
    if (!/javascript/.test(headers['content-type'] ?? '')) return response.end(body)
    for (let at = 0; at < body.length && !response.destroyed; at += BYTES_PER_SECOND / 10) {
      response.write(body.subarray(at, at + BYTES_PER_SECOND / 10))
      await sleep(100)
    }
    return response.end()
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const page = await browser.newPage()
  try {
    await page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/tea/gaiwan`, {
      waitUntil: 'commit',
    })
    const link = page.locator('pay-button a').first()
    await link.waitFor()
    expect(await page.locator('pay-button:defined').count()).toBe(0)
    expect(await page.locator('h1').first().isVisible()).toBe(true)
    // The page answers to people: nothing of it waits for the script.
    expect(await page.evaluate(() => document.readyState)).not.toBe('complete')
    await link.click()
    await page.waitForURL('**/pay/c/lt_*', { waitUntil: 'commit' })
  } finally {
    await page.close()
    proxy.closeAllConnections()
    proxy.close()
  }
})
