import { PayError } from '@teabrick/core'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** Whether an address is plain http on this machine: the one place where http is good enough. */
function isLocalHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOOPBACK.test(hostname)
}

/** An address as the parser reads it; undefined for what is none, or holds what the parser would silently drop. */
export function parseUrl(raw: string): URL | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0020\\\u007f]/.test(raw)) return undefined
  try {
    return new URL(raw)
  } catch {
    return undefined
  }
}

/**
 * Whether an address may be opened: https, or http on this machine when the payment API is there too; never with a login
 * inside.
 */
export function isWebUrl(url: URL, apiUrl: string): boolean {
  if (url.username || url.password) return false
  return url.protocol === 'https:' || (isLocalHttp(url) && isLocalHttp(new URL(apiUrl)))
}

/** The address as the parser writes it, if it is a web address that may be opened. */
export function gatedWebUrl(raw: string | undefined, apiUrl: string): string | undefined {
  const url = raw === undefined ? undefined : parseUrl(raw)
  return url && isWebUrl(url, apiUrl) ? url.href : undefined
}

/**
 * The payment API's address from an attribute: absolute or relative to the page, https (http on this machine), without
 * query and trailing slash.
 *
 * @throws PayError `config_invalid`.
 */
export function parseApiUrl(raw: string | null, base: string): string {
  try {
    const url = new URL(raw || 'data:', base)
    if (isWebUrl(url, url.href)) return url.origin + url.pathname.replace(/\/+$/, '')
  } catch {
    // Said below, with the remedy.
  }
  throw new PayError(
    'config_invalid',
    `api-url ${JSON.stringify(raw)} is not the https address of a payment API`,
    {
      path: 'api-url',
    },
  )
}
