import type { ProblemCode } from '@teabrick/core/contract'

/** What a problem code means and what a developer does about it. Source of the error page and of docs/errors.md. */
export interface ProblemDoc {
  /** RFC 9457 `title`: the same for every occurrence. */
  readonly title: string
  readonly remedy: string
}

export const PROBLEM_DOCS: Readonly<Record<ProblemCode, ProblemDoc>> = {
  invalid_request: {
    title: 'The request is not acceptable',
    remedy:
      '`path` names the member or parameter, `detail` what is wanted instead. Correct the request; the same one will be refused again. Members that are not documented are refused too.',
  },
  idempotency_key_missing: {
    title: 'The Idempotency-Key header is missing',
    remedy:
      'Send a new random key (a UUID, for example) with each POST, store it before you send, and send the same key with each repetition.',
  },
  idempotency_key_invalid: {
    title: 'The Idempotency-Key header is malformed',
    remedy: 'Use 22 to 255 visible ASCII characters, bare or as a quoted string.',
  },
  card_number_refused: {
    title: 'The request holds a card number',
    remedy:
      'The payment API must never receive card numbers: the buyer enters them on the provider’s page. Remove it from the member that `path` names.',
  },
  unauthorized: {
    title: 'The credential is missing or wrong',
    remedy:
      'Send `Authorization: Bearer` with a secret key (merchant API) or a client token (checkout API). A status token reads a status and does nothing else.',
  },
  token_expired: {
    title: 'The token has expired',
    remedy:
      'Ask your backend for the session again: its answer has a fresh token while the session can be watched.',
  },
  origin_not_allowed: {
    title: 'The page or address may not use this API',
    remedy:
      'Add the page’s origin to `merchant.origins`. The merchant API refuses every browser: secret keys belong in a backend.',
  },
  not_found: {
    title: 'There is no such thing here',
    remedy: 'Check the id and the path. Ids of other merchants get the same answer as ids that do not exist.',
  },
  method_not_allowed: {
    title: 'The path exists, but not with this HTTP method',
    remedy: 'The `Allow` header lists the methods.',
  },
  payment_in_progress: {
    title: 'Another payment of this session is under way',
    remedy:
      '`view` has the checkout as it is: go on with its payment, or end it first with `POST /v1/checkout/cancel`.',
  },
  session_not_open: {
    title: 'The session takes no new payment',
    remedy: '`view` or the session tells why: complete, expired, canceled or closing. Create a new session.',
  },
  invalid_state: {
    title: 'The state does not allow this',
    remedy: 'Read the payment or session again; `detail` names the state and what would be allowed.',
  },
  amount_exceeds_remaining: {
    title: 'The amount is more than what is left',
    remedy:
      'Read the payment: `captured` less `refunded` can be given back, `amount` less `captured` can be taken.',
  },
  quote_changed: {
    title: 'The exchange quote is over or another one',
    remedy: '`view` has the new quote. Show it to the buyer and send its id.',
  },
  method_unavailable: {
    title: 'The method cannot be used for this session now',
    remedy: '`view` lists what can; `unavailable` tells why the others cannot.',
  },
  attempts_exhausted: {
    title: 'The session has had its last attempt',
    remedy: 'Create a new session for the order.',
  },
  idempotency_key_in_flight: {
    title: 'A request with this key is being worked on',
    remedy: 'Repeat the same request with the same key after `Retry-After`.',
  },
  payload_too_large: {
    title: 'The body is too large',
    remedy: 'Bodies are limited to 64 KiB, provider notifications to 256 KiB.',
  },
  unsupported_media_type: {
    title: 'The body has another content type than is read here',
    remedy: 'Send `Content-Type: application/json`.',
  },
  idempotency_key_reused: {
    title: 'The key was used with another body',
    remedy: 'Send a new key for a new thing. To repeat a request, repeat its body too.',
  },
  rate_limited: {
    title: 'Too many requests',
    remedy: 'Wait for `Retry-After`. To watch a checkout use one long poll (`Prefer: wait=25`) at a time.',
  },
  internal_error: {
    title: 'Something went wrong on the server',
    remedy:
      'Repeat the same request with the same key: what was done is not done twice. `requestId` finds it in the server’s log.',
  },
  unavailable: {
    title: 'The server cannot answer now',
    remedy: 'It is starting, stopping or without its database. Repeat the same request after `Retry-After`.',
  },
}
