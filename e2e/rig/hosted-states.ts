import type { CheckoutPayment, CheckoutView } from '@teabrick/core/contract'
import {
  type HostedPage,
  renderHostedPage,
  renderMessagePage,
} from '../../packages/server/src/http/hosted/hosted-page.ts'
import { pickTexts } from '../../packages/server/src/http/hosted/pick-texts.ts'
import { BANKS, SBP_LINK } from '../../packages/web-component/src/fixtures/banks.ts'
import { payment, STATES, VIEW } from '../../packages/web-component/src/fixtures/states.ts'

type Change = Partial<Pick<HostedPage, 'notice' | 'showQr' | 'bankQuery' | 'isInApp'>>

/** Of the element's states those that the server has: what was loaded, and how it goes on in other ways than the element's. */
const SHOWN: readonly (readonly [name: string, view: CheckoutView, change?: Change])[] = [
  ...Object.entries(STATES).flatMap(([name, state]) => {
    const drawn = state()
    return drawn.status === 'loading' ? [] : [[name, drawn.view] as const]
  }),
  ['one-line', { ...VIEW, order: { ...VIEW.order, lines: lines(1) } }],
  ['many-lines', { ...VIEW, order: { ...VIEW.order, lines: lines(12) } }],
  ['notice-quote', VIEW, { notice: 'quote_changed' }],
  ['notice-contact', VIEW, { notice: 'contact_invalid' }],
  ['suspended', { ...VIEW, unavailable: [{ id: 'sbp', reason: 'suspended' }] }],
  ['closing', { ...VIEW, session: { ...VIEW.session, status: 'closing' } }],
  ['show-qr', withPayment(payment()), { showQr: true }],
  ['in-app', withPayment(payment()), { isInApp: true }],
  ['banks-search', withPayment(sbp(SBP_LINK)), { bankQuery: 'банк' }],
  ['banks-none', withPayment(sbp(SBP_LINK)), { bankQuery: 'xyzzy' }],
  ['banks-damaged', withPayment(sbp(SBP_LINK.replace('123456', '1')))],
]

function lines(count: number): CheckoutView['order']['lines'] {
  return Array.from({ length: count }, (_, i) => ({
    name: `Чай ${i + 1}`,
    quantity: i % 3 ? '1' : '2.5',
    total: { currency: 'RUB', minorUnits: 12_300 },
  }))
}

function sbp(link: string): CheckoutPayment {
  return payment({
    method: 'sbp',
    charge: VIEW.amount,
    nextAction: {
      expiresInMs: 290_000,
      qr: { payload: link },
      appLink: { universal: link },
      banks: { link, list: 'list-1' },
    },
  })
}

function withPayment(live: CheckoutPayment): CheckoutView {
  return { ...VIEW, payment: live }
}

export const HOSTED_NAMES: readonly string[] = [...SHOWN.map(([name]) => name), 'wrong-link']

/** The hosted page without a script, in one of its states. */
export function renderHostedState(
  name: string,
  { locale, isMobile }: { readonly locale: string; readonly isMobile: boolean },
): string {
  const texts = pickTexts(locale, null)
  const shown = SHOWN.find((each) => each[0] === name)
  if (!shown) return renderMessagePage(texts, texts.linkInvalid, texts.linkHelp).text
  const [, view, change] = shown
  return renderHostedPage({
    view,
    texts,
    isMobile,
    path: '/pay/c/lt_x',
    backUrl: 'https://shop.example/thanks',
    key: 'key-of-this-opening-0001',
    os: isMobile ? 'android' : 'windows',
    banks: BANKS,
    ...change,
  }).html.text
}
