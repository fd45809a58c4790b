import { isWebUrl, parseUrl } from './web-url.ts'

/**
 * App schemes that a method's links may use besides https: "method scheme:". A scheme is open for its own method only.
 * `bank100000000004:` and its like are the banks' SBP schemes, one per member bank (qr.nspk.ru).
 */
const SCHEMES =
  /^(alipay alipays?|alipay_hk alipayhk|wechat_pay weixin|sbp bank\d{12}|vk_pay vk|mir_pay mirpay|sber_pay (sberpay|sbolonline|sberbankonline)|t_pay (tinkoffbank|bank100000000004)|yoomoney yoomoney|kaspi kaspi):$/

/** A payment system's own host in front of somebody else's: `qr.nspk.ru.evil.test`. Hosts themselves are the server's to check. */
const LOOK_ALIKE = /(nspk|alipay|tbank|tinkoff|yookassa|yoomoney|sberbank)\.(ru|com)\./

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
 * @returns The address as the URL parser writes it; undefined for one that is refused, or absent.
 */
export function gatedUrl(raw: string | undefined, { apiUrl, method }: UrlGateOptions): string | undefined {
  const url = raw === undefined ? undefined : parseUrl(raw)
  return url &&
    !LOOK_ALIKE.test(url.hostname) &&
    (isWebUrl(url, apiUrl) || SCHEMES.test(`${method} ${url.protocol}`))
    ? url.href
    : undefined
}
