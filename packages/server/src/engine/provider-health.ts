import type { Clock } from '../clock.ts'
import { type CallChannel, createCallChannel, type Health } from './provider-health-channel.ts'

export type { Health }

/** A call to a provider. `create` asks for a new payment on a rail; everything else is about what is there already. */
export interface ProviderCall {
  readonly account: string
  readonly method: string
  readonly isCreate: boolean
}

/** A call under way. Exactly one of these ends it. */
export interface CallWatch {
  /** An answer was read, a refusal too: a declined payment says nothing against the provider. */
  answered(): void
  /**
   * Nothing was answered, or nothing readable.
   *
   * @param reached False where not even a connection was made: then no rail of the account can work.
   */
  failed(reached: boolean): void
  /** It was not made after all. */
  dropped(): void
}

/** How the accounts at providers and their rails answer, as seen by this process. */
export interface ProviderHealth {
  of(rail: { readonly account: string; readonly method: string }): Health
  began(call: ProviderCall): CallWatch
  /** When the rail, or its account, last answered this process; minus infinity if never. By this process's clock. */
  lastAnswerAt(rail: { readonly account: string; readonly method: string }): number
  /** Ends all waiting. */
  stop(): void
}

export interface ProviderHealthOptions {
  readonly clock: Clock
  /** Something went down, came back or is to be tried again: what is offered has changed. */
  readonly onChange: (name: string, health: Health) => void
  /**
   * Asks an account something harmless; true when it answered. What is down is offered again only after that. Without it,
   * after a while.
   */
  readonly probe?: ((account: string) => Promise<boolean>) | undefined
}

/**
 * Circuit breakers: one for each rail by its creates, one for each account by its other calls and by the silence of all of
 * them, and a rail is as well as the worse of the two. So a provider that answers questions and makes no payments is noticed,
 * and one that is gone takes all its rails along. Our own and not a library's, because it must run on the clock that the simulation moves: the libraries read
 * the machine's. Calls to providers are never held back by it (money under way must be looked after): it decides what is
 * offered.
 */
export function createProviderHealth({ clock, onChange, probe }: ProviderHealthOptions): ProviderHealth {
  const channels = new Map<string, CallChannel>()
  const stopping = new AbortController()
  const channel = (name: string, account: string): CallChannel => {
    const known = channels.get(name)
    if (known !== undefined) return known
    const made = createCallChannel({
      clock,
      signal: stopping.signal,
      onChange(health) {
        onChange(name, health)
        // A rail that makes no payments: is it the rail, or is nobody there?
        if (health === 'down' && name !== account) void isThere?.(account)
      },
      probe: isThere && (() => isThere(account)),
    })
    channels.set(name, made)
    return made
  }
  const ofAccount = (account: string): CallChannel => channel(account, account)
  const ofRail = (account: string, method: string): CallChannel => channel(`${account}:${method}`, account)
  /** Who does not answer even a harmless question has no rail that works. */
  const isThere =
    probe &&
    (async (account: string): Promise<boolean> => {
      const answered = await probe(account)
      if (!answered && !stopping.signal.aborted && ofAccount(account).health() !== 'down')
        ofAccount(account).takeDown()
      return answered
    })

  return {
    of({ account, method }) {
      const states = [channels.get(account)?.health(), channels.get(`${account}:${method}`)?.health()]
      if (states.includes('down')) return 'down'
      return states.includes('degraded') ? 'degraded' : 'up'
    },
    lastAnswerAt({ account, method }) {
      const channelsOfRail = [channels.get(account), channels.get(`${account}:${method}`)]
      return Math.max(...channelsOfRail.map((each) => each?.lastAnswerAt() ?? Number.NEGATIVE_INFINITY))
    },
    began({ account, method, isCreate }) {
      const shared = ofAccount(account)
      const endShared = shared.began()
      const endOwn = isCreate ? ofRail(account, method).began() : () => {}
      return {
        answered() {
          endOwn('answered')
          // Whoever makes a payment is there.
          endShared('answered')
        },
        failed(reached) {
          endOwn('failed')
          // One rail that makes no payments says nothing about the others, unless nothing at all is heard.
          const isShared = !isCreate || !reached || shared.isSilent()
          endShared(isShared ? 'failed' : 'dropped')
        },
        dropped() {
          endOwn('dropped')
          endShared('dropped')
        },
      }
    },
    stop: () => stopping.abort(),
  }
}
