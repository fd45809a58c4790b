import type { Clock } from './clock.ts'
import type { Deliveries } from './deliver.ts'
import type { Exchanges } from './exchange.ts'
import type { Ledger } from './ledger.ts'
import type { Random } from './random.ts'
import type { Scenarios } from './scenario.ts'

/** What every double shares. */
export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly scenarios: Scenarios
  readonly exchanges: Exchanges
  readonly deliveries: Deliveries
  /** Real time, for the scenario `slow`. Ends at once when the sandbox closes. */
  readonly sleep: (ms: number) => Promise<void>
  /** How long after the fact a notification leaves, on virtual time. */
  readonly notificationDelayMs: number
}

/** Where a request came in. */
export interface Mount {
  /** The path inside the double, beginning with `/`. */
  readonly path: string
  /** The double's own public address, without a slash at the end. */
  readonly baseUrl: string
}

/** An account as `/_control` lists it: its keys are worthless, so they are all there. */
export interface AccountView {
  readonly id: string
  readonly notificationUrl: string | null
  readonly [key: string]: string | null
}

/** One provider, played. */
export interface Double {
  readonly id: string
  /** First segments of the double's paths, the API's first, by which it finds where it is mounted. */
  readonly heads: readonly string[]
  /** Those of them that are its API. Absent: the first. */
  readonly apiHeads?: readonly string[] | undefined
  handle(request: Request, mount: Mount): Promise<Response>
  accounts(): readonly AccountView[]
  /** `false` when there is no such account. */
  setNotificationUrl(accountId: string, url: string | null): boolean
  ledger(): Ledger
  reset(): void
}
