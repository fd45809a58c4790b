import type { ReturnClient, ReturnState } from '@teabrick/core'
import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import { defineTag } from './define-tag.ts'
import * as reasons from './locales/reasons.ts'
import { texts } from './locales/ru.ts'
import { ReturnView } from './return-view.ts'

afterEach(() => document.body.replaceChildren())

const common = { connection: 'ok', error: null } as const
const STATES: Readonly<Record<string, readonly [ReturnState, string]>> = {
  loading: [{ ...common, status: 'loading' }, 'Ждём подтверждения'],
  open: [{ ...common, status: 'open' }, 'Заказ ещё не оплачен'],
  processing: [{ ...common, status: 'processing', method: 'sbp' }, 'Не платите второй раз'],
  offline: [{ ...common, connection: 'offline', status: 'processing', method: 'sbp' }, 'Нет связи'],
  succeeded: [{ ...common, status: 'succeeded' }, 'Оплачено'],
  failed: [{ ...common, status: 'failed', method: 'sbp', failureCode: 'limit_exceeded' }, 'Превышен лимит'],
  expired: [{ ...common, status: 'expired', late: null }, 'Если вы успели заплатить, деньги вернутся'],
  late: [{ ...common, status: 'expired', late: 'late_refunded' }, 'отправили деньги обратно'],
  canceled: [{ ...common, status: 'canceled', late: null }, 'Продавец отменил заказ'],
}

async function mount(state: ReturnState, theme: string): Promise<ReturnView> {
  const view = document.createElement(defineTag('pay-return-view', ReturnView)) as ReturnView
  const client: ReturnClient = {
    getSnapshot: () => state,
    subscribe: () => () => {},
    load: async () => state,
    stop: () => {},
  }
  Object.assign(view, { host: document.body, client, texts, theme, loadReasons: async () => reasons })
  document.body.style.background = theme === 'dark' ? '#181b1a' : '#fff'
  document.body.append(view)
  await view.updateComplete
  await new Promise((resolve) => setTimeout(resolve, 5))
  await view.updateComplete
  return view
}

describe.each(Object.entries(STATES))('%s', (_, [state, words]) => {
  it.each(['light', 'dark'])('says what is known, and has nothing against WCAG 2.2 AA, %s', async (theme) => {
    const view = await mount(state, theme)
    const text = view.shadowRoot!.textContent
    expect(text).toContain(words)
    expect(text).not.toContain('Деньги не списаны')
    // Colours are read when nothing moves any more.
    for (const animation of view.shadowRoot!.getAnimations()) animation.cancel()
    const { violations } = await axe.run(document.body, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    })
    expect(violations.map(({ id }) => id)).toEqual([])
  })
})

it('tells each outcome once', async () => {
  const told: string[] = []
  for (const type of ['pay-success', 'pay-pending', 'pay-failure', 'pay-expire'] as const) {
    document.body.addEventListener(type, () => told.push(type))
  }
  for (const name of ['succeeded', 'processing', 'failed', 'expired'] as const) {
    await mount(STATES[name]![0], 'light')
  }
  expect(told).toEqual(['pay-success', 'pay-pending', 'pay-failure', 'pay-expire'])
})

it.each([1, 2, 3, 4, 5, 6])('has a heading of level %d where the page asks for it', async (level) => {
  const view = await mount(STATES['succeeded']![0], 'light')
  view.level = level
  await view.updateComplete
  const heading = view.shadowRoot!.querySelector(`h${level}`)!
  expect(heading.textContent).toBe('Оплачено')
  expect(getComputedStyle(heading).fontSize).toBe('20px')
})
