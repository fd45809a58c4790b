import { PayError } from '@teabrick/core'
import { parseApiUrl } from './url-gate.ts'

export const PRESENTATIONS = ['auto', 'modal', 'redirect', 'inline'] as const
export type ButtonPresentation = (typeof PRESENTATIONS)[number]

/** What a button works with from the first sign of intent on. */
export interface ButtonConfig {
  /** Absolute, without a trailing slash. */
  readonly apiUrl: string
  readonly clientToken: string | undefined
  /** Absolute, of the page's own origin. */
  readonly sessionUrl: string | undefined
  readonly methods: readonly string[] | undefined
  readonly presentation: ButtonPresentation
  readonly returnUrl: string | undefined
}

/** Attributes that are read once: a script that comes later cannot point a waiting button at another API. */
export const LOCKED_ATTRIBUTES = [
  'api-url',
  'client-token',
  'session-url',
  'type',
  'methods',
  'presentation',
  'second-locale',
  'return-url',
] as const

/** @throws PayError `config_invalid` with the attribute as its `path`. */
export function readConfig(element: HTMLElement, hasCreateSession: boolean): ButtonConfig {
  const get = (name: (typeof LOCKED_ATTRIBUTES)[number]) => element.getAttribute(name) ?? undefined
  const base = element.baseURI
  const clientToken = get('client-token')
  const presentation = PRESENTATIONS.find((each) => each === get('presentation')) ?? 'auto'
  if (clientToken && !/^[cl]t_[\w.~-]+$/.test(clientToken)) {
    throw invalid('client-token', 'is not a client token (ct_…)')
  }
  if (!clientToken && !get('session-url') && !hasCreateSession) {
    throw invalid('client-token', 'is missing; give client-token, session-url or createSession')
  }
  const methods = get('methods')
    ?.split(/[\s,]+/)
    .filter(Boolean)
  return {
    apiUrl: parseApiUrl(get('api-url') ?? null, base),
    clientToken,
    sessionUrl: parseSessionUrl(get('session-url'), base),
    methods: methods?.length ? methods : undefined,
    presentation,
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
  throw invalid(
    'session-url',
    `${JSON.stringify(raw.slice(0, 80))} is not an address of this page’s own origin`,
  )
}

function invalid(path: string, what: string): PayError {
  return new PayError('config_invalid', `${path} ${what}`, { path })
}
