import { bankAppUrl, bankKey, bankPageUrl, isBankMatch, searchKey } from '@teabrick/core/banks'
import type { Bank, OperatingSystem } from '@teabrick/core/contract'
import { type HostedPlace, hostedLink } from './hosted-link.ts'
import { type Html, html } from './html.ts'
import type { HostedTexts } from './locales/texts.ts'
import { safeHref } from './safe-href.ts'

/** So many are shown before a buyer has searched: they are the first of the operator's list. */
const FIRST = 5
/** Of what was found. Whoever sees more than this types another letter. */
const FOUND = 12

export interface Banks {
  /** In the operator's order. */
  readonly list: readonly Bank[]
  /** The SBP link of the payment, its check passed. */
  readonly link: string
  readonly os: OperatingSystem
  readonly texts: HostedTexts
  readonly place: HostedPlace
  /** What was typed, empty before; absent where the buyer has not asked for the search. */
  readonly query?: string | undefined
}

/** The banks of an SBP payment on a phone: real links, a search that is a form, and last what works with any bank. */
export function renderBanks(banks: Banks): Html {
  return banks.query === undefined ? renderFirst(banks) : renderSearch(banks, banks.query)
}

function renderFirst(banks: Banks): Html {
  const { list, texts, place } = banks
  return html`${renderList(banks, list.slice(0, FIRST))}${
    list.length > FIRST &&
    html`<a class="quiet" href="${hostedLink(place, { query: 'bank=' })}">${texts.banks.another}</a>`
  }${renderOther(banks)}`
}

function renderSearch(banks: Banks, query: string): Html {
  const { list, texts, place } = banks
  const typed = searchKey(query)
  const found = typed ? list.filter((bank) => isBankMatch(bankKey(bank), typed)).slice(0, FOUND) : []
  return html`<form class="row" role="search">${place.isPlain && html`<input type="hidden" name="plain">`}<label class="field">${texts.banks.search}<input name="bank" type="search" value="${query}" maxlength="60" autocomplete="off" enterkeyhint="search"></label><button class="quiet">${texts.banks.find}</button></form>${
    typed && found.length === 0
      ? html`<p class="note" role="status">${texts.banks.none}</p>`
      : renderList(banks, typed ? found : list.slice(0, FOUND))
  }${renderOther(banks)}<a class="more" href="${hostedLink(place)}">${texts.banks.back}</a>`
}

function renderList({ link, os, texts }: Banks, found: readonly Bank[]): Html {
  // Names are Russian in every language.
  return html`<ul class="banks" role="list">${found.map(
    (bank) =>
      html`<li><a href="${safeHref(bankAppUrl(link, bank, os))}" rel="noreferrer"><span class="mark" aria-hidden="true">${initialOf(bank)}</span><span lang="ru">${bank.name}</span></a>${
        bank.webUrl &&
        html`<a href="${safeHref(bankPageUrl(link, bank.webUrl))}" rel="noreferrer" aria-label="${bank.name}: ${texts.banks.inBrowser}">${texts.banks.inBrowser}</a>`
      }</li>`,
  )}</ul>`
}

function renderOther({ link, texts }: Banks): Html {
  return html`<a class="quiet" href="${safeHref(link)}" rel="noreferrer">${texts.banks.other}</a>`
}

function initialOf({ name }: Bank): string {
  return /[\p{L}\p{N}]/u.exec(name.replace(/^банк\s/i, ''))?.[0] ?? ''
}
