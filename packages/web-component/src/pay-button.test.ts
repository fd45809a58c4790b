import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineElements } from './define-elements.ts'
import type { PayErrorEvent } from './events.ts'
import type { PayButton } from './pay-button.ts'

defineElements()

let errors: PayErrorEvent['error'][]

beforeEach(() => {
  errors = []
  document.documentElement.lang = 'ru'
})
afterEach(() => document.body.replaceChildren())

async function mount(attributes: Record<string, string> = {}, inside = ''): Promise<PayButton> {
  const element = document.createElement('pay-button')
  const all = { 'api-url': 'https://pay.example/pay', 'client-token': 'ct_1', locale: 'ru', ...attributes }
  for (const [name, value] of Object.entries(all)) element.setAttribute(name, value)
  element.innerHTML = inside
  element.addEventListener('pay-error', ({ error }) => errors.push(error))
  document.body.append(element)
  await element.updateComplete
  return element
}
const buttonOf = (element: PayButton) => element.renderRoot.querySelector('button')!
const labelOf = (element: PayButton) => buttonOf(element).textContent
const settle = () => new Promise((resolve) => setTimeout(resolve))

describe('the label', () => {
  it('follows type and locale, each language marked as its own', async () => {
    const element = await mount({ type: 'buy', 'second-locale': 'zh-CN' })
    expect(labelOf(element)).toBe('Купить · 立即购买')
    expect(
      [...buttonOf(element).querySelectorAll('[lang]')].map((node) => node.getAttribute('lang')),
    ).toEqual(['ru', 'zh-Hans'])
    element.locale = 'en'
    await element.updateComplete
    expect(labelOf(element)).toBe('Buy · 立即购买')
  })

  it('takes the document’s language when it has none of its own', async () => {
    document.documentElement.lang = 'zh'
    const element = await mount()
    element.removeAttribute('locale')
    await element.updateComplete
    expect(labelOf(element)).toBe('立即支付')
  })

  it('never puts the page’s link inside the button', async () => {
    const element = await mount({}, '<a href="/buy">Купить</a>')
    expect(buttonOf(element).querySelector('slot:not([name])')).toBeNull()
    expect(element.renderRoot.querySelector<HTMLSlotElement>('slot:not([name])')!.hidden).toBe(true)
  })
})

describe('events', () => {
  it('tells once that it is ready', async () => {
    const element = document.createElement('pay-button')
    let ready = 0
    element.addEventListener('pay-ready', () => ready++)
    document.body.append(element)
    await element.updateComplete
    element.remove()
    document.body.append(element)
    await settle()
    expect(ready).toBe(1)
  })

  it('does nothing more when pay-click is prevented', async () => {
    const element = await mount({ 'api-url': 'javascript:alert(1)' })
    element.addEventListener('pay-click', (event) => event.preventDefault())
    element.click()
    await settle()
    expect(errors).toEqual([])
    expect(buttonOf(element).ariaBusy).toBeFalsy()
  })

  it('does not click when disabled', async () => {
    const element = await mount()
    element.disabled = true
    await element.updateComplete
    expect(buttonOf(element).disabled).toBe(true)
    expect(element.hasAttribute('disabled')).toBe(true)
  })
})

describe('bad configuration', () => {
  it.each([
    ['BA-11', { 'api-url': 'javascript:__pwn()' }, 'api-url'],
    ['BA-12', { 'api-url': 'JaVaScRiPt:__pwn()' }, 'api-url'],
    ['BA-16', { 'api-url': ' javascript:__pwn()' }, 'api-url'],
    ['plain http', { 'api-url': 'http://shop.example/pay' }, 'api-url'],
    ['no token at all', { 'client-token': '' }, 'client-token'],
    ['a token that is none', { 'client-token': '"><svg onload=__pwn()>' }, 'client-token'],
    [
      'a session of another origin',
      { 'client-token': '', 'session-url': 'https://evil.test/s' },
      'session-url',
    ],
  ])('%s: says so in the page and in pay-error, and goes nowhere', async (_, attributes, path) => {
    const element = await mount(attributes, '<a href="/buy">Купить</a>')
    const before = location.href
    element.click()
    await settle()
    expect(errors.map(({ code, path: where }) => [code, where])).toEqual([['config_invalid', path]])
    expect(element.renderRoot.querySelector('[role=alert]')!.textContent).toContain('Оплата не открылась')
    expect(element.renderRoot.querySelector<HTMLSlotElement>('slot:not([name])')!.hidden).toBe(false)
    expect(location.href).toBe(before)
    expect(buttonOf(element).ariaBusy).toBeFalsy()
  })
})

describe('BA-17: after the first sign of intent', () => {
  it('another api-url raises config_locked', async () => {
    const element = await mount()
    buttonOf(element).dispatchEvent(new Event('pointerenter'))
    element.setAttribute('api-url', 'https://evil.test/api')
    expect(errors.map(({ code, path }) => [code, path])).toEqual([['config_locked', 'api-url']])
  })

  it('locale and theme stay live, and setting the same value again is nothing', async () => {
    const element = await mount()
    buttonOf(element).dispatchEvent(new Event('pointerenter'))
    element.setAttribute('api-url', 'https://pay.example/pay')
    element.locale = 'en'
    element.theme = 'dark'
    await element.updateComplete
    expect(errors).toEqual([])
    expect(labelOf(element)).toBe('Pay')
  })
})

describe('markup in attributes stays text', () => {
  it.each([
    ['BA-01', '<img src=x onerror=__pwn()>'],
    ['BA-02', '"><svg onload=__pwn()>'],
    ['BA-04', '" autofocus onfocus=__pwn() x="'],
    ['BA-07', '<math><mtext></table><img src=x onerror=__pwn()>'],
    ['BA-09', '$'.concat('{__pwn()}')],
    ['BA-10', '<template shadowrootmode=open><script>__pwn()</script></template>'],
    ['BA-18', 'background:url(https://evil.test/leak)'],
  ])('%s: %s', async (_, value) => {
    const names = [
      'label',
      'locale',
      'theme',
      'type',
      'methods',
      'presentation',
      'second-locale',
      'return-url',
      'description',
    ]
    const element = await mount(Object.fromEntries(names.map((name) => [name, value])))
    expect(
      element.renderRoot.querySelector('img, script, template, a, [onload], [onerror], [onfocus], [style]'),
    ).toBeNull()
    expect(labelOf(element)).toBe('Оплатить')
  })
})

it('BA-21: a thousand moves leave one button and no error', async () => {
  const element = await mount()
  for (let i = 0; i < 1000; i++) {
    document.body.append(element)
    element.setAttribute('type', i % 2 ? 'buy' : 'pay')
  }
  await element.updateComplete
  expect(element.renderRoot.querySelectorAll('button')).toHaveLength(1)
  expect(errors).toEqual([])
})

it('BA-26: defining again, or beside another copy, never throws', () => {
  expect(() => defineElements()).not.toThrow()
})
