import type { Provider } from '../provider.ts'

/** What a provider's books say about one charge: the truth that ours is compared with. */
export interface ChargeAtProvider {
  /** Our payment id. */
  readonly reference: string
  /** `payable`: the buyer may still pay. `moving`: he has, and the money is on its way. `dead`: over without money. */
  readonly kind: 'payable' | 'moving' | 'held' | 'paid' | 'dead'
  /** Minor units of the charge. */
  readonly captured: number
  readonly refunded: number
  /** The provider has lied or will take money after it said that it is over: its "dead" is no proof. */
  readonly canSurprise: boolean
}

/** One provider of a simulated world, with its books open to the oracle. */
export interface ProviderSide {
  readonly account: string
  /** The adapter that one server process uses. `alive` ends its calls in silence when that process is dead. */
  adapter(alive: () => boolean): Provider
  /** Those whose reference begins so. */
  charges(prefix: string): readonly ChargeAtProvider[]
  /** The buyer acts on a code he was shown. */
  buyer(payload: string, does: 'approve' | 'decline'): void
  setDown(down: boolean): void
  readonly payments: number
}

/** Money of the buyer that the provider has and has not given back. */
export const isHolding = ({ kind, captured, refunded }: ChargeAtProvider): boolean =>
  kind === 'held' || captured > refunded
