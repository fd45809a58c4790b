import type { DeclineReason } from './decline.ts'
import type { Language } from './page.ts'
import type { CardIssuer, Occasion, Operation } from './scenario.ts'

/** What a departure does to some of what a double answers. */
export interface Cut {
  /** `declined`: the provider or the buyer's bank says no. `reset`: the connection is cut before anything is done. */
  readonly effect: 'declined' | 'reset'
  readonly reason?: DeclineReason | undefined
  /** Only these doubles. */
  readonly doubles?: readonly string[] | undefined
  /** Only these methods, in the providers' words. */
  readonly methods?: readonly string[] | undefined
  readonly operations: readonly Operation[]
  /** Only cards of this origin. A buyer who says nothing has a Russian one. */
  readonly issuer?: CardIssuer | undefined
}

/** One thing that happened, and what the doubles make of it. */
export interface DepartureEvent {
  readonly id: string
  /** ISO 8601 with the offset of the place. */
  readonly at: string
  /** ISO 8601. Without it, for good. */
  readonly until?: string | undefined
  /** `month`: the source names the month only, the day was chosen here. */
  readonly precision: 'minute' | 'day' | 'month'
  readonly title: Readonly<Record<Language, string>>
  readonly source: string
  /** Empty where no double plays what departed. */
  readonly cuts: readonly Cut[]
}

/** One event of a departure that is on, as `/_control` tells it. Instants are ISO 8601. */
export interface DepartureStep {
  readonly id: string
  readonly at: string
  readonly until?: string | undefined
  readonly precision: DepartureEvent['precision']
  /** The same moment on the sandbox's virtual clock. */
  readonly virtualAt: string
  readonly state: 'ahead' | 'on' | 'over'
  readonly title: Readonly<Record<Language, string>>
  readonly source: string
  readonly cuts: readonly Cut[]
}

export interface DepartureProgress {
  /** Where the timeline stands, in its own dates. */
  readonly now: string
  readonly steps: readonly DepartureStep[]
}

interface Departure {
  /** What hits an occasion at a moment of the timeline. */
  cut(atMs: number, occasion: Occasion): Cut | undefined
  progress(atMs: number, virtualNowMs: number): DepartureProgress
  /** Virtual time itself when that lies in the timeline's year, else a day before the first event. */
  defaultStart(virtualNowMs: number): number
}

const DAY_MS = 86_400_000

export function createDeparture(events: readonly DepartureEvent[]): Departure {
  const stateAt = ({ at, until }: DepartureEvent, atMs: number): DepartureStep['state'] => {
    if (atMs < Date.parse(at)) return 'ahead'
    return until !== undefined && atMs >= Date.parse(until) ? 'over' : 'on'
  }

  return {
    cut: (atMs, occasion) =>
      events
        .filter((event) => stateAt(event, atMs) === 'on')
        .flatMap(({ cuts }) => cuts)
        .find((cut) => isHit(cut, occasion)),

    progress: (atMs, virtualNowMs) => ({
      now: new Date(atMs).toISOString(),
      steps: events.map(({ id, at, until, precision, title, source, cuts, ...event }) => ({
        id,
        at: new Date(at).toISOString(),
        ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
        precision,
        virtualAt: new Date(virtualNowMs + Date.parse(at) - atMs).toISOString(),
        state: stateAt({ id, at, until, precision, title, source, cuts, ...event }, atMs),
        title,
        source,
        cuts,
      })),
    }),

    defaultStart(virtualNowMs) {
      const first = Date.parse(events[0]?.at ?? '')
      const isThatYear = new Date(virtualNowMs).getUTCFullYear() === new Date(first).getUTCFullYear()
      return isThatYear ? virtualNowMs : first - DAY_MS
    },
  }
}

function isHit(
  { doubles, methods, operations, issuer }: Cut,
  { double, method, operation, issuer: card = 'RU' }: Occasion,
): boolean {
  return (
    operations.includes(operation) &&
    (doubles === undefined || doubles.includes(double)) &&
    (methods === undefined || (method !== undefined && methods.includes(method))) &&
    (issuer === undefined || issuer === card)
  )
}
