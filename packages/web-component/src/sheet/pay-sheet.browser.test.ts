import type { CheckoutState } from '@teabrick/core'
import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { PayActionEvent } from '../events.ts'
import { payment, requiresAction, STATES, VIEW } from '../fixtures/states.ts'
import { openState } from '../fixtures/states-page.ts'
import { registerMark } from '../marks.ts'
import type { PaySheet } from './pay-sheet.ts'

type Opened = Awaited<ReturnType<typeof openState>>

afterEach(async () => {
  document.body.replaceChildren()
  await page.viewport(900, 800)
})

const sheetOf = ({ root }: Opened) => root.querySelector('[exportparts]') as PaySheet
const insideOf = (opened: Opened) => sheetOf(opened).shadowRoot!
const dialogOf = (opened: Opened) => insideOf(opened).querySelector('dialog')!
const textOf = (opened: Opened) => dialogOf(opened).textContent.replace(/\s+/g, ' ')
const settle = async (opened: Opened) => {
  await sheetOf(opened).updateComplete
  await new Promise((resolve) => setTimeout(resolve, 10))
  await sheetOf(opened).updateComplete
}

async function violations(opened: Opened): Promise<string[]> {
  // Colours are read when nothing moves any more.
  for (const animation of insideOf(opened).getAnimations()) animation.cancel()
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const { violations } = await axe.run(document.body, {
    runOnly: tags,
    // The test page is no document of its own: it has no landmarks and no heading above the dialog.
    rules: {
      region: { enabled: false },
      'page-has-heading-one': { enabled: false },
      'landmark-one-main': { enabled: false },
    },
  })
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  )
}

describe.each(Object.keys(STATES))('%s', (name) => {
  it.each(['light', 'dark'])('has nothing against WCAG 2.2 AA, %s', async (theme) => {
    // The page's own heading, below which the sheet's begin.
    const shop = document.body.appendChild(document.createElement('h1'))
    shop.textContent = 'Shop'
    shop.style.cssText = 'font-size: 32px; color: #767676; background: #fff'
    const opened = await openState(name, { theme })
    await settle(opened)
    expect(await violations(opened)).toEqual([])
  })

  it('fits 320 px in every language, with targets of 44 px', async () => {
    await page.viewport(320, 640)
    for (const locale of ['ru', 'zh-Hans', 'en']) {
      const opened = await openState(name, { locale })
      await settle(opened)
      const dialog = dialogOf(opened)
      expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth)
      expect(dialog.getBoundingClientRect().width).toBeLessThanOrEqual(320)
      for (const node of dialog.querySelectorAll('button, a, label, summary')) {
        const { width, height } = node.getBoundingClientRect()
        expect([node.outerHTML, Math.round(width) >= 44 && Math.round(height) >= 44]).toEqual([
          node.outerHTML,
          true,
        ])
      }
      opened.flow.dispose()
    }
  })
})

it('comes from the bottom of a phone', async () => {
  await page.viewport(360, 740)
  const opened = await openState('ready')
  await settle(opened)
  for (const animation of insideOf(opened).getAnimations()) animation.finish()
  const { left, right, bottom } = dialogOf(opened).getBoundingClientRect()
  expect([left, right, bottom]).toEqual([0, 360, 740])
})

describe('by keyboard alone', () => {
  it('chooses a method, pays, and closes', async () => {
    const opened = await openState('ready')
    await settle(opened)
    expect(insideOf(opened).activeElement).toBe(dialogOf(opened))
    await userEvent.keyboard('{Tab}')
    expect((insideOf(opened).activeElement as HTMLInputElement).value).toBe('alipay')
    await userEvent.keyboard('{ArrowDown}')
    await settle(opened)
    expect((insideOf(opened).activeElement as HTMLInputElement).value).toBe('sbp')
    await userEvent.keyboard('{Enter}')
    expect(opened.checkout.paid.map(({ method }) => method)).toEqual(['sbp'])
    await userEvent.keyboard('{Escape}')
    expect(dialogOf(opened).open).toBe(false)
  })

  it('goes on at the heading when what was focused is gone', async () => {
    const opened = await openState('ready')
    await settle(opened)
    const pay = insideOf(opened).querySelector<HTMLElement>('.action')!
    pay.focus()
    opened.checkout.set(requiresAction())
    await settle(opened)
    expect(insideOf(opened).activeElement?.localName).toBe('h3')
  })

  it('does not call back who went on to the browser’s own bar', async () => {
    const opened = await openState('ready')
    await settle(opened)
    const { activeElement } = insideOf(opened)
    ;(activeElement as HTMLElement).blur()
    sheetOf(opened).requestUpdate()
    await settle(opened)
    expect(insideOf(opened).activeElement).toBe(null)
  })

  it('gives the focus back to where it was', async () => {
    const before = document.createElement('button')
    document.body.append(before)
    before.focus()
    const opened = await openState('ready')
    await settle(opened)
    await userEvent.keyboard('{Escape}')
    expect(document.activeElement).toBe(before)
  })
})

describe('on a desktop', () => {
  it('shows the code with a quiet zone, dark on light in the dark theme too', async () => {
    const opened = await openState('action', { theme: 'dark' })
    await settle(opened)
    const svg = insideOf(opened).querySelector('svg[part=qr]')!
    const [, , width] = svg.getAttribute('viewBox')!.split(' ').map(Number) as [number, number, number]
    const xs = [
      ...svg
        .querySelector('path')!
        .getAttribute('d')!
        .matchAll(/M(\d+) (\d+)h(\d+)/g),
    ]
    expect(Math.min(...xs.map(([, x]) => Number(x)))).toBe(4)
    expect(Math.min(...xs.map(([, , y]) => Number(y)))).toBe(4)
    expect(Math.max(...xs.map(([, x, , run]) => Number(x) + Number(run)))).toBe(width - 4)
    expect(getComputedStyle(svg).backgroundColor).toBe('rgb(255, 255, 255)')
    expect(getComputedStyle(svg).fill).toBe('rgb(0, 0, 0)')
  })

  it('goes to the provider’s page by itself when that is the only way, and asks the page before', async () => {
    const opened = await openState('ready')
    const asked: PayActionEvent[] = []
    opened.host.addEventListener('pay-action', (event) => asked.push(event))
    await settle(opened)
    insideOf(opened).querySelector<HTMLElement>('input[value=bank_card]')!.click()
    await settle(opened)
    insideOf(opened).querySelector<HTMLElement>('.action')!.click()
    opened.checkout.set(STATES['action-redirect']!())
    await settle(opened)
    expect(asked.map(({ kind, method }) => [kind, method])).toEqual([['redirect', 'bank_card']])
    expect(opened.navigated).toEqual([asked[0]!.url])
  })

  it('stays when the page prevents pay-action, and when the payment was only come back to', async () => {
    const opened = await openState('action-redirect')
    await settle(opened)
    expect(opened.navigated).toEqual([])
    opened.checkout.set(STATES['ready']!())
    await settle(opened)
    opened.host.addEventListener('pay-action', (event) => event.preventDefault())
    insideOf(opened).querySelector<HTMLElement>('.action')!.click()
    opened.checkout.set(STATES['action-redirect']!())
    await settle(opened)
    expect(opened.navigated).toEqual([])
  })

  it('withdraws the code when its time is up', async () => {
    const opened = await openState('action-time-up')
    await settle(opened)
    expect(insideOf(opened).querySelector('[part=qr]')).toBeNull()
    expect(textOf(opened)).toContain('Время вышло')
    expect(textOf(opened)).not.toContain('Деньги не списаны')
  })
})

describe('hostile answers', () => {
  const hostile = '<img src=x onerror=__pwn()></script><script>__pwn()</script>'

  it('AS-01, AS-02, BA-01: strings of the API stay text', async () => {
    const opened = await openState('ready')
    opened.checkout.set({
      ...(STATES['ready']!() as Extract<
        ReturnType<NonNullable<(typeof STATES)['ready']>>,
        { status: 'ready' }
      >),
      view: {
        ...VIEW,
        merchant: { name: hostile },
        order: { reference: hostile, description: hostile, lines: [] },
        methods: [
          { id: 'new_method', name: hostile, presentations: [hostile], requires: [hostile], health: hostile },
        ],
        unavailable: [{ id: hostile, reason: hostile }],
      },
    })
    await settle(opened)
    expect(insideOf(opened).querySelector('img, script')).toBeNull()
    expect(textOf(opened)).toContain(hostile)
  })

  it.each([
    ['AS-08', 'javascript:__pwn()'],
    ['AS-09', 'data:text/html,<script>opener.__pwn()</script>'],
    ['DL-04', 'javascript://%0aalert(1)'],
  ])('%s: a next action of %s gives no link and no navigation', async (_, url) => {
    const opened = await openState('ready')
    const errors: string[] = []
    opened.host.addEventListener('pay-error', ({ error }) => errors.push(error.code))
    insideOf(opened).querySelector<HTMLElement>('.action')?.click()
    opened.checkout.set(
      requiresAction({
        nextAction: {
          expiresInMs: null,
          redirect: { url },
          appLink: { universal: url, scheme: url },
          banks: { link: url },
        },
      }),
    )
    await settle(opened)
    expect(insideOf(opened).querySelector('a')).toBeNull()
    expect(opened.navigated).toEqual([])
    expect(errors).toEqual(['url_refused'])
  })
})

describe('words', () => {
  it('AS-01: never shows the message of an error', async () => {
    const opened = await openState('load-error')
    await settle(opened)
    expect(textOf(opened)).not.toContain('no answer')
    expect(textOf(opened)).toContain('Не удалось загрузить оплату')
  })

  it('says that nothing was charged only where it is proven', async () => {
    const said: Record<string, boolean> = {}
    for (const name of Object.keys(STATES)) {
      const opened = await openState(name)
      await settle(opened)
      said[name] = textOf(opened).includes('Деньги не списаны')
      opened.flow.dispose()
    }
    expect(Object.keys(said).filter((name) => said[name])).toEqual(['expired', 'canceled'])
  })

  it.each(['ready-superseded', 'action-superseded'])('%s: says not to pay the old code', async (name) => {
    const opened = await openState(name)
    await settle(opened)
    expect(textOf(opened)).toContain('Не платите по прежнему коду')
  })

  it('shows beside the code what the wallet will take, in its currency', async () => {
    const opened = await openState('action')
    await settle(opened)
    expect(textOf(opened)).toMatch(/Спишется 98,76\s¥/)
  })

  it('says each change once, and the time at minute marks', async () => {
    const opened = await openState('action')
    await settle(opened)
    const region = insideOf(opened).querySelector('[role=status]')!
    expect(region.textContent).toBe('Отсканируйте код в Alipay. Осталось 14 минут')
    let changes = 0
    const observer = new MutationObserver(() => changes++)
    observer.observe(region, { childList: true, characterData: true, subtree: true })
    await new Promise((resolve) => setTimeout(resolve, 2200))
    expect(changes).toBe(0)
    opened.checkout.set(STATES['succeeded']!())
    await settle(opened)
    expect(region.textContent).toContain('Оплачено')
  })

  it('changes language while it is open', async () => {
    const opened = await openState('succeeded')
    opened.host.setAttribute('locale', 'en')
    opened.flow.update()
    await settle(opened)
    await settle(opened)
    expect(textOf(opened)).toContain('Paid')
  })
})

describe('its life', () => {
  it('holds the watch while it is open, and comes back to a live payment', async () => {
    const opened = await openState('action')
    await settle(opened)
    expect(opened.checkout.counts.holds).toBe(1)
    dialogOf(opened).close()
    await expect.poll(() => opened.checkout.counts).toMatchObject({ holds: 0, cancel: 0 })
    opened.flow.show()
    await settle(opened)
    expect(dialogOf(opened).open).toBe(true)
    expect(opened.checkout.counts.holds).toBe(1)
  })

  it('tells pay-cancel when it is closed before anything was paid, not with a payment under way', async () => {
    const opened = await openState('ready')
    const reasons: string[] = []
    opened.host.addEventListener('pay-cancel', ({ reason }) => reasons.push(reason))
    await settle(opened)
    dialogOf(opened).close()
    await expect.poll(() => reasons).toEqual(['closed'])
    opened.checkout.set(requiresAction())
    opened.flow.show()
    await settle(opened)
    dialogOf(opened).close()
    await expect.poll(() => opened.checkout.counts.holds).toBe(0)
    expect(reasons).toEqual(['closed'])
  })

  it('moves to the return URL of the session a moment after the success', async () => {
    const opened = await openState('action')
    opened.checkout.set(STATES['succeeded']!())
    await settle(opened)
    expect(insideOf(opened).querySelector('a')!.href).toBe(VIEW.returnUrl)
    expect(opened.navigated).toEqual([])
    await expect.poll(() => opened.navigated, { timeout: 4000 }).toEqual([VIEW.returnUrl])
  })

  it('stays when pay-success is prevented', async () => {
    const opened = await openState('action')
    opened.host.addEventListener('pay-success', (event) => event.preventDefault())
    opened.checkout.set(STATES['succeeded']!())
    await settle(opened)
    expect(insideOf(opened).querySelector('a')).toBeNull()
  })

  it('tells what happened, each change once', async () => {
    const opened = await openState('ready')
    const told: string[] = []
    for (const type of ['pay-status', 'pay-pending', 'pay-failure', 'pay-success'] as const) {
      opened.host.addEventListener(type, (event) =>
        told.push('status' in event ? `${event.previous}>${event.status}` : type),
      )
    }
    opened.checkout.set(requiresAction())
    opened.checkout.set(requiresAction({ id: 'pay_2' }))
    opened.checkout.set(STATES['processing']!())
    opened.checkout.set(STATES['failed']!())
    opened.checkout.set(STATES['succeeded']!())
    expect(told).toEqual([
      'ready>requires_action',
      'requires_action>processing',
      'pay-pending',
      'processing>failed',
      'pay-failure',
      'failed>succeeded',
      'pay-success',
    ])
  })

  it('asks for a new rate when the one on the screen ran out', async () => {
    const opened = await openState('ready')
    await settle(opened)
    const loads = opened.checkout.counts.load
    const ready = STATES['ready']!()
    if (ready.status !== 'ready') throw new Error('not ready')
    opened.checkout.set({ ...ready, receivedAtMs: performance.now() - 299_000 })
    await settle(opened)
    expect(opened.checkout.counts.load).toBe(loads + 1)
    expect(textOf(opened)).toContain('Обновляем курс')
  })
})

it('draws inline where the page asks for it', async () => {
  const opened = await openState('action', { presentation: 'inline' })
  await settle(opened)
  expect(insideOf(opened).querySelector('section')).not.toBeNull()
  expect(insideOf(opened).querySelector('dialog')).toBeNull()
  expect(await violations(opened)).toEqual([])
})

it('shows a merchant’s own mark, one node for as long as the sheet is there', async () => {
  registerMark('alipay', () => Object.assign(document.createElement('i'), { className: 'own-mark' }))
  const opened = await openState('ready')
  await settle(opened)
  const mark = insideOf(opened).querySelector('.own-mark')
  expect(mark).not.toBeNull()
  sheetOf(opened).requestUpdate()
  await settle(opened)
  expect(insideOf(opened).querySelector('.own-mark')).toBe(mark)
})

it('lets a page style its parts through the host', async () => {
  const opened = await openState('ready')
  await settle(opened)
  expect(sheetOf(opened).getAttribute('exportparts')!.split(', ')).toEqual([
    'dialog',
    'methods',
    'method',
    'qr',
    'timer',
    'status',
    'action',
    'close',
  ])
  expect(payment().method).toBe('alipay')
})

describe('words that come from the API', () => {
  it.each([
    ['ru', 'В курсе наценка 1,2 % · Банк России,\u00a022.11.2026', 'Подтверждение в сообщении'],
    ['zh-Hans', '汇率已含加价 1.2% · 俄罗斯央行 2026\u201111\u201122', '通过短信或消息确认'],
    ['en', 'Rate includes a 1.2% margin · Bank of Russia, 2026\u201111\u201122', 'Confirm in a message'],
  ])('are said in the buyer’s language: %s', async (locale, source, hint) => {
    const opened = await openState('ready', { locale })
    expect(insideOf(opened).querySelector('.quote p')!.textContent).toBe(source)
    const nextAction = { expiresInMs: 600_000, wait: { hint: 'message' } }
    opened.checkout.set(requiresAction({ method: 'sber_pay', nextAction }))
    await settle(opened)
    expect(textOf(opened)).toContain(hint)
    expect(textOf(opened)).not.toMatch(/\bmessage\b(?<!in a message)/)
  })

  it('of a source that only the merchant knows are the merchant’s', async () => {
    const opened = await openState('ready')
    const [alipay, ...rest] = VIEW.methods
    const reference = 'Мосбиржа, вчера'
    const methods = [{ ...alipay!, quote: { ...alipay!.quote!, reference } }, ...rest]
    const ready = STATES['ready']!() as Extract<CheckoutState, { status: 'ready' }>
    opened.checkout.set({ ...ready, view: { ...VIEW, methods } })
    await settle(opened)
    expect(insideOf(opened).querySelector('.quote p')!.textContent).toBe(
      'В курсе наценка 1,2 % · Мосбиржа, вчера',
    )
  })
})

describe('an action of which nothing can be shown here', () => {
  const WIDGET = { method: 'YooMoneyCheckoutWidget', params: { confirmation_token: 'ct-1' } }

  it('is not asked for: where there is only a bridge, the provider’s page is', async () => {
    const opened = await openState('ready')
    const [alipay, sbp, card] = VIEW.methods
    const ready = STATES['ready']!() as Extract<CheckoutState, { status: 'ready' }>
    const widget = { ...card!, presentations: ['bridge'] }
    opened.checkout.set({ ...ready, view: { ...VIEW, methods: [widget, alipay!, sbp!] } })
    await settle(opened)
    insideOf(opened).querySelector<HTMLElement>('form .action')!.click()
    await settle(opened)
    expect(opened.checkout.paid).toMatchObject([
      { method: 'bank_card', options: { presentation: 'redirect' } },
    ])
  })

  it.each([
    ['a bridge', { bridge: WIDGET }],
    ['an app’s link on a desktop', { appLink: { scheme: 'sberpay://invoicing/1' } }],
    ['an address that was refused', { redirect: { url: 'javascript:__pwn()' } }],
  ])('%s: says so, and leads to another method', async (_, action) => {
    const nextAction = { expiresInMs: 600_000, ...action }
    const opened = await openState('ready')
    opened.checkout.set(requiresAction({ method: 'sber_pay', nextAction }))
    const title = () => insideOf(opened).querySelector('h3')!.textContent
    await expect.poll(title).toBe('Этот способ сейчас недоступен. Выберите другой.')
    expect(textOf(opened)).not.toContain('Ждём подтверждения')
    const foot = [...insideOf(opened).querySelectorAll<HTMLElement>('.foot > *')]
    expect(foot.map((node) => node.textContent)).toEqual(['Другой способ'])
    foot[0]!.click()
    expect(opened.checkout.counts.cancel).toBe(1)
  })
})
