import jsQR from 'jsqr'
import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { chromiumEngine } from './rig/engines/chromium-engine.ts'
import type { EngineOptions, EnginePage } from './rig/engines/engine.ts'
import { firefoxEngine } from './rig/engines/firefox-engine.ts'
import { webkitEngine } from './rig/engines/webkit-engine.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { type RunningShop, startShop } from './rig/start-shop.ts'
import { expectPaidOnce } from './rig/test.ts'

const PATIENCE = { timeout: 45_000, interval: 100 }

/** As the phones of these engines say it. iOS for WebKit, Android for the others. */
const PHONES: Readonly<Record<string, NonNullable<EngineOptions['phone']>>> = {
  Chromium: phone(
    'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  ),
  Firefox: phone('Mozilla/5.0 (Android 14; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0'),
  WebKitGTK: phone(
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  ),
}
function phone(userAgent: string) {
  return { userAgent, width: 412, height: 840 }
}

/** `$$(selector)`: the first element that is seen, inside open shadow roots too. */
const DEEP = `((selector) => {
  const find = (root) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.matches(selector) && node.getClientRects().length) return node
      const inside = node.shadowRoot && find(node.shadowRoot)
      if (inside) return inside
    }
  }
  return find(document)
})`

let shop: RunningShop
let page: EnginePage | undefined

beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop?.stop())
afterEach(async () => {
  await page?.close()
  page = undefined
})

/** Hands of a buyer on a page of any engine. */
function handsOn(page: EnginePage) {
  const see = (selector: string) =>
    vi.waitFor(async () => {
      const isThere = await page.evaluate<boolean>(`!!${DEEP}(${JSON.stringify(selector)})`)
      if (!isThere) throw new Error(`${selector} is not on ${await page.evaluate('location.href')}`)
    }, PATIENCE)
  return {
    see,
    async press(selector: string): Promise<void> {
      await see(selector)
      // Where it stands when it stands still, within the screen, with nothing over it.
      const box = await vi.waitFor(async () => {
        const [before, after, isOnTop] = await page.evaluate<[number[], number[], boolean]>(
          `(async (node) => {
            node.scrollIntoView({ block: 'center', behavior: 'instant' })
            const place = () => { const { x, y, width, height } = node.getBoundingClientRect(); return [x + width / 2, y + height / 2] }
            const before = place()
            await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 150)))
            const after = place()
            let root = document
            let top = root.elementFromPoint(...after)
            while (top?.shadowRoot && top.shadowRoot !== root) {
              root = top.shadowRoot
              top = root.elementFromPoint(...after) ?? top
            }
            return [before, after, !!top && (node.contains(top) || top.contains(node))]
          })(${DEEP}(${JSON.stringify(selector)}))`,
        )
        expect(after).toEqual(before)
        expect(isOnTop, `${selector} can be pressed`).toBe(true)
        return after
      }, PATIENCE)
      await page.press(box[0] ?? 0, box[1] ?? 0)
    },
    text: (selector: string) => page.evaluate<string>(`${DEEP}(${JSON.stringify(selector)})?.textContent`),
    href: (selector: string) => page.evaluate<string>(`${DEEP}(${JSON.stringify(selector)})?.href`),
    /** The order that the shop has made for the press of the button. */
    reference: () => page.evaluate<string>('window.reference'),
    async scan(): Promise<string> {
      await see('[part=qr] path')
      return vi.waitFor(async () => {
        const { data, width, height } = PNG.sync.read(Buffer.from(await page.screenshot()))
        const code = jsQR(new Uint8ClampedArray(data), width, height)
        if (!code) throw new Error('nobody can read the code on the screen')
        return code.data
      }, PATIENCE)
    },
  }
}

async function openShop(engine: (typeof ENGINES)[number], options: EngineOptions = {}) {
  page = await engine.open(options)
  await page.goto(`${shop.origin}/tea/gaiwan?lang=ru`)
  await page.evaluate(`(() => {
    const { fetch } = window
    window.fetch = async (...all) => {
      const response = await fetch(...all)
      if (String(all[0]).endsWith('/api/checkout')) window.reference = (await response.clone().json()).reference
      return response
    }
  })()`)
  const hands = handsOn(page)
  await hands.press('button[part=button]')
  return hands
}

/** The wallet or bank on another device: presses the button of its page. */
async function onPhone(link: string, action: 'approve' | 'decline'): Promise<void> {
  const [address, query] = link.split('?')
  const answer = await fetch(`${address}/${action}${query ? `?${query}` : ''}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    redirect: 'manual',
  })
  expect(answer.status).toBeLessThan(400)
}

const ENGINES = [chromiumEngine, firefoxEngine, webkitEngine] as const

describe.each(ENGINES)('$name', (engine) => {
  it('Alipay: the code is read from the screen, approved, and the page turns to paid', async () => {
    const hands = await openShop(engine)
    await hands.press('input[value=alipay]')
    await hands.press('form button.action')
    const reference = await hands.reference()
    await onPhone(await hands.scan(), 'approve')
    await hands.see('a.action[href*="/return"]')
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
    // The sheet moves on to the shop's page by itself.
    await hands.see('pay-return .outcome .good, .outcome .good')
  }, 180_000)

  it('SBP, refused; then Alipay, which pays once', async () => {
    const hands = await openShop(engine)
    await hands.press('input[value=sbp]')
    await hands.press('form button.action')
    const link = await hands.scan()
    expect(link).toMatch(/\/AD\w+\?type=02&bank=\d+&sum=168000&cur=RUB&crc=[0-9A-F]{4}$/)
    const reference = await hands.reference()
    await onPhone(link, 'decline')
    await hands.see('.note.bad h3')
    await hands.press('input[value=alipay]')
    await hands.press('form button.action')
    await onPhone(await hands.scan(), 'approve')
    await hands.see('a.action[href*="/return"]')
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  }, 180_000)

  it('SBP: the code of the payment system pays in roubles', async () => {
    const hands = await openShop(engine)
    await hands.press('input[value=sbp]')
    await hands.press('form button.action')
    const reference = await hands.reference()
    await onPhone(await hands.scan(), 'approve')
    await hands.see('a.action[href*="/return"]')
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
  }, 180_000)

  it('a phone: the link leads to the wallet, which sends the buyer back to a page that knows', async () => {
    const hands = await openShop(engine, { phone: PHONES[engine.name] })
    await hands.press('input[value=alipay]')
    await hands.press('form button.action')
    const reference = await hands.reference()
    await hands.see('a.action[href*="/sandbox/"]')
    await hands.press('a.action[href*="/sandbox/"]')
    await hands.press('form[action*="/approve"] button')
    await hands.see('.outcome .good')
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  }, 180_000)
})
