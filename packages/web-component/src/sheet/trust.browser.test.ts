import { PayError } from '@teabrick/core'
import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { chunks } from '../chunks.ts'
import { payment, requiresAction, STATES, VIEW } from '../fixtures/states.ts'
import { openState } from '../fixtures/states-page.ts'
import { registerTexts } from '../own-texts.ts'
import type { PaySheet } from './pay-sheet.ts'

type Opened = Awaited<ReturnType<typeof openState>>
type State<S extends string> = Extract<ReturnType<NonNullable<(typeof STATES)[string]>>, { status: S }>

afterEach(async () => {
  registerTexts('ru', {})
  document.body.replaceChildren()
  await page.viewport(900, 800)
})

const sheetOf = ({ root }: Opened) => root.querySelector('[exportparts]') as PaySheet
const insideOf = (opened: Opened) => sheetOf(opened).shadowRoot!
const dialogOf = (opened: Opened) => insideOf(opened).querySelector('dialog')!
const textOf = (opened: Opened) => dialogOf(opened).textContent.replace(/\s+/g, ' ')
const control = (opened: Opened, text: string) =>
  [...insideOf(opened).querySelectorAll<HTMLElement>('button, a')].find(
    (node) => node.textContent.trim() === text,
  )
const settle = async (opened: Opened) => {
  await sheetOf(opened).updateComplete
  await new Promise((resolve) => setTimeout(resolve, 10))
  await sheetOf(opened).updateComplete
}
const open = async (...args: Parameters<typeof openState>) => {
  const opened = await openState(...args)
  await settle(opened)
  return opened
}
const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))

describe('tokens', () => {
  const luminance = (color: string) => {
    const [r, g, b] = color.match(/[\d.]+/g)!.map((part) => {
      const value = Number(part) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
    return (light + 0.05) / (dark + 0.05)
  }

  // WCAG 1.4.3 for what is read, 1.4.11 for what is only seen: the ring of a radio button, the border of a field.
  it.each([
    ['light', 'fg', 'bg', 4.5],
    ['light', 'fg', 'tint', 4.5],
    ['light', 'muted', 'bg', 4.5],
    ['light', 'muted', 'tint', 4.5],
    ['light', 'accent', 'bg', 4.5],
    ['light', 'accent', 'tint', 4.5],
    ['light', 'on', 'accent', 4.5],
    ['light', 'danger', 'bg', 4.5],
    ['light', 'danger', 'tint', 4.5],
    ['light', 'muted', 'bg', 3],
  ] as const)('%s: %s on %s reaches %d, in the dark as well', async (_, front, back, least) => {
    for (const theme of ['light', 'dark']) {
      const opened = await open('ready', { theme })
      const probe = document.createElement('span')
      insideOf(opened).append(probe)
      const read = (name: string) => {
        probe.style.color = `var(--_${name})`
        return getComputedStyle(probe).color
      }
      expect([theme, contrast(read(front), read(back)) >= least]).toEqual([theme, true])
      opened.flow.dispose()
    }
  })

  it.each(['light', 'dark'])('an edge of a lesser button can be seen, %s', async (theme) => {
    const opened = await open('action', { theme })
    const pixel = document.createElement('canvas').getContext('2d')!
    const read = (color: string) => {
      pixel.fillStyle = color
      pixel.fillRect(0, 0, 1, 1)
      return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3).join()
    }
    const edge = getComputedStyle(insideOf(opened).querySelector('.quiet')!).borderTopColor
    const ground = getComputedStyle(dialogOf(opened)).backgroundColor
    expect(contrast(read(edge), read(ground))).toBeGreaterThanOrEqual(3)
  })

  it('reach the page: a merchant’s own space, type, radius and motion', async () => {
    const opened = await open('ready')
    const style = () => {
      const { fontSize } = getComputedStyle(insideOf(opened).querySelector('.amount')!)
      const { borderTopLeftRadius, paddingLeft } = getComputedStyle(
        insideOf(opened).querySelector('.method')!,
      )
      return [
        fontSize,
        borderTopLeftRadius,
        paddingLeft,
        getComputedStyle(dialogOf(opened)).animationDuration,
      ]
    }
    expect(style()).toEqual(['36px', '11px', '12px', '0.25s'])
    opened.host.style.cssText = '--pay-space: 6px; --pay-font-size: 20px; --pay-radius: 3px; --pay-motion: 0s'
    expect(style()).toEqual(['45px', '2px', '18px', '0s'])
  })
})

describe.each([
  ['a desktop', 900, 800],
  ['a phone', 360, 740],
])('on %s', (_, width, height) => {
  it('nothing moves that is already there, from the first frame to paid', async () => {
    await page.viewport(width, height)
    let now = ''
    const shifts: unknown[] = []
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { sources: { node: Element | null }[] })[])
        for (const { node } of entry.sources) shifts.push([now, node?.outerHTML.slice(0, 90)])
    })
    const opened = await openState('loading')
    await frame()
    observer.observe({ type: 'layout-shift' })
    for (const name of [
      'loading',
      'ready',
      'starting',
      'action',
      'action-offline',
      'processing',
      'processing-retrying',
      'failed',
      'succeeded',
    ]) {
      now = name
      opened.checkout.set(STATES[name]!())
      await settle(opened)
      await frame()
      const { top } = dialogOf(opened).querySelector('.close')!.getBoundingClientRect()
      expect([name, Math.round(top - dialogOf(opened).getBoundingClientRect().top)]).toEqual([name, 8])
    }
    observer.disconnect()
    expect(shifts).toEqual([])
  })
})

describe('at 400 % zoom', () => {
  it.each(Object.keys(STATES))('%s: everything can be reached by scrolling down alone', async (name) => {
    await page.viewport(320, 256)
    const opened = await open(name)
    const dialog = dialogOf(opened)
    expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth)
    for (const node of insideOf(opened).querySelectorAll<HTMLElement>('button, a, input, summary')) {
      node.scrollIntoView({ block: 'center' })
      const { left, right, top, bottom } = node.getBoundingClientRect()
      const hit = insideOf(opened).elementFromPoint(
        (left + right) / 2,
        (Math.max(top, 0) + Math.min(bottom, 256)) / 2,
      )
      expect([node.outerHTML.slice(0, 80), !!hit && (node.contains(hit) || hit.contains(node))]).toEqual([
        node.outerHTML.slice(0, 80),
        true,
      ])
    }
  })
})

describe('time', () => {
  const soon = () => requiresAction({ nextAction: { ...payment().nextAction!, expiresInMs: 40_000 } })

  it('offers a new code in the last minute, and begins again with the same method once the old one has ended', async () => {
    const opened = await open('action')
    expect(control(opened, 'Получить новый код')).toBeUndefined()
    opened.checkout.set(soon())
    await settle(opened)
    control(opened, 'Получить новый код')!.click()
    expect(opened.checkout.counts.cancel).toBe(1)
    opened.checkout.set(STATES['canceling']!())
    await settle(opened)
    expect(opened.checkout.paid).toEqual([])
    opened.checkout.set(STATES['ready']!())
    await settle(opened)
    expect(opened.checkout.paid.map(({ method }) => method)).toEqual(['alipay'])
  })

  it('begins nothing by itself when the old attempt was refused, or could not be ended', async () => {
    const opened = await open('action')
    opened.checkout.set(soon())
    await settle(opened)
    control(opened, 'Получить новый код')!.click()
    opened.checkout.set(STATES['failed']!())
    await settle(opened)
    opened.checkout.set(STATES['ready']!())
    await settle(opened)
    expect(opened.checkout.paid).toEqual([])
    opened.checkout.cancel = () => Promise.reject(new PayError('network_error', 'x'))
    opened.checkout.set(soon())
    await settle(opened)
    control(opened, 'Получить новый код')!.click()
    await settle(opened)
    opened.checkout.set(STATES['ready']!())
    await settle(opened)
    expect(opened.checkout.paid).toEqual([])
  })

  it('keeps the buyer’s choice when his code ran out, after a reload too', async () => {
    const failed = STATES['failed']!() as State<'failed'>
    const opened = await open('loading')
    const gone = payment({ method: 'sbp', status: 'expired', nextAction: null })
    opened.checkout.set({
      ...failed,
      failureCode: 'expired',
      payment: gone,
      view: { ...failed.view, payment: gone },
    })
    await settle(opened)
    expect(insideOf(opened).querySelector<HTMLInputElement>('input:checked')!.value).toBe('sbp')
    expect(textOf(opened)).toContain('Время вышло')
    await expect.poll(() => textOf(opened)).toContain('Получите новый код')
  })

  it('never chooses credit for the buyer', async () => {
    const opened = await open('ready')
    const credit = { ...VIEW.methods[2]!, id: 'bank_credit', name: 'Credit' }
    const ready = STATES['ready']!() as State<'ready'>
    opened.checkout.set({ ...ready, view: { ...VIEW, methods: [credit, VIEW.methods[1]!] } })
    await settle(opened)
    expect(insideOf(opened).querySelector<HTMLInputElement>('input:checked')!.value).toBe('sbp')
  })

  it('CL-04: after the deadline pays nothing, and offers to start again with another session', async () => {
    const opened = await open('expired')
    expect(textOf(opened)).toContain('Время на оплату вышло')
    control(opened, 'Начать заново')!.click()
    await settle(opened)
    expect(opened.asked.filter((what) => what === 'get')).toHaveLength(2)
    expect(opened.asked.lastIndexOf('get')).toBeGreaterThan(opened.asked.indexOf('forget'))
    expect(opened.checkout.paid).toEqual([])
  })

  it('changes its words while the buyer waits, and never says that it failed (CL-09)', async () => {
    const opened = await open('processing')
    const real = performance.now
    const words = () => insideOf(opened).querySelector('.outcome p')!.textContent
    const said: string[] = []
    try {
      for (const seconds of [0, 16, 61, 301, 3600]) {
        performance.now = () => real.call(performance) + seconds * 1000
        sheetOf(opened).requestUpdate()
        await settle(opened)
        // The last words come in a part of their own.
        if (seconds > 300) await expect.poll(words).toContain('номер платежа')
        said.push(words())
      }
    } finally {
      performance.now = real
    }
    expect(new Set(said).size).toBe(4)
    expect(said.join()).not.toMatch(/не прошла|не списан|неудач/i)
    expect(said[4]).toBe(said[3])
  })

  it('gives the payment’s number to copy, where the buyer may need it', async () => {
    const copied: string[] = []
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: async (text: string) => copied.push(text) },
      configurable: true,
    })
    for (const name of ['processing', 'succeeded', 'late-success', 'late-refunded', 'expired-maybe']) {
      const opened = await open(name)
      const button = insideOf(opened).querySelector<HTMLElement>('.reference')!
      expect(button.textContent).toContain('pay_0000000000000000000001_1')
      button.click()
      await expect.poll(() => button.textContent).toContain('Скопировано')
      opened.flow.dispose()
    }
    expect(new Set(copied)).toEqual(new Set(['pay_0000000000000000000001_1']))
  })
})

describe('the next step', () => {
  const steps = (opened: Opened) =>
    [...insideOf(opened).querySelectorAll('.foot > *')].map((node) => node.textContent.trim())

  it.each([
    ['ready-no-methods', ['Попробовать ещё раз', 'Вернуться в магазин'], 'с другого устройства'],
    ['expired', ['Начать заново', 'Вернуться в магазин'], 'Деньги не списаны'],
    ['expired-maybe', ['Начать заново', 'Вернуться в магазин'], 'не платите второй раз'],
    ['canceled', ['Выбрать способ оплаты', 'Вернуться в магазин'], 'Если покупка ещё нужна'],
    ['late-success', ['Вернуться в магазин'], 'Второй раз платить не нужно'],
    ['action-time-up', ['Получить новый код', 'Другой способ'], 'Проверяем'],
  ])('%s: is said, and back to the shop closes the sheet', async (name, labels, words) => {
    const opened = await open(name)
    await expect.poll(() => textOf(opened)).toContain(words)
    expect(steps(opened)).toEqual(labels)
    control(opened, 'Вернуться в магазин')?.click()
    expect(dialogOf(opened).open).toBe(!labels.includes('Вернуться в магазин'))
  })

  it('is no payment again where money may be on its way to a canceled order', async () => {
    const canceled = STATES['canceled']!() as State<'canceled'>
    const opened = await open('loading')
    opened.checkout.set({ ...canceled, moneyMayHaveMoved: true })
    await expect.poll(() => textOf(opened)).toContain('не платите второй раз')
    expect(steps(opened)).toEqual(['Вернуться в магазин'])
  })

  it('without methods asks again', async () => {
    const opened = await open('ready-no-methods')
    await expect.poll(() => control(opened, 'Попробовать ещё раз')).toBeDefined()
    const loads = opened.checkout.counts.load
    control(opened, 'Попробовать ещё раз')!.click()
    await expect.poll(() => opened.checkout.counts.load).toBe(loads + 1)
  })

  it('promises nothing while its words do not come, and asks for them once', async () => {
    const opened = await open('loading')
    let asked = 0
    sheetOf(opened).options = {
      ...sheetOf(opened).options,
      parts: {
        ...chunks,
        reasons: () => {
          asked++
          return Promise.reject(new Error('did not load'))
        },
      },
    }
    opened.checkout.set(STATES['expired-maybe']!())
    for (let i = 0; i < 5; i++) await settle(opened)
    expect(asked).toBe(1)
    expect(textOf(opened)).toContain('Мы ещё не знаем, прошла ли оплата')
    expect(textOf(opened)).not.toContain('Деньги не списаны')
  })
})

describe('a rate that changed', () => {
  const withCharge = (state: State<'ready'>, minorUnits: number): State<'ready'> => ({
    ...state,
    view: {
      ...state.view,
      methods: state.view.methods.map((method) =>
        method.quote
          ? { ...method, quote: { ...method.quote, charge: { currency: 'CNY', minorUnits } } }
          : method,
      ),
    },
  })

  it('shows the old sum beside the new one, and is no error', async () => {
    const opened = await open('loading')
    opened.checkout.set(withCharge(STATES['ready']!() as State<'ready'>, 9_812))
    await settle(opened)
    insideOf(opened).querySelector<HTMLElement>('form .action')!.click()
    const changed = STATES['ready-quote-changed']!() as State<'ready'>
    opened.checkout.set(changed)
    await expect.poll(() => textOf(opened)).toContain('Курс изменился')
    const sum = () => insideOf(opened).querySelector('dd.charge')!.textContent.replace(/\s+/g, ' ')
    expect(sum()).toBe('98,12 ¥ 98,76 ¥')
    expect(insideOf(opened).querySelector('s')!.textContent).toMatch(/^98,12/)
    expect(insideOf(opened).querySelector('.bad')).toBeNull()
    opened.checkout.set({ ...changed, error: null })
    await settle(opened)
    expect(sum()).toBe('98,76 ¥')
  })

  it('to the same sum strikes nothing out', async () => {
    const opened = await open('ready')
    insideOf(opened).querySelector<HTMLElement>('form .action')!.click()
    opened.checkout.set(STATES['ready-quote-changed']!())
    await settle(opened)
    expect(insideOf(opened).querySelector('s')).toBeNull()
  })
})

it('without a connection still says what is paid for', async () => {
  const opened = await open('action-offline')
  const header = insideOf(opened).querySelector('header')!.textContent
  expect(header).toContain('Нет связи')
  expect(header).toContain('A-1001')
})

describe('a shop that gives no session', () => {
  it.each([
    [409, 'Магазин не принял этот заказ'],
    [403, 'Магазин не принял этот заказ'],
    [502, 'Магазин сейчас не отвечает'],
    [undefined, 'Проверьте связь'],
  ])('answered %s: says %s', async (status, words) => {
    const opened = await open('loading', {
      session: () => Promise.reject(new PayError('unexpected_response', 'x', { status })),
    })
    await expect.poll(() => textOf(opened)).toContain(words)
    if (status) expect(textOf(opened)).not.toContain('связь')
    expect(control(opened, 'Попробовать ещё раз')).toBeDefined()
  })

  it('whose session is closed: says so, and starts again', async () => {
    const opened = await open('loading', {
      session: () => Promise.reject(new PayError('session_not_open', 'x', { status: 409 })),
    })
    await expect.poll(() => textOf(opened)).toContain('Этот заказ уже закрыт')
    expect(control(opened, 'Начать заново')).toBeDefined()
  })
})

describe('what is said', () => {
  it('is every change, once, with the next step', async () => {
    const opened = await open('loading')
    const region = insideOf(opened).querySelector('[role=status]')!
    const log: string[] = [region.textContent]
    new MutationObserver(() => log.push(region.textContent)).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    })
    const said = {
      ready: '',
      starting: 'Готовим оплату…',
      action: 'Отсканируйте код в Alipay. Осталось 14 минут',
      processing: 'Ждём подтверждения. Платёж обрабатывается. Обычно это занимает несколько секунд.',
      failed: 'Оплата не прошла. На счёте не хватает денег. Пополните его или выберите другой способ.',
      'action-offline': 'Нет связи. Продолжим, когда вернётся. Отсканируйте код в Alipay. Осталось 14 минут',
      succeeded: 'Оплачено. Мы сообщим продавцу об оплате.',
    }
    for (const [name, words] of Object.entries(said)) {
      opened.checkout.set(STATES[name]!())
      await settle(opened)
      await expect.poll(() => region.textContent).toBe(words)
    }
    expect(log).toEqual(['Загружаем заказ…', ...Object.values(said)])
  })

  it('is of the time that is left each minute, once, and nothing with it that was said before', async () => {
    const opened = await open('action')
    const region = insideOf(opened).querySelector('[role=status]')!
    const log: string[] = [region.textContent]
    new MutationObserver(() => log.push(region.textContent)).observe(region, {
      childList: true,
      subtree: true,
    })
    const real = performance.now
    try {
      for (let seconds = 0; seconds <= 845; seconds += 5) {
        performance.now = () => real.call(performance) + seconds * 1000
        sheetOf(opened).requestUpdate()
        await sheetOf(opened).updateComplete
      }
    } finally {
      performance.now = real
    }
    const marks = [...Array(12).keys()].map((i) => `Осталось ${13 - i} ${i < 9 ? 'минут' : 'минуты'}`)
    expect(log).toEqual([
      'Отсканируйте код в Alipay. Осталось 14 минут',
      ...marks,
      'Осталась 1 минута',
      'Время вышло. Проверяем, не пришла ли оплата…',
    ])
  })
})

describe('two languages', () => {
  it('says everything in both, Russian first, in the same size, weight and colour', async () => {
    const opened = await open('failed', { locale: 'zh-Hans', secondLocale: 'ru' })
    await expect.poll(() => textOf(opened)).toContain('Оплата не прошла')
    for (const selector of ['h3', 'legend', '.action']) {
      const node = insideOf(opened).querySelector(selector)!
      const [first, second] = node.textContent.trim().split('\n')
      expect(first).toMatch(/[а-яё]/i)
      expect(second).toMatch(/[\u4e00-\u9fff]/)
      const lines = [...node.querySelectorAll<HTMLElement>('[lang]')]
      expect(lines.map(({ lang, textContent }) => [lang, textContent])).toEqual([
        ['ru', first],
        ['zh-Hans', second],
      ])
      // One below the other, and nothing between them.
      const [above, below] = lines.map((line) => line.getBoundingClientRect())
      expect(below!.top).toBeGreaterThanOrEqual(above!.bottom - 4)
      expect(below!.top).toBeLessThan(above!.bottom + 4)
      const [mine, other] = lines.map((line) => getComputedStyle(line))
      for (const property of ['fontSize', 'fontWeight', 'color', 'fontFamily'] as const)
        expect(other![property]).toBe(mine![property])
    }
    expect(dialogOf(opened).lang).toBe('ru')
    expect(textOf(opened)).toMatch(/На счёте не хватает денег\..*余额不足/)
  })

  it('says each in its own voice, one language after the other', async () => {
    const opened = await open('failed', { secondLocale: 'zh' })
    const region = insideOf(opened).querySelector('[role=status]')!
    const said = () => [...region.children].map((line) => [(line as HTMLElement).lang, line.textContent])
    await expect.poll(said).toEqual([
      ['ru', expect.stringMatching(/^Оплата не прошла\. На счёте не хватает денег[^\u4e00-\u9fff]*$/)],
      ['zh-Hans', expect.stringMatching(/^支付未成功\. 余额不足[^а-яё]*$/)],
    ])
  })

  it('puts a name into each language’s words in that language', async () => {
    const opened = await open('action', { secondLocale: 'zh' })
    await expect
      .poll(() => insideOf(opened).querySelector('h3')!.textContent)
      .toBe('Отсканируйте код в Alipay\n请使用支付宝扫一扫')
    // What has no language of its own is said once.
    const label = insideOf(opened).querySelector('[part=qr]')!.getAttribute('aria-label')
    expect(label).toBe('QR-код для оплаты\n支付二维码')
  })

  /** Every text in the sheet that is written in another language than it says. */
  function wrongLanguages(opened: Opened): string[] {
    const walker = document.createTreeWalker(dialogOf(opened), NodeFilter.SHOW_TEXT)
    const wrong: string[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? ''
      const lang = node.parentElement?.closest('[lang]')?.getAttribute('lang')
      const isRight = lang === 'ru' ? !/[\u4e00-\u9fff]/.test(text) : !/[а-яё]/i.test(text)
      if (!isRight) wrong.push(`${lang}: ${text}`)
    }
    return wrong
  }

  it.each(Object.keys(STATES))('%s: every word says its language', async (name) => {
    const opened = await open(name, { secondLocale: 'zh' })
    await expect.poll(() => insideOf(opened).querySelector('.both [lang=zh-Hans]')).toBeTruthy()
    expect(wrongLanguages(opened)).toEqual([])
  })

  it.each([
    ['the banks', 'action-sbp-banks', undefined, '.banks'],
    ['the way out of an app', 'action', 'wechat', '.coach'],
  ])('%s: every word says its language', async (_, name, inApp, selector) => {
    const opened = await open(name, { secondLocale: 'zh' })
    const sheet = sheetOf(opened)
    const device = { surface: 'mobile' as const, os: 'android' as const, ...(inApp && { inApp }) }
    sheet.options = { ...sheet.options, device, inApp: inApp ? await chunks.inApp() : undefined }
    sheet.requestUpdate()
    await expect
      .poll(() => insideOf(opened).querySelectorAll(`${selector} [lang=zh-Hans]`).length)
      .toBeGreaterThan(2)
    expect(wrongLanguages(opened)).toEqual([])
    for (const node of insideOf(opened).querySelectorAll('.coach li span span'))
      expect(getComputedStyle(node, '::before').content).toBe('none')
  })

  it('changes both with the locale', async () => {
    const opened = await open('succeeded', { secondLocale: 'en' })
    await expect.poll(() => textOf(opened)).toMatch(/Оплачено Paid/)
    opened.host.setAttribute('locale', 'zh-Hans')
    opened.flow.update()
    await expect.poll(() => textOf(opened)).toMatch(/支付成功 Paid/)
  })
})

describe('a merchant’s own words', () => {
  it('stand in place of ours: texts, texts with a value, and reasons', async () => {
    registerTexts('ru', {
      pay: 'Внести {}',
      chooseMethod: 'Как заплатите?',
      methodNames: { sbp: 'Система быстрых платежей' },
      order: (reference) => `Покупка ${reference}`,
      reasons: { failures: { insufficient_funds: 'Не хватает. Пополните счёт.' } },
    })
    const opened = await open('failed')
    await expect.poll(() => textOf(opened)).toContain('Не хватает. Пополните счёт.')
    const text = textOf(opened)
    expect(text).toContain('Внести 98,76 ¥')
    expect(text).toContain('Как заплатите?')
    expect(text).toContain('Система быстрых платежей')
    expect(text).toContain('Покупка A-1001')
    // What they do not name is ours.
    expect(text).toContain('Банковская карта')
  })

  it('stay text', async () => {
    registerTexts('ru', { chooseMethod: '<img src=x onerror=__pwn()>' })
    const opened = await open('ready')
    await expect.poll(() => textOf(opened)).toContain('<img src=x onerror=__pwn()>')
    expect(insideOf(opened).querySelector('img')).toBeNull()
  })
})

it('AS-02: names and descriptions without end leave what is to be tapped in its place', async () => {
  const opened = await open('ready')
  const ready = STATES['ready']!() as State<'ready'>
  const long = 'Очень длинное имя '.repeat(500)
  const lines = Array.from({ length: 100 }, () => ({
    name: long.slice(0, 128),
    quantity: '1',
    total: VIEW.amount,
  }))
  opened.checkout.set({
    ...ready,
    view: {
      ...VIEW,
      merchant: { name: long },
      order: { reference: 'A'.repeat(64), description: long, lines },
      methods: VIEW.methods.map((method) => ({ ...method, id: `x_${method.id}`, name: long })),
    },
  })
  await settle(opened)
  insideOf(opened).querySelector<HTMLElement>('header summary')!.click()
  await frame()
  const { bottom, right } = dialogOf(opened).getBoundingClientRect()
  const pay = insideOf(opened).querySelector('form .action')!.getBoundingClientRect()
  expect(pay.bottom).toBeLessThanOrEqual(bottom)
  expect(pay.right).toBeLessThanOrEqual(right)
  expect(dialogOf(opened).scrollWidth).toBeLessThanOrEqual(dialogOf(opened).clientWidth)
  const hit = insideOf(opened).elementFromPoint((pay.left + pay.right) / 2, (pay.top + pay.bottom) / 2)
  expect(hit?.classList.contains('action')).toBe(true)
})

it('shows the lines of the order when somebody asks', async () => {
  const opened = await open('ready')
  const ready = STATES['ready']!() as State<'ready'>
  const line = { name: 'Шу пуэр', quantity: '2', total: { currency: 'RUB', minorUnits: 100_000 } }
  opened.checkout.set({ ...ready, view: { ...VIEW, order: { ...VIEW.order, lines: [line] } } })
  await settle(opened)
  const details = insideOf(opened).querySelector('header details') as HTMLDetailsElement
  expect(details.open).toBe(false)
  await userEvent.click(details.querySelector('summary')!)
  expect(details.textContent.replace(/\s+/g, ' ')).toContain('Шу пуэр × 21 000,00 ₽')
})

it('calls a method that is not offered by its name, and says why', async () => {
  const opened = await open('ready')
  const summary = [...insideOf(opened).querySelectorAll('summary')].at(-1)!
  await userEvent.click(summary)
  await expect.poll(() => summary.parentElement!.textContent).toMatch(/VK Pay: \S+/)
})
