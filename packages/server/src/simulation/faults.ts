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
  /** Per step of the server. */
  readonly crash: number
  /** Per minute of virtual time. */
  readonly outage: number
  /** Per cancel at a provider: says "canceled", and is paid all the same. */
  readonly liar: number
  /** Per payment: the buyer pays after the provider's own deadline, and the provider takes it. */
  readonly lateSuccess: number
}

export const NO_FAULTS: Faults = {
  requestLost: 0,
  answerLost: 0,
  rejected: 0,
  slow: 0,
  notificationLost: 0,
  notificationTwice: 0,
  crash: 0,
  outage: 0,
  liar: 0,
  lateSuccess: 0,
}

export function drawFaults(random: SeededRandom): Faults {
  // Half of the faults are off in a typical seed, so that the others are seen at work alone.
  const draw = (most: number): number => (random.chance(0.5) ? 0 : random.next() * most)
  return {
    requestLost: draw(0.2),
    answerLost: draw(0.3),
    rejected: draw(0.05),
    slow: draw(0.2),
    notificationLost: draw(1),
    notificationTwice: draw(0.5),
    crash: draw(0.02),
    outage: draw(0.2),
    liar: draw(0.3),
    lateSuccess: draw(0.5),
  }
}
