import { PayError } from '@teabrick/core'

/**
 * App schemes that a method's links may use besides https. A scheme is open for its own method only.
 * `bank100000000004:` and its like are the banks' SBP schemes, one per member bank (qr.nspk.ru).
 */
const SCHEMES: Readonly<Record<string, RegExp>> = {
  alipay: /^alipays?:$/,
  alipay_hk: /^alipayhk:$/,
  wechat_pay: /^weixin:$/,
  sbp: /^bank1\d{11}:$/,
  vk_pay: /^vk:$/,
  mir_pay: /^mirpay:$/,
  sber_pay: /^(sberpay|sbolonline|sberbankonline):$/,
  t_pay: /^(tinkoffbank|bank100000000004):$/,
  yoomoney: /^yoomoney:$/,
  kaspi: /^kaspi:$/,
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** Whether an address is plain http on this machine: the one place where http is good enough. */
function isLocalHttp(url: URL): boolean {
  return url.protocol === 'http:' && LOOPBACK.test(url.hostname)
}

/** What decides whether an address may be opened. */
export interface UrlGateOptions {
  /** The payment API's address. Only when it is http on this machine may others be. */
  readonly apiUrl: string
  /** The method whose app schemes are allowed. Absent: https only. */
  readonly method?: string | undefined
}

/**
 * The one gate for every address that is opened or put into a link. Lit does not check what it puts into `href`, and
 * answers of a server are data: `javascript:`, `data:`, `blob:`, addresses with a login inside and other methods' app
 * schemes end here.
 *
 * @returns The address as the URL parser writes it.
 * @throws PayError `url_refused`.
 */
export function gateUrl(raw: string, { apiUrl, method }: UrlGateOptions): string {
  let url: URL | undefined
  // The parser drops tabs, line breaks and surrounding blanks, so what is checked would not be what was sent.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/[\u0000-\u0020\u007f]/.test(raw)) {
    try {
      url = new URL(raw)
    } catch {
      // Not an address at all: refused below.
    }
  }
  if (url) {
    const { protocol, username, password, href } = url
    const isWeb = protocol === 'https:' || (isLocalHttp(url) && isLocalHttp(new URL(apiUrl)))
    if (isWeb && !username && !password) return href
    if (method && Object.hasOwn(SCHEMES, method) && SCHEMES[method]?.test(protocol)) return href
  }
  throw new PayError(
    'url_refused',
    `refused to open ${JSON.stringify(raw.slice(0, 80))}; use https, or a scheme of the method's app`,
  )
}

/** {@link gateUrl} for what may be absent or bad: undefined instead of a throw. */
export function gatedUrl(raw: string | undefined, options: UrlGateOptions): string | undefined {
  try {
    return raw === undefined ? undefined : gateUrl(raw, options)
  } catch {
    return undefined
  }
}

/**
 * The payment API's address from an attribute: absolute or relative to the page, https (http on this machine), without
 * query and trailing slash.
 *
 * @throws PayError `config_invalid`.
 */
export function parseApiUrl(raw: string | null, base: string): string {
  if (raw) {
    try {
      const { origin, pathname, href } = new URL(raw, base)
      gateUrl(href, { apiUrl: href })
      return origin + pathname.replace(/\/+$/, '')
    } catch {
      // Said below, with the remedy.
    }
  }
  throw new PayError(
    'config_invalid',
    `api-url ${JSON.stringify(raw)} is not the https address of a payment API`,
    { path: 'api-url' },
  )
}
