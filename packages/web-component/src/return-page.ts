import { createReturnClient, PayError } from '@teabrick/core'
import type { chunks } from './chunks.ts'
import { defineTag } from './define-tag.ts'
import { PayErrorEvent } from './events.ts'
import { localeOf, localesOf } from './locale.ts'
import { loadTexts } from './locales/load-texts.ts'
import { ReturnView } from './return-view.ts'
import { isWebUrl, parseApiUrl } from './web-url.ts'

/** The name of the token in the page's fragment, and in the history entry that keeps it over a reload. */
const NAME = 'teabrick'

/** What is behind a `<pay-return>`. */
export interface ReturnPage {
  /** The element's `theme` or `locale` changed. */
  readonly update: () => void
  readonly close: () => void
}

/** @throws PayError `config_invalid` */
export function openReturnPage(
  host: HTMLElement,
  place: HTMLElement,
  parts: Pick<typeof chunks, 'texts' | 'reasons'>,
): ReturnPage {
  const apiUrl = parseApiUrl(host.getAttribute('api-url'), host.baseURI)
  const view = document.createElement(defineTag('pay-return-view', ReturnView)) as ReturnView
  view.setAttribute('exportparts', 'status, action')
  view.host = host
  view.loadReasons = parts.reasons

  function follow(token: string | undefined): void {
    if (token === undefined) return
    try {
      view.client = createReturnClient({ apiUrl, token, fetch: undefined, platform: undefined })
    } catch (cause) {
      const error = new PayError('invalid_request', 'the fragment holds no status token (st_…)', { cause })
      host.dispatchEvent(new PayErrorEvent(error))
    }
  }

  // A wallet may come back to the page that is still open: then only the fragment changes.
  const onHash = () => follow(takeToken())

  async function update(): Promise<void> {
    view.theme = host.getAttribute('theme') ?? 'auto'
    try {
      const level = Number(host.getAttribute('heading-level'))
      view.level = level > 0 && level < 7 ? level : 2
      view.shopUrl = shopUrlOf(host, apiUrl)
      view.texts = await loadTexts(parts, localesOf(localeOf(host), host.getAttribute('second-locale')))
    } catch (cause) {
      // It stays in the language it has.
      if (!view.texts)
        host.dispatchEvent(new PayErrorEvent(new PayError('chunk_failed', 'texts did not load', { cause })))
    }
  }

  follow(takeToken() ?? keptToken())
  addEventListener('hashchange', onHash)
  void update()
  place.prepend(view)
  return {
    update: () => void update(),
    close() {
      removeEventListener('hashchange', onHash)
      view.remove()
    },
  }
}

/**
 * Where its attribute says, or the root of the page's site where the page has no links of its own inside. Undefined where that
 * is no address that may be opened.
 */
function shopUrlOf(host: HTMLElement, apiUrl: string): string | undefined {
  try {
    const url = new URL(
      host.getAttribute('shop-url') ?? (host.childElementCount ? 'data:' : '/'),
      host.baseURI,
    )
    return isWebUrl(url, apiUrl) ? url.href : undefined
  } catch {
    return undefined
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
