/** How to make a {@link UrlGate}. */
export interface UrlGateOptions {
  /** The provider's own hosts; their subdomains are included. */
  readonly hosts: readonly string[]
  /** The configured API: pages of the same origin pass too, so that a sandbox can show its own. */
  readonly apiUrl: string
  /** App schemes that the provider's links may use: `alipays`. */
  readonly schemes?: readonly string[] | undefined
}

/** Gives the URL back as it was, or undefined if no buyer may be sent there. */
export type UrlGate = (url: string | null | undefined) => string | undefined

const MAX_LENGTH = 4096
const LOCAL_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Checks the URLs that a provider's answer wants the buyer to open. https on the provider's own hosts, app schemes from
 * the list, and the origin of the configured API, which may be http only on this machine.
 */
export function createUrlGate({ hosts, apiUrl, schemes = [] }: UrlGateOptions): UrlGate {
  const api = new URL(apiUrl)
  const isOwnOriginOpen = api.protocol === 'https:' || isLocalHttp(api)

  return (url) => {
    // Spaces, control characters and backslashes are read differently by different URL parsers.
    if (!url || url.length > MAX_LENGTH || !/^[!-[\]-~]+$/.test(url)) return undefined
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
    if (scheme === undefined) return undefined
    if (schemes.includes(scheme)) return url
    if ((scheme !== 'https' && scheme !== 'http') || !URL.canParse(url)) return undefined
    const { protocol, origin, hostname, username, password, port } = new URL(url)
    if (username || password) return undefined
    if (isOwnOriginOpen && origin === api.origin) return url
    const isTheirs = hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))
    return protocol === 'https:' && port === '' && isTheirs ? url : undefined
  }
}

/** Whether a URL is http to this very machine. */
export function isLocalHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOCAL_HOSTS.has(hostname)
}
