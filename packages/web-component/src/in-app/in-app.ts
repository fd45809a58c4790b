import { inAppBrowser } from '@teabrick/core'
import type { OperatingSystem } from '@teabrick/core/contract'
import type { Texts } from '../locales/texts.ts'
import { adoptStyles, makeNode as make, nodeOf } from '../make-node.ts'
import { COACH_STYLES } from './coach.styles.ts'
import { COACH_TEXTS } from './coach-texts.ts'

export { inAppBrowser }

/** Methods that are at home in an app: they come first there, and need no way out of it. */
const AT_HOME: Readonly<Record<string, string>> = {
  wechat: 'wechat_pay',
  alipay: 'alipay',
  alipay_hk: 'alipay_hk',
  taobao: 'alipay',
  vk: 'vk_pay',
  sber: 'sber_pay',
  tbank: 't_pay',
}

// An app does not open its rival's links, whatever they are.
const TENCENT = /^(wechat|qq)$/
const ALIBABA = /^(alipay|taobao|dingtalk|lazada|aliexpress)/

/** Whether a method is at home in the app. */
export function isAtHome(app: string, method: string): boolean {
  return Object.hasOwn(AT_HOME, app) && AT_HOME[app] === method
}

/** Whether an app never opens a method's links. */
export function isBlocked(app: string, method: string): boolean {
  return /^alipay/.test(method) ? TENCENT.test(app) : method === 'wechat_pay' && ALIBABA.test(app)
}

/** Apps whose menu is below the page on an iPhone. */
const MENU_BELOW = /^(facebook|telegram|twitter|linkedin)$/

export interface CoachOptions {
  readonly app: string
  readonly os: OperatingSystem | undefined
  readonly method: string
  readonly texts: Pick<Texts, 'locale' | 'of'>
  /** The address that carries the checkout to another browser. */
  readonly url: string
  /** Where the coach mark will be: its styles go there. */
  readonly root: ShadowRoot
}

/** How to get out of an app's built-in browser with the payment: two drawn steps, and the link to copy. */
export function createCoach({
  app,
  os,
  method,
  texts: { locale, of },
  url,
  root,
}: CoachOptions): HTMLElement {
  const texts = of?.(COACH_TEXTS, 'coach') ?? COACH_TEXTS[locale]
  if (!dressed.has(root)) adoptStyles(root, COACH_STYLES)
  dressed.add(root)
  const isBelow = os === 'ios' && MENU_BELOW.test(app)
  const steps = make(
    'ol',
    {},
    make('li', {}, drawing(MENU, isBelow), make('span', {}, isBelow ? texts.menuBelow : texts.menuAbove)),
    make('li', {}, drawing(ITEM, isBelow), make('span', {}, texts.openInBrowser)),
  )
  const copy = make(
    'button',
    { type: 'button', class: 'quiet', part: 'action', 'aria-live': 'polite' },
    texts.copyLink,
  )
  copy.addEventListener('click', () => {
    // Many of these browsers have no clipboard: then the link is there to be marked by hand.
    const copying = navigator.clipboard?.writeText(url) ?? Promise.reject(new Error('no clipboard'))
    copying.then(
      () => {
        copy.replaceChildren(nodeOf(texts.copied))
      },
      () => {
        const input = make('input', { readonly: '', value: url })
        copy.replaceWith(make('label', { class: 'field' }, texts.copyLink, input))
        input.focus()
        input.select()
      },
    )
  })
  const note = (text: string) => make('div', { class: 'note coach stack' }, make('p', {}, text), steps, copy)
  if (!isBlocked(app, method)) return note(texts.maybe)
  // In place of the sheet's own heading, which would ask for what cannot be done here.
  return make(
    'div',
    { class: 'way-out' },
    make('h3', { class: 'center', tabindex: '-1' }, texts.openPage),
    note(texts.blocked),
  )
}

const SVG = 'http://www.w3.org/2000/svg'
const PHONE = 'M14 4h36a6 6 0 0 1 6 6v60a6 6 0 0 1-6 6H14a6 6 0 0 1-6-6V10a6 6 0 0 1 6-6'
const DOT = 'M41 14h.01M46 14h.01M51 14h.01'
const MENU = [
  `${PHONE}M8 22h48M16 32h24M16 40h32M16 48h18`,
  `${DOT}M46 14m-10 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0`,
]
const ITEM = [
  `${PHONE}M14 28h36v40H14zM20 36h24M20 60h24`,
  'M14 42h36v12H14zM28 48h16M22 48m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
]

/** A phone in lines, and what to tap in the accent. Upside down where the menu is below. */
function drawing([lines, mark]: readonly string[], isBelow: boolean): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 64 80')
  svg.setAttribute('aria-hidden', 'true')
  for (const [path, name] of [
    [lines, 'lines'],
    [mark, 'mark'],
  ]) {
    const node = document.createElementNS(SVG, 'path')
    node.setAttribute('d', path as string)
    node.setAttribute('class', name as string)
    if (isBelow) node.setAttribute('transform', 'matrix(1 0 0 -1 0 80)')
    svg.append(node)
  }
  return svg
}

const dressed = new WeakSet<ShadowRoot>()
