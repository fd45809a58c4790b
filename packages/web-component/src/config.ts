import { PayError } from '@teabrick/core'
import { explain } from './explain-mistakes.ts'
import { parseButtonType } from './labels.ts'
import { LOCALES, matchLocale } from './locale.ts'
import { gatedWebUrl, parseApiUrl } from './web-url.ts'

/** `auto`, and what is none of these, is `modal`. */
export type ButtonPresentation = 'auto' | 'modal' | 'redirect' | 'inline'

/** What a button works with from the first sign of intent on. */
export interface ButtonConfig extends ButtonLook {
  /** Absolute, without a trailing slash. */
  readonly apiUrl: string
  readonly clientToken: string | undefined
  /** Absolute, of the page's own origin. */
  readonly sessionUrl: string | undefined
  readonly methods: readonly string[] | undefined
  readonly presentation: string | undefined
  readonly returnUrl: string | undefined
}

/** How a button looks; live until its configuration is read. */
export interface ButtonLook {
  readonly type: ReturnType<typeof parseButtonType>
  readonly secondLocale: string | null
}

export function readLook(element: HTMLElement): ButtonLook {
  return {
    type: parseButtonType(element.getAttribute('type')),
    secondLocale: element.getAttribute('second-locale'),
  }
}

/** Attributes that are read once: a script that comes later cannot point a waiting button at another API. */
export const LOCKED_ATTRIBUTES: readonly string[] = [
  'api-url',
  'client-token',
  'session-url',
  'type',
  'methods',
  'presentation',
  'second-locale',
  'return-url',
]

/** The words that an attribute knows. Another one is ignored, and told to the developer. */
export const KNOWN_VALUES: Readonly<Record<string, string>> = {
  type: 'pay buy checkout order donate subscribe plain',
  presentation: 'auto modal redirect inline',
  theme: 'auto light dark',
}

/** @throws PayError `config_invalid` with the attribute as its `path`. */
export function readConfig(element: HTMLElement, hasCreateSession: boolean): ButtonConfig {
  const get = (name: string) => element.getAttribute(name) ?? undefined
  const base = element.baseURI
  const clientToken = get('client-token')
  if (clientToken && !/^[cl]t_[\w.~-]+$/.test(clientToken)) {
    throw invalid('client-token', 'is not a client token (ct_…)')
  }
  if (!clientToken && !get('session-url') && !hasCreateSession) {
    throw invalid('client-token', 'is missing, as are session-url and createSession')
  }
  const apiUrl = parseApiUrl(get('api-url') ?? null, base)
  const sessionUrl = parseSessionUrl(get('session-url'), base)
  const returnUrl = get('return-url')
  if (returnUrl && !gatedWebUrl(returnUrl, apiUrl)) throw invalid('return-url', 'is not an https address')
  tellIgnored(element, !!clientToken && (!!sessionUrl || hasCreateSession))
  return {
    ...readLook(element),
    apiUrl,
    clientToken,
    sessionUrl,
    methods: get('methods')?.match(/\w+/g) ?? undefined,
    presentation: get('presentation'),
    returnUrl,
  }
}

/** What works, but not as it was meant: told once, and never to the buyer. */
function tellIgnored(element: HTMLElement, hasTwoSources: boolean): void {
  const tell = (path: string, what: string) => explain(element, invalid(path, what))
  const refuse = (path: string, known: string) =>
    tell(path, `${JSON.stringify(element.getAttribute(path))} is ignored: none of ${known}`)
  for (const [path, known] of Object.entries(KNOWN_VALUES)) {
    const value = element.getAttribute(path)
    if (value && !known.split(' ').includes(value)) refuse(path, known)
  }
  for (const path of ['locale', 'second-locale']) {
    const value = element.getAttribute(path)
    if (value && !matchLocale(value)) refuse(path, LOCALES.join(' '))
  }
  if (hasTwoSources) tell('client-token', 'is used, the other source of the session ignored')
  if (globalThis.isSecureContext === false) tell('api-url', 'is used on a page over plain http')
}

function parseSessionUrl(raw: string | undefined, base: string): string | undefined {
  if (!raw) return undefined
  try {
    const { origin, href } = new URL(raw, base)
    if (origin === new URL(base).origin && origin !== 'null') return href
  } catch {
    // Said below, with the remedy.
  }
  throw invalid('session-url', 'is not of the page’s own origin')
}

function invalid(path: string, what: string): PayError {
  return new PayError('config_invalid', `${path} ${what}`, { path })
}
