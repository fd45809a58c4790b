import { createHash } from 'node:crypto'
import {
  type CheckoutPayment,
  type CheckoutView,
  FAILURE_CODES,
  PAYMENT_STATUSES,
} from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import { type HostedPage, renderHostedPage } from './hosted-page.ts'
import { hostedCsp } from './hosted-styles.ts'
import { en } from './locales/en.ts'
import { ru } from './locales/ru.ts'
import { zhHans } from './locales/zh-hans.ts'

const view: CheckoutView = {
  version: 1,
  session: { id: 'cs_0123456789abcdefghijkl', status: 'open', expiresInMs: 840_000 },
  merchant: { name: 'Чайная лавка' },
  amount: { currency: 'RUB', minorUnits: 123_456 },
  order: { reference: 'A-1001', description: 'Пуэр', lines: [] },
  methods: [{ id: 'sbp', name: 'SBP', presentations: ['qr'], requires: [], health: 'up' }],
  unavailable: [],
  payment: null,
}
const payment: CheckoutPayment = {
  id: 'pay_0123456789abcdefghijkl_1',
  method: 'sbp',
  status: 'requires_action',
  charge: { currency: 'RUB', minorUnits: 123_456 },
  nextAction: { expiresInMs: 60_000, qr: { payload: 'https://qr.nspk.ru/AD1' } },
  failure: null,
}
const render = (
  change: Partial<CheckoutView>,
  texts = en,
  isMobile = false,
  more: Partial<HostedPage> = {},
) => {
  const { html, refreshSeconds } = renderHostedPage({
    os: 'android',
    banks: [],
    view: { ...view, ...change },
    texts,
    isMobile,
    path: '/pay/c/lt_x',
    backUrl: 'https://shop.example/thanks#teabrick=st_x',
    key: 'key-of-this-opening-0001',
    ...more,
  })
  return { html: html.text, refreshSeconds }
}
const inState = (status: string, session = view.session.status) => ({
  session: { ...view.session, status: session },
  payment: { ...payment, status, nextAction: status === 'requires_action' ? payment.nextAction : null },
})

describe('the hosted page', () => {
  it.each([
    ['created', 'open', 3, 'Waiting for confirmation'],
    ['requires_action', 'open', 5, 'Scan with your phone camera'],
    ['processing', 'open', 3, 'Please do not pay twice'],
    ['canceling', 'open', 3, 'Canceling the previous payment'],
    ['teleported', 'open', 3, 'Please do not pay twice'],
    ['processing', 'closing', 3, 'Please do not pay twice'],
    ['canceled', 'closing', 3, 'Waiting for confirmation'],
    ['processing', 'dreaming', 3, 'Please do not pay twice'],
    ['failed', 'open', undefined, 'did not go through'],
    ['expired', 'open', undefined, 'The time to confirm ran out'],
    ['canceled', 'open', undefined, 'Payment method'],
    ['superseded', 'open', undefined, 'Do not pay the old code'],
    ['succeeded', 'complete', undefined, 'Paid'],
    ['authorized', 'complete', undefined, 'Paid'],
    ['expired', 'expired', undefined, 'If you did pay, do not pay again'],
    ['late_success', 'expired', undefined, 'You do not need to pay again'],
    ['late_refunded', 'canceled', undefined, 'on its way back'],
    ['canceled', 'canceled', undefined, 'The seller canceled the order'],
  ])(
    'shows a %s payment of a session that is %s, reloading after %s s',
    (status, session, seconds, words) => {
      const { html, refreshSeconds } = render(inState(status, session))
      expect(html).toContain(words)
      expect(refreshSeconds).toBe(seconds)
    },
  )

  it('says "not charged" only where nothing was there to pay', () => {
    const over = { session: { ...view.session, status: 'expired' } }
    expect(render({ ...over, payment: null }).html).toContain(en.notCharged)
    for (const status of PAYMENT_STATUSES)
      expect(render({ ...inState(status, 'expired') }).html).not.toContain(en.notCharged)
  })

  it('has words for every failure in every language, and for those of newer servers', () => {
    for (const texts of [ru, zhHans, en]) {
      const failed = (code: string) =>
        render({ payment: { ...payment, status: 'failed', nextAction: null, failure: { code } } }, texts).html
      for (const code of FAILURE_CODES) expect(failed(code)).toContain(texts.failures[code])
      expect(failed('out_of_luck')).toContain(texts.failures.declined)
      expect(failed('constructor')).toContain(texts.failures.declined)
    }
  })

  it('asks for the contacts that a method needs', () => {
    const { html } = render({ methods: [{ ...view.methods[0]!, requires: ['phone', 'email'] }] })
    expect(html).toMatch(/<label class="field">Phone<input name="phone" type="tel"/)
    expect(html).toMatch(/<input name="email" type="email"/)
  })

  it('shows methods that are down for a while, and says when there is none', () => {
    const unavailable = [
      { id: 'alipay', reason: 'suspended' },
      { id: 'vk_pay', name: 'VK Pay', reason: 'down' },
      { id: 'old_wallet', reason: 'down' },
      { id: 'kaspi', reason: 'currency_not_supported' },
    ]
    const { html } = render({ unavailable })
    expect(html).toContain('temporarily unavailable')
    expect(html).toContain('<b>VK Pay</b>')
    expect(html).toContain('<b>Old Wallet</b>')
    expect(html).not.toContain('kaspi')
    expect(render({ methods: [] }).html).toContain('cannot be paid right now')
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'javascript://x/%0aalert(1)',
    '//evil.test',
    'vbscript://x',
  ])('links nowhere that runs code: %s (AS-08, AS-09)', (url) => {
    const nextAction = { expiresInMs: null, redirect: { url }, appLink: { universal: url } }
    for (const isMobile of [true, false]) {
      const { html } = render({ payment: { ...payment, nextAction } }, en, isMobile)
      expect(html).not.toContain(url)
    }
  })

  it.each([
    '<img src=x onerror=__pwn()>',
    '"><svg onload=__pwn()>',
    "'><script>__pwn()</script>",
    '" autofocus onfocus=__pwn() x="',
    '</style><style>*{background:url(//evil.test)}',
    '<!--?lit$123$--><template shadowrootmode=open>',
    '--></title><base href=//evil.test>',
    '$'.concat('{__pwn()}{{__pwn()}}'),
    '\u202e\u0000\u200b\ud800</p><form action=//evil.test>',
    '__proto__',
    'constructor',
    '&lt;img src=x&gt;',
  ])('keeps its skeleton whatever its texts are: %j', (text) => {
    const skeleton = (words: string) => {
      const { methods, order } = view
      const pages = ['requires_action', 'failed', 'processing', 'succeeded'].flatMap((status) =>
        [true, false].map((isMobile) =>
          render(
            {
              merchant: { name: words },
              order: {
                ...order,
                reference: words,
                description: words,
                lines: [1, 2].map(() => ({ name: words, quantity: words, total: view.amount })),
              },
              methods: [
                ...methods,
                {
                  id: words,
                  name: words,
                  presentations: [words],
                  requires: [words],
                  health: words,
                  quote: {
                    id: words,
                    charge: view.amount,
                    rate: words,
                    marginBps: 1,
                    reference: words,
                    validForMs: 1,
                  },
                },
              ],
              unavailable: [{ id: words, reason: 'suspended' }],
              session: { ...view.session, status: status === 'succeeded' ? 'complete' : 'open' },
              payment: {
                ...payment,
                id: words,
                method: words,
                status,
                failure: { code: words },
                nextAction: {
                  expiresInMs: 60_000,
                  banks: { link: 'https://qr.nspk.ru/AD1', list: words },
                  redirect: { url: 'https://pay.example/x' },
                },
              },
            },
            en,
            isMobile,
            { bankQuery: words, backUrl: 'https://shop.example/', key: words, path: '/pay/c/lt_x' },
          ).html.replace(/[^<>"]/g, ''),
        ),
      )
      return pages.join('\n')
    }
    expect(skeleton(text)).toBe(skeleton('tea'))
  })

  it('gives a phone the app’s own link where there is no other', () => {
    const nextAction = { expiresInMs: null, appLink: { scheme: 'alipays://pay?x=1' } }
    const alipay = { ...payment, method: 'alipay', nextAction }
    expect(render({ payment: alipay }, en, true).html).toContain('href="alipays://pay?x=1"')
    expect(render({ payment: alipay }, en, false).html).not.toContain('alipays://')
  })
})

describe('SBP on a phone', () => {
  const link =
    'https://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324'
  const banks = [
    { id: '100000000111', name: 'Сбербанк', packageName: 'ru.sberbankmobile' },
    { id: '110000000005', name: 'Банк ВТБ', webUrl: 'https://online.vtb.ru/i/paymentSbp' },
    ...Array.from({ length: 9 }, (_, index) => ({ id: `20000000000${index}`, name: `Банк № ${index}` })),
  ]
  const toBanks = (payload = link, more: Partial<HostedPage> = {}) =>
    render(
      {
        payment: {
          ...payment,
          nextAction: {
            expiresInMs: 60_000,
            qr: { payload },
            appLink: { universal: payload },
            banks: { link: payload },
          },
        },
      },
      en,
      true,
      { banks, ...more },
    )

  it('offers the first banks by their own links, a search, the SBP’s page and the code', () => {
    const { html, refreshSeconds } = toBanks()
    expect(html).toContain('Choose your bank')
    expect(html.match(/<li>/g)).toHaveLength(5)
    expect(html).toContain(
      'intent://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&amp;bank=100000000111',
    )
    expect(html).toContain(
      'href="https://online.vtb.ru/i/paymentSbp/AD10000000000000000000000000TEST?type=02',
    )
    expect(html).toContain(`href="${link.replaceAll('&', '&amp;')}"`)
    expect(html).toContain('href="/pay/c/lt_x?bank="')
    expect(html).toContain('href="/pay/c/lt_x?qr=1"')
    expect(refreshSeconds).toBe(5)
  })

  it('tells how to get out of another app’s browser', () => {
    expect(toBanks(link, { isInApp: true }).html).toContain('open inside another app')
    expect(toBanks().html).not.toContain('open inside another app')
  })

  it('links by the bank’s scheme where there are no intents', () => {
    expect(toBanks(link, { os: 'ios' }).html).toContain('href="bank100000000111://qr.nspk.ru/AD1')
  })

  it.each([
    ['sber', ['Сбербанк']],
    ['ВТБ', ['Банк ВТБ']],
    ['нет такого', []],
    ['"><script>', []],
  ])('finds %j as %j, and does not reload what is being typed', (bankQuery, names) => {
    const { html, refreshSeconds } = toBanks(link, { bankQuery })
    expect([...html.matchAll(/<span lang="ru">([^<]*)/g)].map(([, name]) => name)).toEqual(names)
    expect(html.includes('No such bank')).toBe(names.length === 0)
    expect(html).not.toContain('<script')
    expect(refreshSeconds).toBeUndefined()
  })

  it('offers nothing to pay by when the link was changed on its way', () => {
    const { html } = toBanks(link.replace('123456', '1'))
    expect(html).toContain('The payment link is damaged')
    expect(html).not.toMatch(/qr\.nspk\.ru|class="qr"/)
    expect(html).toContain('/pay/c/lt_x/cancel')
  })
})

it('does not tell twice what the only line says', () => {
  const line = { name: 'Пуэр', quantity: '1', total: view.amount }
  expect(render({ order: { ...view.order, lines: [line] } }).html.match(/Пуэр/g)).toHaveLength(1)
  expect(
    render({ order: { ...view.order, lines: [{ ...line, quantity: '2' }] } }).html.match(/Пуэр/g),
  ).toHaveLength(2)
})

describe('with the element on top', () => {
  const element = {
    script: 'https://shop.example/teabrick/pay-button.js',
    integrity: undefined,
    apiUrl: 'https://shop.example/pay',
    clientToken: 'ct_x',
    locale: 'en',
    plainPath: '/pay/c/lt_x?plain',
  }

  it('keeps the whole plain page below, and reloads it without scripts only', () => {
    const { html, refreshSeconds } = render(inState('requires_action'), en, false, { element })
    expect(html).toContain(
      '<script type="module" src="https://shop.example/teabrick/pay-button.js"></script>',
    )
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>')
    expect(html).toContain('<body data-refresh="5">')
    expect(html).toContain('client-token="ct_x"')
    expect(html).toContain('class="qr"')
    // The header would reload the element too.
    expect(refreshSeconds).toBeUndefined()
  })

  it('names the module last, after everything that works without it', () => {
    const { html } = render(inState('requires_action'), en, false, { element })
    expect(html.slice(html.indexOf('<script type="module"'))).toMatch(
      /^<script type="module" src="[^"]+"><\/script><\/body><\/html>$/,
    )
  })

  it('checks the module where its hash is known', () => {
    const { html } = render({}, en, false, { element: { ...element, integrity: 'sha384-x' } })
    expect(html).toContain('integrity="sha384-x" crossorigin')
  })

  it.each(['complete', 'expired', 'canceled'])('has no script when the session is %s', (status) => {
    expect(render(inState('succeeded', status), en, false, { element }).html).not.toContain('<script')
  })

  it('allows the module, what lies beside it, and the starter by its hash', () => {
    const policy = hostedCsp(element)
    const [, starter = ''] = /<script>([^<]*)/.exec(render({}, en, false, { element }).html) ?? []
    const hash = createHash('sha256').update(starter).digest('base64')
    expect(policy).toContain(`script-src https://shop.example/teabrick/ 'sha256-${hash}';`)
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types lit-html")
    expect(hostedCsp()).not.toContain('script')
  })
})
