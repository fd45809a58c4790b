import { PayError } from '@teabrick/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineElements } from './define-elements.ts'
import { PayErrorEvent } from './events.ts'
import type { PayButton } from './pay-button.ts'

defineElements()

let lines: string[]

beforeEach(() => {
  lines = []
  vi.spyOn(console, 'error').mockImplementation((line) => lines.push(String(line)))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

const API = 'https://pay.example/pay'
const GOOD = { 'api-url': API, 'client-token': 'ct_1' }

async function mount(attributes: Readonly<Record<string, string>>): Promise<PayButton> {
  const element = document.createElement('pay-button')
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  document.body.append(element)
  await element.updateComplete
  return element
}

/** The first sign of intent: when the element reads what it was given. */
const intend = (element: PayButton) =>
  element.renderRoot.querySelector('button')!.dispatchEvent(new Event('pointerenter'))
/** Clicks, and waits for what the console then has. */
const clickForLines = async (element: PayButton, expected: readonly string[]) => {
  element.click()
  await vi.waitFor(() => expect(lines).toEqual(expected))
}

it.each([
  [
    'a type that it does not know',
    { ...GOOD, type: 'by' },
    `<pay-button> type "by" is ignored: none of pay buy checkout order donate subscribe plain. ${API}/errors#config_invalid`,
  ],
  [
    'a presentation that it does not know',
    { ...GOOD, presentation: 'popup' },
    `<pay-button> presentation "popup" is ignored: none of auto modal redirect inline. ${API}/errors#config_invalid`,
  ],
  [
    'a theme that it does not know',
    { ...GOOD, theme: 'night' },
    `<pay-button> theme "night" is ignored: none of auto light dark. ${API}/errors#config_invalid`,
  ],
  [
    'a language without texts',
    { ...GOOD, locale: 'de' },
    `<pay-button> locale "de" is ignored: none of ru zh-Hans en. ${API}/errors#config_invalid`,
  ],
  [
    'a second language without texts',
    { ...GOOD, 'second-locale': 'kk' },
    `<pay-button> second-locale "kk" is ignored: none of ru zh-Hans en. ${API}/errors#config_invalid`,
  ],
  [
    'two sources of the session',
    { ...GOOD, 'session-url': '/api/checkout' },
    `<pay-button> client-token is used, the other source of the session ignored. ${API}/errors#config_invalid`,
  ],
])('tells of %s in one line, at the first sign of intent', async (_, attributes, line) => {
  intend(await mount(attributes))
  expect(lines).toEqual([line])
})

it('tells of a page over plain http, which works and is not safe', async () => {
  vi.stubGlobal('isSecureContext', false)
  intend(await mount(GOOD))
  expect(lines).toEqual([
    `<pay-button> api-url is used on a page over plain http. ${API}/errors#config_invalid`,
  ])
})

it.each([
  [
    'a missing token',
    { 'api-url': API },
    `<pay-button> client-token is missing, as are session-url and createSession. ${API}/errors#config_invalid`,
  ],
  [
    'a token that is none',
    { 'api-url': API, 'client-token': 'sk_live_1' },
    `<pay-button> client-token is not a client token (ct_…). ${API}/errors#config_invalid`,
  ],
  [
    'a session of another origin',
    { 'api-url': API, 'session-url': 'https://other.example/s' },
    `<pay-button> session-url is not of the page’s own origin. ${API}/errors#config_invalid`,
  ],
  [
    'an address over plain http',
    { 'api-url': 'http://shop.example/pay', 'client-token': 'ct_1' },
    '<pay-button> api-url "http://shop.example/pay" is not the https address of a payment API. docs/errors.md#config_invalid',
  ],
  [
    'no address at all',
    { 'client-token': 'ct_1' },
    '<pay-button> api-url null is not the https address of a payment API. docs/errors.md#config_invalid',
  ],
])('tells of %s in one line, at the click', async (_, attributes, line) => {
  const element = await mount(attributes)
  intend(element)
  expect(lines).toEqual([])
  await clickForLines(element, [line])
})

it('tells of an attribute that comes too late', async () => {
  const element = await mount(GOOD)
  intend(element)
  element.setAttribute('api-url', 'https://other.example/pay')
  expect(lines).toEqual([`<pay-button> api-url is in use; make a new element. ${API}/errors#config_locked`])
})

it('tells of a backend that answers without a token', async () => {
  const element = await mount({ 'api-url': API, presentation: 'redirect' })
  element.createSession = async () => ({ token: 'ct_1' }) as never
  await clickForLines(element, [
    `<pay-button> the answer has no clientToken (ct_…). ${API}/errors#unexpected_response`,
  ])
})

it('leads to the page that the payment API names itself', async () => {
  const element = await mount(GOOD)
  const docUrl = `${API}/errors#origin_not_allowed`
  element.dispatchEvent(
    new PayErrorEvent(
      new PayError('origin_not_allowed', 'https://evil.test may not use this API', { docUrl }),
    ),
  )
  expect(lines).toEqual([`<pay-button> https://evil.test may not use this API. ${docUrl}`])
})

it('says nothing of what no developer can correct, and nothing where nothing is wrong', async () => {
  const element = await mount({
    ...GOOD,
    type: 'buy',
    theme: 'auto',
    presentation: 'inline',
    locale: 'zh-CN',
  })
  intend(element)
  for (const code of ['network_error', 'timeout', 'outcome_unknown', 'rate_limited'])
    element.dispatchEvent(new PayErrorEvent(new PayError(code, 'happens')))
  expect(lines).toEqual([])
})
