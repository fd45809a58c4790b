import { type Command, type KnownAccounts, parseCommand } from './command.ts'
import type { Notification } from './deliver.ts'
import type { DepartureProgress } from './departure.ts'
import type { AccountView, Double, World } from './double.ts'
import type { Exchange } from './exchange.ts'
import type { Ledger } from './ledger.ts'
import type { Scenario } from './scenario.ts'

/** Everything the sandbox knows, as `GET /_control` tells it. */
export interface SandboxState {
  /** Virtual time, ISO 8601. */
  readonly now: string
  readonly doubles: readonly DoubleState[]
  /** The scenarios that are on. */
  readonly scenarios: readonly Scenario[]
  /** The timeline of the departure that is on, `null` when none is. */
  readonly departure: DepartureProgress | null
}

export interface DoubleState {
  readonly id: string
  /** The address a merchant puts where the provider's host goes. */
  readonly baseUrl: string
  readonly accounts: readonly AccountView[]
  readonly ledger: Ledger
  /** The last 200 of the whole sandbox that are this double's, newest first. */
  readonly notifications: readonly Notification[]
  /** The last 200 of the whole sandbox that are this double's, newest first. */
  readonly exchanges: readonly Exchange[]
}

/** The same as `/_control`, without HTTP. */
export interface SandboxControl {
  state(): SandboxState
  /**
   * Does what a JSON command asks: `scenario`, `clear`, `advanceSeconds`, `advanceTo`, `reset`,
   * `account`.
   * @throws ControlError when anything in it is unknown or wrong; then nothing is done.
   */
  apply(command: unknown): Promise<SandboxState>
}

export function createControl(
  world: World,
  doubles: readonly Double[],
  baseUrlOf: (double: Double) => string,
): SandboxControl {
  const known: KnownAccounts = {
    doubles: doubles.map(({ id }) => id),
    hasAccount: (double, accountId) =>
      doubles.some(
        ({ id, accounts }) => id === double && accounts().some((account) => account.id === accountId),
      ),
  }

  function state(): SandboxState {
    const notifications = world.deliveries.list()
    const exchanges = world.exchanges.list()
    return {
      now: new Date(world.clock.now()).toISOString(),
      doubles: doubles.map((double) => ({
        id: double.id,
        baseUrl: baseUrlOf(double),
        accounts: double.accounts(),
        ledger: double.ledger(),
        notifications: notifications.filter((notification) => notification.double === double.id),
        exchanges: exchanges.filter((exchange) => exchange.double === double.id),
      })),
      scenarios: world.scenarios.list(),
      departure: world.scenarios.departure() ?? null,
    }
  }

  async function run({ reset, clear, account, scenario, advanceSeconds, advanceTo }: Command) {
    if (reset) {
      world.deliveries.reset()
      world.clock.reset()
      world.scenarios.clear()
      world.exchanges.reset()
      world.random.reset()
      for (const double of doubles) double.reset()
    }
    if (clear !== undefined) world.scenarios.clear(clear === 'all' ? undefined : clear)
    if (account) {
      const double = doubles.find(({ id }) => id === account.double)
      double?.setNotificationUrl(account.id, account.notificationUrl)
    }
    if (scenario) world.scenarios.set(scenario)
    if (advanceSeconds !== undefined) await world.clock.advance(advanceSeconds * 1000)
    if (advanceTo !== undefined)
      await world.clock.advance(Math.max(0, Date.parse(advanceTo) - world.clock.now()))
  }

  return {
    state,
    async apply(command) {
      await run(parseCommand(command, known))
      return state()
    },
  }
}
