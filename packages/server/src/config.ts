import type { Clock } from './clock.ts'
import type { Provider } from './provider.ts'
import type { QuoteSource } from './quotes.ts'
import type { Store } from './store/store.ts'

/** Options of {@link createPaymentApi}. One instance is one merchant; several may share a database. */
export interface PaymentApiOptions {
  /** Where this API is reached, with its mount path: `https://shop.example/pay`. All links are made from it, never from a request's headers. */
  readonly publicUrl: string
  readonly merchant: MerchantOptions
  /** Accounts at providers, in order of preference. */
  readonly providers: readonly Provider[]
  /** Rates for rails that charge in another currency than the order's. Without it such rails are not offered. */
  readonly quotes?: QuoteSource | readonly QuoteSource[] | undefined
  /** `postgres://…`, or a folder for an embedded PostgreSQL, or a store of your own (tests). */
  readonly database: string | Store
  /**
   * Announced departures: from this moment on a rail is not offered, without a release or a restart. What is under way on it
   * is looked after to its end.
   */
  readonly departures?: readonly Departure[] | undefined
  /** How methods and rails are put in order. */
  readonly routing?: Routing | undefined
  /**
   * Banks that a phone offers for SBP. `file` is your own copy of NSPK's `c2bmembers.json`: read at the start and whenever it
   * changes; one that is broken or older than the list in use is ignored, with a line in the log. Without it there are
   * a few well-known banks.
   */
  readonly banks?: { readonly file?: string | undefined } | undefined
  /**
   * Puts `<pay-button>` on top of the hosted page where there is JavaScript. `script` is the absolute address of your copy of
   * `pay-button.js`, with `chunks/` beside it; `integrity` its `sha384-…`. Without it the page has no script at all.
   */
  readonly hostedPage?: { readonly script: string; readonly integrity?: string | undefined } | undefined
  /** How long after the deadline a live payment may still be proved dead before the session ends. Default 900. */
  readonly graceSeconds?: number | undefined
  /** Money that arrives after the session is over: given back (default), or kept when nothing else succeeded. */
  readonly latePayments?: 'refund' | 'accept' | undefined
  /** How many reverse proxies before us add to `X-Forwarded-For`. Default 0: the header is ignored. */
  readonly trustProxy?: number | undefined
  /** Default: JSON lines on standard output by pino, secrets and contacts redacted. */
  readonly logger?: Logger | undefined
  /** Bearer token of `GET /metrics`. Without it there is no such page. */
  readonly metricsToken?: string | undefined
  /** Allows webhooks to http and private addresses. For development only: refused with live providers. */
  readonly allowInsecureWebhooks?: boolean | undefined
  /** Network and clock, replaceable for tests and simulation. */
  readonly fetch?: typeof fetch | undefined
  readonly clock?: Clock | undefined
}

export interface MerchantOptions {
  /** `[a-z0-9_-]{1,32}`; names the merchant's rows in the database. */
  readonly id: string
  /** As buyers see it. */
  readonly name: string
  /** `sk_…` keys of the merchant API, the first for new tokens. Two are active during a rotation. */
  readonly secretKeys: readonly string[]
  /** Origins that may show the checkout and that return URLs may belong to: `https://shop.example`. */
  readonly origins: readonly string[]
  readonly webhooks?: readonly WebhookEndpoint[] | undefined
}

export interface WebhookEndpoint {
  readonly url: string
  /** `whsec_…` of Standard Webhooks; all are used to sign, so that they can be rotated. */
  readonly secrets: readonly string[]
}

/** What a merchant knows better than the tables: see `docs/rails.md`. */
export interface Routing {
  /**
   * Method ids in the order buyers see them, where a session names none; others follow. Absent: what the buyer used last, what
   * suits the device and the language, what costs less, what succeeds more often, then the order of `providers`.
   */
  readonly methods?: readonly string[] | undefined
  /** What a rail costs by the merchant's own contract, basis points of a charge, by rail id: `{ 'yookassa:sbp': 40 }`. */
  readonly costBps?: Readonly<Record<string, number>> | undefined
}

/** A network or provider that leaves on a day known in advance. */
export interface Departure {
  /** `<account>:<method>`, or `<account>:*` for all rails of an account. */
  readonly rail: string
  /** ISO 8601 with an offset: `2022-03-10T00:01+03:00`. */
  readonly from: string
  /** For operators: `Visa and Mastercard leave`. */
  readonly reason: string
}

/** Structured logging. Fields never hold secrets, tokens or contacts. */
export interface Logger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}
