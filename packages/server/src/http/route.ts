import type { ProblemCode } from '@teabrick/core/contract'
import type * as z from 'zod/mini'
import type { BankRegistry } from '../bank-registry.ts'
import type { Capabilities, Capability } from '../capability.ts'
import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'
import type { Links } from '../links.ts'
import type { PaymentEngine } from '../payment-engine.ts'
import type { Store } from '../store/store.ts'
import type { CheckedOptions } from '../validate-options.ts'
import type { HeldRequests } from './held-requests.ts'
import type { Metrics } from './metrics.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** What all routes share. */
export interface HttpContext {
  readonly options: CheckedOptions
  readonly engine: PaymentEngine
  readonly store: Store
  readonly capabilities: Capabilities
  readonly links: Links
  readonly banks: BankRegistry
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly heldRequests: HeldRequests
  /** Takes one request of a session. */
  readonly sessionRate: RateLimiter
  /** Takes one request without a valid credential, by address. */
  readonly addressRate: RateLimiter
  /** Something was put into the queue of webhooks. */
  readonly onDeliveriesDue: () => void
}

/** One request on its way to a route. */
export interface Call {
  readonly request: Request
  readonly url: URL
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly requestId: string
  readonly remoteAddress: string | null
  /** What is found out about the request on its way, for its line in the log. Ids only. */
  readonly facts: Record<string, string>
}

export interface MerchantCall extends Call {
  /** Which of the merchant's keys was used, for the record: `merchant key 1`. */
  readonly actor: string
}

export interface CheckoutCall extends Call {
  readonly capability: Capability
}

type Schema = () => z.ZodMiniType<unknown, unknown>

interface RouteFacts {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With parameters in braces: `/v1/sessions/{id}`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly query?: Schema | undefined
  readonly body?: Schema | undefined
  readonly success: {
    readonly status: number
    readonly description: string
    readonly schema?: Schema | undefined
    readonly contentType?: string | undefined
  }
  /** Codes besides those that every route of its kind can answer. */
  readonly problems?: readonly ProblemCode[] | undefined
}

/** A route with what the OpenAPI document says about it. Who may call it decides what it is given. */
export type Route = RouteFacts &
  (
    | { readonly access: 'merchant'; handle(call: MerchantCall): Promise<Response> }
    | { readonly access: 'checkout'; handle(call: CheckoutCall): Promise<Response> }
    | { readonly access: 'public'; handle(call: Call): Promise<Response> }
  )

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
