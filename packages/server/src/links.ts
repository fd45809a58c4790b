import type { Capabilities } from './capability.ts'
import type { SessionRecord } from './domain/records.ts'

/** Every address of this API that leaves it. Made from `publicUrl`, never from a request's headers. */
export interface Links {
  /** Lets a browser pay and watch the session. */
  clientToken(session: LinkedSession): string
  /** The hosted checkout page. Like the token: whoever has it can pay. */
  hostedUrl(session: LinkedSession): string
  /** What providers get as the return URL: `…/r/st_…`. */
  providerReturnUrl(session: LinkedSession): string
  /** Where the buyer goes at last: the merchant's return URL with a status token in its fragment. */
  merchantReturnUrl(session: LinkedSession & Pick<SessionRecord, 'returnUrl'>): string
  notificationUrl(account: string): string
}

export type LinkedSession = Pick<SessionRecord, 'id' | 'expiresAt'>

export interface LinkOptions {
  readonly publicUrl: string
  readonly capabilities: Capabilities
  readonly graceSeconds: number
}

// Money can come late for 48 hours, and a buyer who comes back then must read what became of it, not "wrong token".
const CHECKOUT_TOKEN_MS = 48 * 3_600_000
// The link in the merchant's order history.
const STATUS_TOKEN_MS = 30 * 24 * 3_600_000

export function createLinks({ publicUrl, capabilities, graceSeconds }: LinkOptions): Links {
  const graceMs = graceSeconds * 1000
  const statusToken = ({ id, expiresAt }: LinkedSession): string =>
    capabilities.issue('st', id, expiresAt + graceMs + STATUS_TOKEN_MS)

  return {
    clientToken: ({ id, expiresAt }) => capabilities.issue('ct', id, expiresAt + graceMs + CHECKOUT_TOKEN_MS),
    hostedUrl: ({ id, expiresAt }) =>
      `${publicUrl}/c/${capabilities.issue('lt', id, expiresAt + graceMs + CHECKOUT_TOKEN_MS)}`,
    providerReturnUrl: (session) => `${publicUrl}/r/${statusToken(session)}`,
    merchantReturnUrl(session) {
      const [page, fragment] = session.returnUrl.split(/#(.*)/s)
      // The token is the last part and the only one of its name: whoever reads the first reads ours.
      const others = fragment ? fragment.split('&').filter((part) => !part.startsWith('teabrick=')) : []
      return `${page}#${[...others, `teabrick=${statusToken(session)}`].join('&')}`
    },
    notificationUrl: (account) => `${publicUrl}/v1/providers/${account}/notifications`,
  }
}
