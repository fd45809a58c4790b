import { PayError } from '@teabrick/core'
import { parseButtonType } from './labels.ts'
import { parseApiUrl } from './web-url.ts'

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
  return {
    ...readLook(element),
    apiUrl: parseApiUrl(get('api-url') ?? null, base),
    clientToken,
    sessionUrl: parseSessionUrl(get('session-url'), base),
    methods: get('methods')?.match(/\w+/g) ?? undefined,
    presentation: get('presentation'),
    returnUrl: get('return-url'),
  }
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
