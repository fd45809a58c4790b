import { createTestPaymentApi, type TestPaymentApi } from '@teabrick/core/testing'
import type { ReactElement } from 'react'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UsePayOptions, UsePayResult } from '../index.ts'
import { buildReactPage, type ReactPage } from './react-versions.ts'

const API_URL = 'https://shop.example/pay'

// happy-dom has no `part`, which the element sets on its nodes.
Object.defineProperty(Element.prototype, 'part', { get: () => ({ add() {} }), configurable: true })

async function createSession(api: TestPaymentApi): Promise<{ id: string; clientToken: string }> {
  const response = await api.fetch(`${API_URL}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({
      amount: { currency: 'RUB', minorUnits: 123_456 },
      order: { reference: 'A-1001', description: 'Tea' },
      returnUrl: 'https://shop.example/thanks',
    }),
  })
  return response.json()
}

interface BuyerProps {
  readonly page: ReactPage
  readonly options: UsePayOptions
  readonly onResult: (result: UsePayResult) => void
}

function Buyer({ page, options, onResult }: BuyerProps): ReactElement {
  const result = page.bindings.usePay(options)
  onResult(result)
  return page.React.createElement('output', null, result.state.status)
}

/** The contract that the bindings keep with every version of React, in a page with a DOM. */
export function describeBindings(version: 18 | 19): void {
  let page: ReactPage
  let container: HTMLElement
  let root: ReturnType<ReactPage['client']['createRoot']>

  beforeAll(async () => {
    page = await buildReactPage(version)
    expect(page.React.version).toMatch(new RegExp(`^${version}\\.`))
    ;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true
  }, 60_000)
  afterAll(() => page?.remove())

  beforeEach(() => {
    container = document.createElement('div')
    document.body.append(container)
    root = page.client.createRoot(container)
  })
  afterEach(async () => {
    await page.React.act(async () => root.unmount())
    container.remove()
  })

  const render = (element: ReactElement) =>
    page.React.act(async () => {
      root.render(page.React.createElement(page.React.StrictMode, null, element))
    })
  const wait = (until: () => boolean) =>
    page.React.act(async () => {
      for (let i = 0; i < 200 && !until(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
    })
  const button = () =>
    container.querySelector('pay-button') as HTMLElement & { createSession?: () => Promise<string> }

  it('takes over the page of the server without a complaint', async () => {
    const { PayButton } = page.bindings
    const { createElement } = page.React
    const tree = createElement(
      PayButton,
      { apiUrl: API_URL, sessionUrl: '/api', disabled: true },
      createElement('a', { href: '/' }, 'Pay'),
    )
    const complaints: unknown[] = []
    const { error } = console
    const host = document.createElement('div')
    document.body.append(host)
    console.error = () => undefined
    host.innerHTML = page.server.renderToString(tree)
    console.error = (...all: unknown[]) => complaints.push(all)
    const hydrated = await page.React.act(async () => page.client.hydrateRoot(host, tree))
    console.error = error
    expect(complaints).toEqual([])
    await page.React.act(async () => hydrated.unmount())
    host.remove()
  })

  it('keeps the attributes as the props say', async () => {
    const { PayButton } = page.bindings
    const { createElement } = page.React
    await render(
      createElement(PayButton, {
        apiUrl: API_URL,
        clientToken: 'ct_a',
        type: 'order',
        disabled: true,
        theme: 'dark',
      }),
    )
    await wait(() => customElements.get('pay-button') !== undefined)
    const attributes = ['api-url', 'client-token', 'type', 'theme', 'disabled']
    expect(attributes.map((name) => button().hasAttribute(name))).toEqual([true, true, true, true, true])
    expect(button().getAttribute('type')).toBe('order')
    await render(createElement(PayButton, { apiUrl: API_URL, clientToken: 'ct_a' }))
    await wait(() => !button().hasAttribute('disabled'))
    expect(attributes.map((name) => button().hasAttribute(name))).toEqual([true, true, false, false, false])
  })

  it('gives events to the props of the last render, once each', async () => {
    const { PayButton } = page.bindings
    const { createElement } = page.React
    const seen: string[] = []
    const handle = (name: string) => (event: object) => void seen.push(`${name} ${(event as Event).type}`)
    await render(createElement(PayButton, { apiUrl: API_URL, onPaySuccess: handle('first') }))
    await render(
      createElement(PayButton, {
        apiUrl: API_URL,
        onPaySuccess: handle('second'),
        onPayError: handle('error'),
      }),
    )
    button().dispatchEvent(new Event('pay-success'))
    button().dispatchEvent(new Event('pay-error'))
    button().dispatchEvent(new Event('pay-cancel'))
    expect(seen).toEqual(['second pay-success', 'error pay-error'])
  })

  it('tells when the element is ready', async () => {
    const { PayButton } = page.bindings
    const { createElement } = page.React
    let ready = 0
    await render(createElement(PayButton, { apiUrl: API_URL, onPayReady: () => void ready++ }))
    await wait(() => ready > 0)
    expect(ready).toBe(1)
  })

  it('keeps one createSession over renders, which calls the newest', async () => {
    const { PayButton } = page.bindings
    const { createElement } = page.React
    await render(createElement(PayButton, { apiUrl: API_URL, createSession: async () => 'ct_old' }))
    const first = button().createSession
    await render(createElement(PayButton, { apiUrl: API_URL, createSession: async () => 'ct_new' }))
    expect(button().createSession).toBe(first)
    expect(await first?.()).toBe('ct_new')
    await render(createElement(PayButton, { apiUrl: API_URL }))
    expect(button().createSession).toBe(undefined)
  })

  it('hands out the element by ref', async () => {
    const { PayButton } = page.bindings
    const { createElement, createRef } = page.React
    const ref = createRef<HTMLElement>()
    await render(createElement(PayButton, { apiUrl: API_URL, ref: ref as never }))
    expect(ref.current).toBe(button())
  })

  it('renders <pay-return> with the settings of the provider', async () => {
    const { PayProvider, PayReturn } = page.bindings
    const { createElement } = page.React
    const seen: string[] = []
    await render(
      createElement(
        PayProvider,
        { apiUrl: API_URL, locale: 'zh-Hans' },
        createElement(PayReturn, { onPayPending: ({ type }) => void seen.push(type) }),
      ),
    )
    const element = container.querySelector('pay-return')
    expect([element?.getAttribute('api-url'), element?.getAttribute('locale')]).toEqual([API_URL, 'zh-Hans'])
    element?.dispatchEvent(new Event('pay-pending'))
    expect(seen).toEqual(['pay-pending'])
  })

  describe('usePay', () => {
    let pay: UsePayResult
    const renderPay = (options: UsePayOptions) =>
      render(
        page.React.createElement(Buyer, {
          page,
          options,
          onResult: (result) => {
            pay = result
          },
        }),
      )

    it('makes nothing before it is asked, and one session however often', async () => {
      const api = createTestPaymentApi()
      let made = 0
      const options = {
        apiUrl: API_URL,
        fetch: api.fetch,
        createSession: async () => {
          made++
          return (await createSession(api)).clientToken
        },
      }
      await renderPay(options)
      await wait(() => false)
      expect([made, api.requests.length, container.textContent]).toEqual([0, 0, 'loading'])
      await page.React.act(async () => {
        await Promise.all([pay.load(), pay.load(), pay.pay('sbp')])
      })
      expect(made).toBe(1)
      expect(container.textContent).toBe('requires_action')
      expect(api.requests.filter(({ path }) => path === '/v1/checkout/payments').length).toBe(1)
    })

    it('follows the payment while mounted', async () => {
      const api = createTestPaymentApi()
      const { id, clientToken } = await createSession(api)
      await renderPay({ apiUrl: API_URL, fetch: api.fetch, clientToken })
      await page.React.act(async () => void (await pay.pay('alipay')))
      expect([container.textContent, pay.isBusy]).toEqual(['requires_action', false])
      await wait(() => false)
      api.approve(id)
      await wait(() => container.textContent === 'succeeded')
      expect(container.textContent).toBe('succeeded')
    })

    it('shows why no session could be made, and tries again', async () => {
      const api = createTestPaymentApi()
      let isDown = true
      await renderPay({
        apiUrl: API_URL,
        fetch: api.fetch,
        createSession: async () => {
          if (isDown) throw new Error('backend down')
          return (await createSession(api)).clientToken
        },
      })
      await page.React.act(async () => {
        await expect(pay.load()).rejects.toMatchObject({ code: 'network_error' })
      })
      expect(pay.state).toMatchObject({ status: 'loading', error: { code: 'network_error' } })
      isDown = false
      await page.React.act(async () => void (await pay.load()))
      expect(pay.state).toMatchObject({ status: 'ready', error: null })
    })

    it('makes another session after reset', async () => {
      const api = createTestPaymentApi()
      const ids: string[] = []
      await renderPay({
        apiUrl: API_URL,
        fetch: api.fetch,
        createSession: async () => {
          const { id, clientToken } = await createSession(api)
          ids.push(id)
          return clientToken
        },
      })
      await page.React.act(async () => void (await pay.pay('sbp')))
      api.approve(ids[0] as string)
      await wait(() => pay.state.status === 'succeeded')
      await page.React.act(async () => pay.reset())
      expect(pay.state.status).toBe('loading')
      await page.React.act(async () => void (await pay.load()))
      expect([pay.state.status, ids.length]).toEqual(['ready', 2])
    })

    it('says what is missing', async () => {
      await renderPay({})
      await page.React.act(async () => {
        await expect(pay.load()).rejects.toMatchObject({ code: 'config_invalid' })
      })
    })
  })
}
