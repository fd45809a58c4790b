// @vitest-environment node
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildReactPage, type ReactPage } from './testing/react-versions.ts'

const API_URL = 'https://shop.example/pay'

describe.each([18, 19] as const)('React %i without a browser', (version) => {
  let page: ReactPage
  beforeAll(async () => {
    page = await buildReactPage(version)
  }, 60_000)
  afterAll(() => page?.remove())

  it('renders the bare element with its attributes and its fallback link, without a complaint', () => {
    const { PayButton, PayProvider } = page.bindings
    const { createElement } = page.React
    const complaints: unknown[] = []
    const { error } = console
    console.error = (...all: unknown[]) => complaints.push(all)
    const html = page.server.renderToString(
      createElement(
        PayProvider,
        { apiUrl: API_URL, locale: 'ru' },
        createElement(
          PayButton,
          {
            sessionUrl: '/api/checkout',
            type: 'buy',
            methods: ['alipay', 'sbp'],
            data: { sku: 'da-hong-pao', unitCount: 2 },
            className: 'wide',
            label: 'Купить',
            disabled: true,
          },
          createElement('a', { href: '/buy/A-1001' }, 'Оплатить'),
        ),
      ),
    )
    console.error = error
    const [, attributes = '', inside] = /^<pay-button ([^>]*)>(.*)<\/pay-button>$/.exec(html) ?? []
    expect(
      Object.fromEntries(
        [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      ),
    ).toEqual({
      'api-url': API_URL,
      locale: 'ru',
      'session-url': '/api/checkout',
      type: 'buy',
      methods: 'alipay sbp',
      'data-sku': 'da-hong-pao',
      'data-unit-count': '2',
      class: 'wide',
      disabled: expect.any(String),
    })
    expect(inside).toBe('<span slot="label">Купить</span><a href="/buy/A-1001">Оплатить</a>')
    expect(complaints).toEqual([])
  })

  it('renders <pay-return> and a headless page', () => {
    const { PayReturn, usePay } = page.bindings
    const { createElement } = page.React
    expect(page.server.renderToString(createElement(PayReturn, { apiUrl: API_URL }))).toBe(
      `<pay-return api-url="${API_URL}"></pay-return>`,
    )
    expect(page.server.renderToString(createElement(Status, { usePay, createElement }))).toContain('loading')
  })
})

interface StatusProps {
  readonly usePay: ReactPage['bindings']['usePay']
  readonly createElement: ReactPage['React']['createElement']
}

function Status({ usePay, createElement }: StatusProps) {
  return createElement('output', null, usePay({ apiUrl: API_URL, clientToken: 'ct_x' }).state.status)
}
