import { browserPlatform } from './browser.ts'
import { createCheckout } from './checkout.ts'
import type { Checkout } from './checkout-state.ts'
import type { Device } from './contract/device.ts'
import { PayError } from './errors.ts'
import type { Platform } from './platform.ts'

export interface PayClientOptions {
  /** Where the payment API is mounted: `https://shop.example/pay`, or a path of the page's own origin. */
  readonly apiUrl: string
  /** `ct_…` of one session, or the `lt_…` of its hosted link. */
  readonly clientToken: string
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Instead of what the user agent tells. */
  readonly device?: Device | undefined
  /** The world, for tests and unusual hosts. Default: the browser. */
  readonly platform?: Platform | undefined
}

/**
 * A checkout of one session. Sends nothing by itself: the first subscriber, `load` or `pay` does.
 *
 * @throws PayError `config_invalid` if an option cannot work.
 */
export function createPayClient(options: PayClientOptions): Checkout {
  const platform = platformFor(options)
  return createCheckout({
    apiUrl: parseApiUrl(options.apiUrl),
    token: parseToken(options.clientToken, 'clientToken', /^[cl]t_[\w.~-]+$/),
    platform,
    device: options.device ?? platform.device(),
  })
}

/** The given platform, or the browser, with the given fetch. */
export function platformFor({
  platform = browserPlatform(),
  fetch,
}: Pick<PayClientOptions, 'platform' | 'fetch'>): Platform {
  // The storage of a browser is a getter that may throw: it is not to be read by a spread.
  return fetch ? Object.create(platform, { fetch: { value: fetch } }) : platform
}

/** @throws PayError `config_invalid` unless it is an http(s) URL or a path. */
export function parseApiUrl(apiUrl: string): string {
  if (!/^(https?:\/\/[^?#]+|\/[^?#]*)$/.test(apiUrl)) {
    throw new PayError(
      'config_invalid',
      `apiUrl must be like "https://shop.example/pay", got ${JSON.stringify(apiUrl)}`,
    )
  }
  return apiUrl.replace(/\/+$/, '')
}

/** @throws PayError `config_invalid` if the token is none of the kind. It is not repeated in the message. */
export function parseToken(token: string, name: string, pattern: RegExp): string {
  if (!pattern.test(token)) throw new PayError('config_invalid', `${name} must match ${pattern}`)
  return token
}
