import { bankAppUrl, bankKey, bankPageUrl, hasRightCrc, isBankMatch, searchKey } from '@teabrick/core/banks'
import type { Bank, CheckoutPayment, Device } from '@teabrick/core/contract'
import type { chunks } from '../chunks.ts'
import type { Texts } from '../locales/texts.ts'
import { adoptStyles, makeNode as make, nodeOf } from '../make-node.ts'
import type { QrCode } from '../qr-code.ts'
import type { Way } from '../sheet/action.ts'
import type { gatedUrl } from '../url-gate.ts'
import { BANK_STYLES } from './bank-chooser.styles.ts'
import { BANK_TEXTS, type BankTexts } from './bank-texts.ts'
import { readBanks } from './read-banks.ts'
import { recentBanks, rememberBank } from './recent-banks.ts'

/** What the chooser is given by the sheet, with which it shares no module: a shared one would become one more file. */
export interface BankChooserOptions {
  readonly apiUrl: string
  readonly device: Device
  readonly parts: { readonly qrCode: typeof chunks.qrCode }
  /** Where the chooser will be: its styles go there. */
  readonly root: ShadowRoot
  readonly gatedUrl: typeof gatedUrl
  readonly onLeave: (event: Event, way: Way) => void
  /** The link is not one that may be offered. */
  readonly onRefuse: (url: string) => void
}

/**
 * Gives the same element for the same payment, list and language.
 *
 * @param offerMore A tap did not leave the page.
 */
export type BankChooser = (
  payment: CheckoutPayment,
  texts: Pick<Texts, 'locale' | 'of'>,
  offerMore: boolean | undefined,
) => Element | undefined

/** Below this a search field is more to look through than the list. */
const SEARCH_FROM = 8

interface Drawn {
  readonly element: HTMLElement
  /** What is said when a tap did not leave the page. */
  readonly note?: HTMLElement | undefined
}

/** Makes the chooser of one sheet. */
export function createBankChooser(options: BankChooserOptions): BankChooser {
  adoptStyles(options.root, BANK_STYLES)
  let key: string | undefined
  let drawn: Drawn | undefined
  return ({ method, nextAction }, { locale, of }, offerMore) => {
    const { link = '', list = '' } = nextAction?.banks ?? {}
    const wanted = [link, list, method, locale].join()
    if (!drawn || key !== wanted)
      drawn = draw(options, { link, list, method, texts: of?.(BANK_TEXTS, 'banks') ?? BANK_TEXTS[locale] })
    key = wanted
    if (drawn.note) drawn.note.hidden = !offerMore
    return drawn.element
  }
}

function draw(
  { apiUrl, device, parts, gatedUrl, onLeave, onRefuse }: BankChooserOptions,
  {
    link,
    list,
    method,
    texts,
  }: {
    readonly link: string
    readonly list: string
    readonly method: string
    readonly texts: BankTexts
  },
): Drawn {
  const gate = (url: string) => gatedUrl(url, { apiUrl, method })
  // Nothing of a link that was changed on its way is offered: neither banks, nor itself, nor as a code.
  if (gate(link) !== link || !hasRightCrc(link)) {
    onRefuse(link)
    return { element: make('p', { class: 'note bad' }, texts.damaged) }
  }

  /** A real link: the tap opens the app, never a script after a request. */
  function makeLink(
    way: Way,
    attributes: Readonly<Record<string, string>>,
    ...children: readonly (Node | string)[]
  ): HTMLAnchorElement {
    const anchor = make('a', { href: way.url, rel: 'noreferrer', part: 'action', ...attributes }, ...children)
    anchor.addEventListener('click', (event) => onLeave(event, way))
    return anchor
  }

  function makeItem(bank: Bank): HTMLLIElement {
    const { id, name } = bank
    const app = bankAppUrl(link, bank, device.os)
    const url = device.os === 'android' ? app : gate(app)
    const page = bank.webUrl && gate(bankPageUrl(link, bank.webUrl))
    const item = make('li', {})
    if (url) {
      const [initial = ''] = name.replace(/^банк\s/i, '').match(/[\p{L}\p{N}]/u) ?? []
      const mark = make('i', { 'aria-hidden': 'true' }, initial)
      // Names are Russian in every language.
      item.append(makeLink({ kind: 'appLink', url }, {}, mark, make('span', { lang: 'ru' }, name)))
    }
    if (page) {
      const label = `${name}: ${texts.inBrowser}`
      item.append(makeLink({ kind: 'redirect', url: page }, { 'aria-label': label }, texts.inBrowser))
    }
    // After the links' own listeners: a page may have stopped the way.
    for (const anchor of item.children)
      anchor.addEventListener('click', (event) => event.defaultPrevented || rememberBank(id))
    return item
  }

  function makeList(banks: readonly Bank[], name: string, label: string) {
    const items = banks.map((bank) => ({
      item: makeItem(bank),
      key: bankKey(bank),
    }))
    // Without bullets some readers would not call it a list, if the role did not say so.
    const attributes = { class: name, role: 'list', 'aria-label': label }
    const element = make('ul', attributes, ...items.map(({ item }) => item))
    element.addEventListener('keydown', walk)
    return { element, items }
  }

  function fill(banks: readonly Bank[]): readonly Node[] {
    const recent = recentBanks().flatMap((id) => banks.find((bank) => bank.id === id) ?? [])
    const all = makeList(banks, 'all', texts.all)
    const before = recent.length
      ? [
          make('h4', {}, texts.recent),
          makeList(recent, 'recent', texts.recent).element,
          make('h4', {}, texts.all),
        ]
      : []
    if (banks.length < SEARCH_FROM) return [...before, all.element]

    const count = make('p', { class: 'muted', 'aria-live': 'polite' })
    const input = make('input', {
      type: 'search',
      autocomplete: 'off',
      spellcheck: 'false',
      enterkeyhint: 'search',
    })
    input.addEventListener('input', () => {
      const typed = searchKey(input.value)
      let found = 0
      for (const { item, key } of all.items) {
        item.hidden = !isBankMatch(key, typed)
        if (!item.hidden) found++
      }
      for (const node of before) node.hidden = !!typed
      all.element.hidden = !found
      count.replaceChildren(typed && nodeOf(found ? texts.found(found) : texts.none))
    })
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
      event.preventDefault()
      linksOf(all.element)[0]?.focus()
    })
    return [make('label', { class: 'field' }, texts.search, input), count, ...before, all.element]
  }

  const place = make('div', { class: 'stack' }, make('p', { class: 'muted' }, texts.loading))
  const note = make('p', { class: 'muted', 'aria-live': 'polite' }, texts.notOpened)
  const other = makeLink({ kind: 'appLink', url: link }, { class: 'quiet' }, texts.other)
  const qr = make('button', { type: 'button', class: 'quiet', part: 'action' }, texts.showQr)
  qr.addEventListener('click', () => {
    // Without the encoder the links are still there.
    parts.qrCode().then(
      ({ drawQrCode }) => {
        const code = makeQr(drawQrCode(link), texts.qrLabel)
        qr.replaceWith(code)
        // What had the focus is gone; it goes on here, and the page with it.
        code.focus()
      },
      () => {},
    )
  })
  readBanks(apiUrl, list).then(
    (banks) => place.replaceChildren(...fill(banks)),
    () => {
      other.className = 'action'
      place.replaceChildren(make('p', { class: 'muted', 'aria-live': 'polite' }, texts.failed))
    },
  )
  const title = make('h3', { class: 'center', tabindex: '-1' }, texts.choose)
  return { element: make('div', { class: 'stack banks' }, title, place, note, other, qr), note }
}

/** The links that can be seen, first to last. */
function linksOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('li:not([hidden]) a')]
}

/** Arrows, Home and End go through a list that Tab alone would take long for. */
function walk(this: HTMLElement, event: KeyboardEvent): void {
  const links = linksOf(this)
  const at = links.indexOf(event.target as HTMLElement)
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: links.length - 1,
  }
  const to = steps[event.key]
  if (to === undefined || at < 0) return
  event.preventDefault()
  links[to]?.focus()
}

function makeQr({ size, path }: QrCode, label: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  const attributes = {
    class: 'qr',
    part: 'qr',
    role: 'img',
    'aria-label': label,
    tabindex: '-1',
    viewBox: `0 0 ${size} ${size}`,
  }
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value)
  drawing.setAttribute('d', path)
  svg.append(drawing)
  return svg
}
