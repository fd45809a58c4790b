import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { defineElements } from './define-elements.ts'
import { registerTexts } from './own-texts.ts'
import type { PayButton } from './pay-button.ts'

defineElements()
afterEach(() => document.body.replaceChildren())

async function mount(markup: string): Promise<PayButton> {
  document.documentElement.lang = 'ru'
  const template = document.createElement('template')
  template.innerHTML = markup
  document.body.append(template.content)
  const element = document.querySelector('pay-button')!
  await element.updateComplete
  return element
}
const buttonOf = (element: PayButton) => element.renderRoot.querySelector('button')!

describe.each(['light', 'dark'])('in the %s theme', (theme) => {
  it.each(['pay', 'plain'])('type %s has nothing against WCAG 2.2 AA', async (type) => {
    document.body.style.background = theme === 'dark' ? '#181b1a' : '#fff'
    await mount(
      `<pay-button api-url="https://pay.example" client-token="ct_1" theme="${theme}" type="${type}" second-locale="zh"><a href="/buy">Купить</a></pay-button>`,
    )
    const { violations } = await axe.run(document.body, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    })
    expect(violations.map(({ id }) => id)).toEqual([])
  })
})

it('is a 48 px target of at least 288 px, and shrinks with its column', async () => {
  const element = await mount('<pay-button api-url="https://pay.example" client-token="ct_1"></pay-button>')
  const { width, height } = buttonOf(element).getBoundingClientRect()
  expect(width).toBeGreaterThanOrEqual(288)
  expect(height).toBeGreaterThanOrEqual(48)
  document.body.replaceChildren()
  const narrow = await mount('<div style="width: 120px"><pay-button></pay-button></div>')
  expect(buttonOf(narrow).getBoundingClientRect().width).toBeLessThanOrEqual(120)
})

describe('BA-19: a label of 100 kB', () => {
  const long = 'A'.repeat(100_000)
  /** By its name, as a screen reader says it. */
  const named = (name: string) =>
    expect.element(page.getByRole('button', { name, exact: true })).toBeVisible()

  it('is cut at 200 characters, for the eye and for the ear, and stays within the button', async () => {
    const element = await mount(
      `<div style="width: 300px"><pay-button><span slot="label">${long}</span></pay-button></div>`,
    )
    const { width, height } = element.getBoundingClientRect()
    expect(width).toBeLessThanOrEqual(300)
    expect(height).toBeLessThanOrEqual(120)
    await named(`${'A'.repeat(199)}…`)
    const { violations } = await axe.run(element, { runOnly: ['wcag2a'] })
    expect(violations).toEqual([])
  })

  it('gives its place to a shorter one', async () => {
    const element = await mount(`<pay-button><span slot="label">${long}</span></pay-button>`)
    element.querySelector('[slot]')!.remove()
    element.insertAdjacentHTML('beforeend', '<b slot="label">Купить чай</b>')
    await named('Купить чай')
    element.replaceChildren()
    await named('Оплатить')
  })

  it('is cut where a page has registered it', async () => {
    registerTexts('ru', { button: { pay: '🧑🏻‍🚀'.repeat(20_000) } })
    await mount('<pay-button></pay-button>')
    registerTexts('ru', {})
    await named(`${'🧑🏻‍🚀'.repeat(199)}…`)
  })
})

it('takes the focus as one control, and is pressed by keyboard', async () => {
  const element = await mount('<pay-button api-url="https://pay.example" client-token="ct_1"></pay-button>')
  let clicks = 0
  element.addEventListener('pay-click', (event) => {
    clicks++
    event.preventDefault()
  })
  element.focus()
  expect(document.activeElement).toBe(element)
  await userEvent.keyboard('{Enter}')
  await userEvent.keyboard(' ')
  expect(clicks).toBe(2)
})

it('shows its link only when there is nothing else', async () => {
  const element = await mount('<pay-button api-url="javascript:1"><a href="/buy">Купить</a></pay-button>')
  const link = element.querySelector('a')!
  expect(link.checkVisibility()).toBe(false)
  buttonOf(element).click()
  await expect.poll(() => link.checkVisibility()).toBe(true)
})

it('never submits a form', async () => {
  const element = await mount('<form><pay-button></pay-button></form>')
  let submits = 0
  document.querySelector('form')!.addEventListener('submit', (event) => {
    submits++
    event.preventDefault()
  })
  buttonOf(element).click()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(submits).toBe(0)
})
