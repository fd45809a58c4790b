/** A guard that can be taken out, to see whether anybody notices. */
export interface Mutant {
  readonly id: string
  /** The guard that is gone. */
  readonly without: string
  /** How the sources read without it, by path from the repository's root. Each text is found exactly once. */
  /** The test that misses the guard for certain, where the simulation needs luck: file and title. */
  readonly test?: string
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[]
}

const DOMAIN = 'packages/server/src/domain'
const ENGINE = 'packages/server/src/engine'
const JOBS = 'packages/server/src/jobs'
const STORE = 'packages/server/src/store'

/** Takes out what would notice in production, so that the simulation's own oracle has to. */
const NO_ASSERTIONS: Mutant['edits'] = [
  {
    file: `${DOMAIN}/draft.ts`,
    find: '    assertInvariants(this.#current, next)\n',
    replace: '',
  },
  {
    file: `${STORE}/memory-store.ts`,
    find: '      assertInvariants(next, current)\n',
    replace: '',
  },
]

/**
 * Guards to be missed. M1–M12 are those of the reliability plan; the rest were found worth it while the engine was written.
 * The sources are changed while they are loaded into a process of the simulation: no switch for it exists in them.
 */
export const MUTANTS: readonly Mutant[] = [
  {
    id: 'M1',
    without: 'the same key at every repetition',
    edits: [
      {
        file: `${JOBS}/perform-operation.ts`,
        find: 'const { idempotencyKey } = operation',
        replace: "const idempotencyKey = [operation.idempotencyKey, operation.attempts].join('-')",
      },
    ],
  },
  {
    id: 'M2',
    without: 'one live payment per session',
    edits: [
      {
        file: `${DOMAIN}/start-payment.ts`,
        find: 'const live = draft.payments.find(({ status }) => isLivePaymentStatus(status))',
        replace: 'const live = draft.payments.find(({ status }) => status === ("none" as string))',
      },
    ],
  },
  {
    id: 'M2-bare',
    without: 'one live payment per session, and every assertion of it',
    edits: [
      {
        file: `${DOMAIN}/start-payment.ts`,
        find: 'const live = draft.payments.find(({ status }) => isLivePaymentStatus(status))',
        replace: 'const live = draft.payments.find(({ status }) => status === ("none" as string))',
      },
      ...NO_ASSERTIONS,
    ],
  },
  {
    id: 'M3',
    without: 'no other method while the outcome is unknown',
    edits: [
      {
        file: `${DOMAIN}/another-method.ts`,
        find: "payment.status === 'requires_action' && !isUnknown(state, payment)",
        replace: "payment.status === 'requires_action'",
      },
    ],
  },
  {
    id: 'M3-failover',
    without: 'no other rail while the outcome is unknown',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: "outcome.kind === 'fault' && outcome.fault.kind !== 'unknown' && isFirst",
        replace: "outcome.kind === 'fault'",
      },
    ],
  },
  {
    id: 'M4',
    without: 'one row per notification',
    edits: [
      {
        file: `${STORE}/memory-store.ts`,
        find: "if (notifications.has(key)) return 'duplicate'",
        replace: '',
      },
      {
        file: `${STORE}/memory-store.ts`,
        find: 'if (notifications.has(key)) return null',
        replace: '',
      },
    ],
  },
  {
    id: 'M5',
    without: 'webhooks at least once',
    edits: [
      {
        file: `${JOBS}/deliver-webhooks.ts`,
        find: 'if (answer && answer.status >= 200 && answer.status < 300) return',
        replace: 'return',
      },
    ],
  },
  {
    id: 'M6',
    without: 'no refund of more than is left',
    edits: [
      {
        file: `${DOMAIN}/refund-payment.ts`,
        find: 'if (wanted > left) {',
        replace: 'if (wanted > left && false) {',
      },
    ],
  },
  {
    id: 'M6-bare',
    without: 'no refund of more than is left, and every assertion of it',
    edits: [
      {
        file: `${DOMAIN}/refund-payment.ts`,
        find: 'if (wanted > left) {',
        replace: 'if (wanted > left && false) {',
      },
      ...NO_ASSERTIONS,
    ],
  },
  {
    id: 'M7',
    without: 'steps only along the table',
    edits: [
      {
        file: `${DOMAIN}/draft.ts`,
        find: 'if (!PAYMENT_TRANSITIONS[payment.status].includes(status)) {',
        replace: 'if (PAYMENT_TRANSITIONS[payment.status].includes(status) && false) {',
      },
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "if (!(isLivePaymentStatus(payment.status) || payment.status === 'superseded')) return",
        replace: '',
      },
      ...NO_ASSERTIONS,
    ],
  },
  {
    id: 'M8',
    without: 'the watch that asks by itself',
    edits: [
      {
        file: `${DOMAIN}/watch.ts`,
        find: "if (payment.status === 'authorized') return Math",
        replace: "if (payment.status !== 'authorized') return null\n  return Math",
      },
    ],
  },
  {
    id: 'M9',
    without: 'money that comes late is noticed',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "const late = draft.movePayment(payment.id, 'late_success', { captured, failureCode: null })",
        replace:
          "if (captured >= 0) return\n  const late = draft.movePayment(payment.id, 'late_success', { captured, failureCode: null })",
      },
    ],
  },
  {
    id: 'M10',
    without: 'a success stays a success',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: '  if (HAS_MONEY.has(payment.status)) return\n  if (wins',
        replace: '  if (wins',
      },
    ],
  },
  {
    id: 'M11',
    without: "the provider's sum is compared with ours",
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "return sums.has(observed.charge.minorUnits) ? null : 'charge'",
        replace: 'return sums.has(observed.charge.minorUnits) ? null : null',
      },
    ],
  },
  {
    id: 'M12',
    without: 'only the holder of a lease settles',
    test: 'domain/settle-operation.test.ts: takes no answer from a worker whose lease is over',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: '|| operation.leaseToken !== claimed.leaseToken',
        replace: '',
      },
    ],
  },
  {
    id: 'stood-still',
    without: 'nothing is sent by whoever stood still for longer than its lease',
    test: 'engine/takeover.test.ts: that stood still for longer than a lease sends nothing any more',
    edits: [
      {
        file: `${ENGINE}/work-on-operation.ts`,
        find: 'if (lease.mayBeOver()) {',
        replace: 'if (lease.mayBeOver() && lease === null) {',
      },
    ],
  },
  {
    id: 'supersede-processing',
    without: 'a payment that may be moving is never left',
    edits: [
      {
        file: `${DOMAIN}/another-method.ts`,
        find: "payment.status === 'requires_action' && !isUnknown(state, payment)",
        replace: '!isUnknown(state, payment)',
      },
    ],
  },
  {
    id: 'close-without-proof',
    without: 'an end only when the provider can no longer change its mind',
    edits: [{ file: `${DOMAIN}/observe-payment.ts`, find: '  if (!observed.dead) return\n', replace: '' }],
  },
  {
    id: 'quote-deadline',
    without: 'a quote is good until its deadline',
    edits: [
      { file: `${ENGINE}/agree-method.ts`, find: ' ||\n    terms.validUntil < context.now', replace: '' },
    ],
  },
  {
    id: 'quote-owner',
    without: 'a quote is good for its own order',
    edits: [
      { file: `${ENGINE}/agree-method.ts`, find: '    terms.sessionId !== session.id ||\n', replace: '' },
      {
        file: `${ENGINE}/agree-method.ts`,
        find: '    !isSameMoney(terms.amount, session.amount) ||\n',
        replace: '',
      },
    ],
  },
  {
    id: 'cancel-under-way',
    without: 'money that a cancel may give back is not money yet',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: 'hasCancelUnderWay(draft, payment, answered)\n',
        replace: 'false\n',
      },
    ],
  },
  {
    id: 'stale-notification',
    without: 'an answer older than the state is asked for again (notifications)',
    test: 'engine/work-on-notification.test.ts: does not believe a success that a cancel has taken back',
    edits: [
      {
        file: `${ENGINE}/work-on-notification.ts`,
        find: 'if (payment.version !== sentVersion) {',
        replace: 'if (payment.version !== sentVersion && false) {',
      },
    ],
  },
  {
    id: 'stale-query',
    without: 'an answer older than the state is asked for again (the watch)',
    test: 'domain/settle-operation.test.ts: does not believe a success that a cancel has taken back',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: "outcome.kind === 'payment' && payment.version !== sentVersion",
        replace: "outcome.kind === 'payment' && payment.version !== sentVersion && false",
      },
    ],
  },
  {
    id: 'died-before-answer',
    without: 'a create whose sender died is unknown',
    test: 'domain/settle-operation.test.ts: stays unknown when a worker before may have sent it and died',
    edits: [{ file: `${DOMAIN}/settle-operation.ts`, find: 'operation.attempts <= 1 && ', replace: '' }],
  },
  {
    id: 'ended-watch',
    without: 'a watch that has ended stays ended',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: "  if (operation.state === 'done' || operation.state === 'failed') return null\n",
        replace: '',
      },
    ],
  },
  {
    id: 'key-life',
    without: 'no repetition after the provider has forgotten the key',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: 'return alert ?? retireForgottenKey(draft, operation.id, options.keyTtlMs)',
        replace: 'return alert',
      },
      {
        file: `${ENGINE}/work-on-operation.ts`,
        find: 'isKeyForgotten(operation, state, { at: claimedAt, keyTtlMs })',
        replace: 'claimedAt < 0',
      },
    ],
  },
  {
    id: 'late-twice',
    without: 'late money goes back once',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "payment.status === 'late_success' && payment.captured === 0 && captured > 0",
        replace: "payment.status === 'late_success' && captured > 0",
      },
      ...NO_ASSERTIONS,
    ],
  },
  {
    id: 'withdraw-others',
    without: 'other codes of a paid order are withdrawn',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: 'if (other.id === winner.id || !isLivePaymentStatus(other.status)) continue',
        replace: 'if (other.id !== "" || winner.id === "") continue',
      },
      ...NO_ASSERTIONS,
    ],
  },
  {
    id: 'silent-success',
    without: 'every transition has its event',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "    complete(draft)\n    draft.emit('payment.succeeded', { paymentId: payment.id })\n",
        replace: '    complete(draft)\n',
      },
    ],
  },
  {
    id: 'key-means-once',
    without: 'a key that was used decides nothing anew',
    edits: [
      {
        file: `${ENGINE}/session-changes.ts`,
        find: 'if (idempotency !== null && request !== undefined) {',
        replace: 'if (idempotency !== null && request !== undefined && now < 0) {',
      },
      {
        file: `${STORE}/memory-store.ts`,
        find: "if (key && idempotency.has(key)) throw invariantViolated('idempotency_pkey', sessionId)",
        replace: '',
      },
    ],
  },
  {
    id: 'rail-switch',
    without: 'what an operator has cut off is not offered',
    edits: [
      {
        file: `${DOMAIN}/eligibility.ts`,
        find: "  if (inUse.suspended) reasons.push('suspended')\n",
        replace: '',
      },
    ],
  },
  {
    id: 'deadline',
    without: 'no attempt after the deadline',
    test: 'domain/start-payment.test.ts: takes no attempt from the very moment of the deadline',
    edits: [
      {
        file: `${DOMAIN}/start-payment.ts`,
        find: "if (session.status !== 'open' || now >= session.expiresAt) {",
        replace: "if (session.status !== 'open') {",
      },
    ],
  },
  {
    id: 'hold-released',
    without: 'a late hold is released',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "draft.emit('payment.late', { paymentId: payment.id })\n    draft.addOperation(",
        replace:
          "draft.emit('payment.late', { paymentId: payment.id })\n    if (draft.now < 0) draft.addOperation(",
      },
    ],
  },
]
