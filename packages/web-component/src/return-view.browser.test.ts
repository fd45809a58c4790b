import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import { mountReturn, RETURN_STATES } from './fixtures/return-states.ts'
import { texts } from './locales/ru.ts'
import type { ReturnView } from './return-view.ts'

afterEach(() => document.body.replaceChildren())

const WORDS: Readonly<Record<string, string>> = {
  'return-alone': 'Платёж не найден. Откройте заказ в магазине.',
  'return-loading': 'Ждём подтверждения',
  'return-open': 'Заказ ещё не оплачен',
  'return-processing': 'Не платите второй раз',
  'return-offline': 'Нет связи',
  'return-succeeded': 'Оплачено',
  'return-failed': 'Превышен лимит',
  'return-expired': 'Если вы успели заплатить, не платите второй раз',
  'return-late': 'отправили деньги обратно',
  'return-canceled': 'Продавец отменил заказ',
}

async function mount(name: string, theme: string): Promise<ReturnView> {
  document.body.style.background = theme === 'dark' ? '#181b1a' : '#fff'
  return mountReturn(RETURN_STATES[name], { texts, theme })
}

describe.each(Object.keys(RETURN_STATES))('%s', (name) => {
  it.each(['light', 'dark'])('says what is known, and has nothing against WCAG 2.2 AA, %s', async (theme) => {
    const view = await mount(name, theme)
    const text = view.shadowRoot!.textContent
    expect(text).toContain(WORDS[name])
    expect(text).not.toContain('Деньги не списаны')
    // Colours are read when nothing moves any more.
    for (const animation of view.shadowRoot!.getAnimations()) animation.cancel()
    const { violations } = await axe.run(document.body, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    })
    expect(violations.map(({ id }) => id)).toEqual([])
  })
})

it.each(Object.keys(RETURN_STATES))('%s: has one next step, and the number of the payment', async (name) => {
  const view = await mount(name, 'light')
  const root = view.shadowRoot!
  const isOpenQuestion = /processing|offline|loading/.test(name)
  expect([...root.querySelectorAll('.action')].map((node) => node.textContent)).toEqual([
    isOpenQuestion ? 'Да, оплата прошла' : 'Вернуться в магазин',
  ])
  expect(!!root.querySelector('code')).toBe(!isOpenQuestion && name !== 'return-alone')
  if (!isOpenQuestion) {
    expect(root.querySelector('a')!.href).toBe('https://shop.example/')
    return
  }
  // Who did not succeed is told to go back, and can.
  expect(root.querySelector('a')).toBeNull()
  root.querySelector<HTMLElement>('.quiet')!.click()
  await view.updateComplete
  expect(root.querySelector('a')!.textContent).toBe('Вернуться в магазин')
})

it('tells each outcome once', async () => {
  const told: string[] = []
  for (const type of ['pay-success', 'pay-pending', 'pay-failure', 'pay-expire'] as const) {
    document.body.addEventListener(type, () => told.push(type))
  }
  for (const name of ['succeeded', 'processing', 'failed', 'expired']) await mount(`return-${name}`, 'light')
  expect(told).toEqual(['pay-success', 'pay-pending', 'pay-failure', 'pay-expire'])
})

it.each([1, 2, 3, 4, 5, 6])('has a heading of level %d where the page asks for it', async (level) => {
  const view = await mount('return-succeeded', 'light')
  view.level = level
  await view.updateComplete
  const heading = view.shadowRoot!.querySelector(`h${level}`)!
  expect(heading.textContent).toBe('Оплачено')
  expect(getComputedStyle(heading).fontSize).toBe('20px')
})
