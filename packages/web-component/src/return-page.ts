import { createReturnClient, PayError } from '@teabrick/core'
import { defineTag } from './define-tag.ts'
import { PayErrorEvent } from './events.ts'
import type { Texts } from './locales/texts.ts'
import { ReturnView } from './return-view.ts'
import { parseApiUrl } from './url-gate.ts'

/** The name of the token in the page's fragment, and in the history entry that keeps it over a reload. */
const NAME = 'teabrick'

/** What is behind a `<pay-return>`. */
export interface ReturnPage {
  /** The element's `theme` changed, or its texts were loaded anew. */
  readonly update: (texts: Texts | undefined) => void
  readonly close: () => void
}

/** @throws PayError `config_invalid` */
export function openReturnPage(host: HTMLElement, root: ShadowRoot, texts: Texts): ReturnPage {
  const apiUrl = parseApiUrl(host.getAttribute('api-url'), host.baseURI)
  const tag = defineTag('pay-return-view', ReturnView)
  let view: ReturnView

  function show(token: string | undefined, with_: Texts): void {
    const isToken = token !== undefined && /^st_[\w.~-]+$/.test(token)
    if (token !== undefined && !isToken) {
      host.dispatchEvent(
        new PayErrorEvent(new PayError('invalid_request', 'the fragment holds no status token (st_…)')),
      )
    }
    view?.remove()
    view = document.createElement(tag) as ReturnView
    view.setAttribute('exportparts', 'status, action')
    const client = isToken ? createReturnClient({ apiUrl, token }) : undefined
    Object.assign(view, { host, client, texts: with_, theme: host.getAttribute('theme') ?? 'auto' })
    root.prepend(view)
  }

  // A wallet may come back to the page that is still open: then only the fragment changes.
  function follow(): void {
    const token = takeToken()
    if (token !== undefined) show(token, view.texts)
  }

  show(takeToken() ?? keptToken(), texts)
  addEventListener('hashchange', follow)
  return {
    update(newTexts) {
      if (newTexts) view.texts = newTexts
      view.theme = host.getAttribute('theme') ?? 'auto'
    },
    close() {
      removeEventListener('hashchange', follow)
      view.remove()
    },
  }
}

/** The token of this visit. The address loses it at once: it must not travel in copied links or to analytics. */
function takeToken(): string | undefined {
  const isIts = (part: string) => part.startsWith(`${NAME}=`)
  const parts = location.hash.slice(1).split('&')
  const token = parts.find(isIts)?.slice(NAME.length + 1)
  if (token === undefined) return undefined
  const rest = parts.filter((part) => !isIts(part)).join('&')
  const state: unknown = history.state
  history.replaceState(
    typeof state === 'object' ? { ...state, [NAME]: token } : state,
    '',
    `${location.pathname}${location.search}${rest && `#${rest}`}`,
  )
  return token
}

function keptToken(): string | undefined {
  const state: unknown = history.state
  const kept =
    typeof state === 'object' && state !== null ? (state as Record<string, unknown>)[NAME] : undefined
  return typeof kept === 'string' ? kept : undefined
}
