/** How the payment API in memory behaves. */
export const TEST_SCENARIOS = [
  /** An attempt waits for the buyer: call `approve` or `decline`. */
  'happy',
  /** Every attempt is declined at once. */
  'declined',
  /** The provider takes its time: an attempt is `processing` until `approve` or `decline`. */
  'slow',
  /** The session's deadline passes as soon as an attempt waits for the buyer. */
  'expires',
  /** The first pay request has its effect, and its answer is lost. */
  'lost-answer',
  /** The provider cannot cancel what waits for the buyer: another method makes the old attempt `superseded`. */
  'another-method',
  /** No request arrives, until `goOnline`. */
  'offline',
] as const
export type TestScenario = (typeof TEST_SCENARIOS)[number]
