import type { SeededRandom } from './seeded-random.ts'

/** How hostile the world of one seed is. Each is drawn anew, so that every mixture comes up. */
export interface Faults {
  /** Probabilities per call to a provider. */
  readonly requestLost: number
  readonly answerLost: number
  readonly rejected: number
  readonly slow: number
  /** Per notification. */
  readonly notificationLost: number
  readonly notificationTwice: number
  /** Per step of a server process. */
  readonly crash: number
  /** Per decision and claim: the process, or this statement, stands still, for less or for more than a lease. */
  readonly stall: number
  /** Per minute of virtual time. */
  readonly outage: number
  /** The database cannot be reached by one process, or by any. */
  readonly databaseAway: number
  readonly clockStep: number
  readonly railCut: number
  readonly merchantDown: number
  /** Per webhook attempt: taken by the merchant, but we never hear of it. */
  readonly merchantAnswerLost: number
  /** Per cancel at a provider: says "canceled", and is paid all the same. */
  readonly liar: number
  /** Per payment: the buyer pays after the provider's own deadline, and the provider takes it. */
  readonly lateSuccess: number
  /** Per approval: the money takes a while on its way. */
  readonly processing: number
  /** Per decline: the provider says "failed" and lets the buyer try again, as T-Bank's AUTH_FAIL. */
  readonly softDecline: number
  /** Per payment: the provider tells of it before its answer has arrived. */
  readonly toldEarly: number
  /** Per payment: a stranger pays one rouble with our reference in it. */
  readonly forged: number
  /** Per refund: the provider's balance is empty, or the refund comes back days later. */
  readonly refundRefused: number
  /** Per answer to a browser: it comes late, after newer ones, or not at all. */
  readonly reordered: number
}

export const NO_FAULTS: Faults = {
  requestLost: 0,
  answerLost: 0,
  rejected: 0,
  slow: 0,
  notificationLost: 0,
  notificationTwice: 0,
  crash: 0,
  stall: 0,
  outage: 0,
  databaseAway: 0,
  clockStep: 0,
  railCut: 0,
  merchantDown: 0,
  merchantAnswerLost: 0,
  liar: 0,
  lateSuccess: 0,
  processing: 0,
  softDecline: 0,
  toldEarly: 0,
  forged: 0,
  refundRefused: 0,
  reordered: 0,
}

/** What is worst in a seed: rare meetings of two faults need one of them often. */
const STORMS = ['none', 'none', 'processes', 'wire'] as const

export function drawFaults(random: SeededRandom): Faults {
  // Half of the faults are off in a typical seed, so that the others are seen at work alone.
  const draw = (most: number): number => (random.chance(0.5) ? 0 : random.next() * most)
  const storm = random.pick(STORMS)
  const dying = storm === 'processes' ? 4 : 1
  const wire = storm === 'wire' ? 2.5 : 1
  return {
    requestLost: draw(0.2 * wire),
    answerLost: draw(0.3 * wire),
    rejected: draw(0.05),
    slow: draw(0.2),
    notificationLost: draw(1),
    notificationTwice: draw(0.5),
    crash: draw(0.02 * dying),
    stall: draw(0.01 * dying),
    outage: draw(storm === 'none' ? 0.2 : 0.5),
    databaseAway: 0,
    clockStep: draw(0.03),
    railCut: draw(0.1),
    merchantDown: draw(0.1),
    merchantAnswerLost: draw(0.5),
    liar: draw(0.3),
    lateSuccess: draw(0.5),
    processing: draw(0.6),
    softDecline: draw(0.6),
    toldEarly: draw(storm === 'wire' ? 1 : 0.6),
    forged: draw(0.3),
    reordered: draw(0.4),
    refundRefused: draw(0.3),
  }
}

/**
 * How often the database is away. Not drawn with the others: a world that always has its database is then the one its seed
 * has meant since before there was this fault.
 */
export const drawDatabaseAway = (random: SeededRandom): number =>
  random.chance(0.35) ? random.next() * 0.3 : 0

/** Everything that is counted as a fault: those that are drawn by chance, and what follows from them. */
export type FaultKind = keyof Faults | 'merchantRefused'

export type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>

/** Draws and counts the faults of one world. */
export interface FaultInjector {
  /** How hostile it is at the moment. */
  readonly faults: Faults
  set(faults: Faults): void
  /** Whether this fault happens here and now, as a probability per opportunity. Counts it. */
  hits(kind: keyof Faults): boolean
  /** One happened. */
  count(kind: FaultKind): void
  readonly counts: FaultCounts
}

export function createFaultInjector(random: SeededRandom, first: Faults): FaultInjector {
  let faults = first
  const counts: Partial<Record<FaultKind, number>> = {}
  const count = (kind: FaultKind) => {
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return {
    counts,
    count,
    get faults() {
      return faults
    },
    set(next) {
      faults = next
    },
    hits(kind) {
      const hit = faults[kind] > 0 && random.chance(faults[kind])
      if (hit) count(kind)
      return hit
    },
  }
}

export const sumOfFaults = (counts: FaultCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
