/** A guard that can be taken out, to see whether anybody notices. */
export interface Mutant {
  readonly id: string
  /** The guard that is gone. */
  readonly without: string
  /** The test that misses the guard for certain, where the simulation needs luck: its file in the server's sources, and its title. */
  readonly test?: string
  /** How the sources read without it, by path from the repository's root. Each text is found exactly once. */
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
const MUTANTS_OF_WORLDS: readonly Mutant[] = [
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
    id: 'late-outlives-key',
    without: 'late money is asked back after its key is forgotten, too',
    test: 'domain/settle-operation.test.ts: does not end the refund of late money',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: "id === refundId && origin === 'late'",
        replace: "id === refundId && origin === 'late' && false",
      },
    ],
  },
  {
    id: 'books-first',
    without: 'the books are asked before a refund is sent under a forgotten key',
    test: 'jobs/perform-operation.test.ts: is not asked for when the books show that it is back',
    edits: [{ file: `${JOBS}/perform-operation.ts`, find: 'if (isKeyForgotten) {', replace: 'if (false) {' }],
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

/**
 * Guards that a world needs much luck to miss, such as a boundary or a kopeck: each is missed by a named test, for certain.
 * They were found by planting some eight hundred changes of one line.
 */
const MISSED_BY_TESTS: readonly Mutant[] = [
  {
    id: 'cancel-while-capture',
    without: 'no release of what is being captured',
    test: 'domain/answers.test.ts: is one, under way, unknown or done',
    edits: [
      {
        file: `${DOMAIN}/cancel-payment.ts`,
        find: "draft.operationsOf(payment.id, 'capture').some(({ state }) => state !== 'failed')",
        replace: 'draft.now < 0',
      },
    ],
  },
  {
    id: 'capture-twice',
    without: 'one capture per payment',
    test: 'domain/answers.test.ts: is one, under way, unknown or done',
    edits: [
      {
        file: `${DOMAIN}/capture-payment.ts`,
        find: ".some(({ state }) => state !== 'failed')",
        replace: ".some(({ state }) => state === 'pending')",
      },
    ],
  },
  {
    id: 'action-stays',
    without: 'a code is shown only while it may be paid',
    test: 'domain/money-steps.test.ts: shows nothing to pay by once its payment has moved on',
    edits: [
      {
        file: `${DOMAIN}/draft.ts`,
        find: "action: status === 'requires_action' ? (patch.action ?? payment.action) : null",
        replace: 'action: patch.action ?? payment.action',
      },
    ],
  },
  {
    id: 'late-policy-swap',
    without: 'late money goes back unless the merchant keeps it',
    test: 'domain/late-money.test.ts: is given back whole, as much as was taken',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "if (latePayments === 'accept' && !paidOtherwise) return",
        replace: "if (latePayments === 'refund' && !paidOtherwise) return",
      },
    ],
  },
  {
    id: 'late-kept-twice',
    without: 'of two payments one at most is kept',
    test: 'domain/observe-payment.test.ts: is kept late only once',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "(SUCCESS.has(status) || (status === 'late_success' && captured > refunded))",
        replace: 'SUCCESS.has(status)',
      },
    ],
  },
  {
    id: 'wins-closed',
    without: 'a session that is over takes no success',
    test: 'domain/late-money.test.ts: is given back whole, as much as was taken',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "return status === 'open' || status === 'closing'",
        replace: "return status !== 'complete'",
      },
    ],
  },
  {
    id: 'mismatch-amount',
    without: 'a larger sum is another sum',
    test: 'domain/sums.test.ts: WB-17: of',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "return sums.has(observed.charge.minorUnits) ? null : 'charge'",
        replace: "return observed.charge.minorUnits >= Math.min(...sums) ? null : 'charge'",
      },
    ],
  },
  {
    id: 'mismatch-currency',
    without: 'the same number in another currency is another sum',
    test: 'domain/observe-payment.test.ts: WB-17: changes nothing for',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "  if (observed.charge.currency !== payment.charge.currency) return 'charge'\n",
        replace: '',
      },
    ],
  },
  {
    id: 'mismatch-session',
    without: 'a word about another payment is not about this one',
    test: 'domain/observe-payment.test.ts: WB-17: changes nothing for',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "  if (observed.reference !== null && observed.reference !== payment.id) return 'reference'\n",
        replace: '',
      },
    ],
  },
  {
    id: 'adopt-min',
    without: 'no refund of the cabinet is more than was taken',
    test: 'domain/sums.test.ts: is never more than was taken',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: 'Math.min(left, amountOf(refunded.minorUnits, payment) - payment.refunded)',
        replace: 'amountOf(refunded.minorUnits, payment) - payment.refunded',
      },
    ],
  },
  {
    id: 'adopt-failed',
    without: 'refunds that failed are not counted',
    test: 'domain/money-steps.test.ts: made in the cabinet are found beside ours, failed ones left out',
    edits: [
      {
        file: `${DOMAIN}/observe-payment.ts`,
        find: "refund.paymentId === paymentId && refund.status !== 'failed'",
        replace: 'refund.paymentId === paymentId',
      },
    ],
  },
  {
    id: 'refund-currency',
    without: 'a refund is matched in its currency',
    test: 'domain/sums.test.ts: believes no answer about more, about less or in another currency',
    edits: [
      { file: `${DOMAIN}/refund-payment.ts`, find: 'observed.charge.currency !== currency || ', replace: '' },
    ],
  },
  {
    id: 'refund-part',
    without: 'parts of a charge are differences, not parts rounded each',
    test: 'domain/money-steps.test.ts: leave no gap where one in between failed',
    edits: [
      {
        file: `${DOMAIN}/refund-payment.ts`,
        find: 'Math.max(0, chargeOf(payment.refunded + amount, payment) - given)',
        replace: 'chargeOf(amount, payment)',
      },
    ],
  },
  {
    id: 'afterwatch-hour',
    without: 'ended payments are watched for 48 hours',
    test: 'domain/watch.test.ts: for 48 hours after the end, whatever else has changed since',
    edits: [
      {
        file: `${DOMAIN}/watch.ts`,
        find: 'const AFTERWATCH_MS = 48 * HOUR',
        replace: 'const AFTERWATCH_MS = HOUR',
      },
    ],
  },
  {
    id: 'watch-floor-cap',
    without: 'a withdrawn code is asked about every ten seconds',
    test: 'domain/watch.test.ts: every ten seconds at first about a withdrawn code',
    edits: [
      {
        file: `${DOMAIN}/watch.ts`,
        find: "payment.status === 'superseded' ? 10 * SECOND : MINUTE",
        replace: 'MINUTE',
      },
    ],
  },
  {
    id: 'asknow-done',
    without: 'news opens a watch again that was over',
    test: 'domain/watch.test.ts: is due now, also where the watch was over',
    edits: [
      {
        file: `${DOMAIN}/watch.ts`,
        find: "draft.patchOperation(watch.id, { notBefore: draft.now, state: 'pending' })",
        replace: 'draft.patchOperation(watch.id, { notBefore: draft.now })',
      },
    ],
  },
  {
    id: 'refund-rejected-late',
    without: 'a late refund that is refused is asked for again',
    test: 'domain/settle-operation.test.ts: does not end the refund of late money',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: "if (refund.origin === 'late') {",
        replace: "if (refund.origin === ('none' as string)) {",
      },
    ],
  },
  {
    id: 'late-retry-never',
    without: 'and that in ten minutes',
    test: 'domain/settle-operation.test.ts: does not end the refund of late money',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: 'notBefore: draft.now + 600 * SECOND }',
        replace: 'notBefore: null }',
      },
    ],
  },
  {
    id: 'unknown-refund-fails',
    without: 'a refund is not failed because nobody knows',
    test: 'domain/answers.test.ts: is not failed because nobody knows',
    edits: [
      {
        file: `${DOMAIN}/settle-operation.ts`,
        find: "if (outcome.kind === 'fault' && outcome.fault.kind === 'rejected') {\n    // Money",
        replace: "if (outcome.kind === 'fault') {\n    // Money",
      },
    ],
  },
  {
    id: 'failover-charge',
    without: 'no other rail for another charge',
    test: 'domain/fail-over.test.ts: keeps the terms that the buyer has agreed to',
    edits: [
      {
        file: `${DOMAIN}/fail-over.ts`,
        find: 'if (agreed === null || !isSameMoney(agreed.charge, payment.charge)) return null',
        replace: 'if (agreed === null) return null',
      },
    ],
  },
  {
    id: 'failover-deadline',
    without: 'no other rail from the deadline on',
    test: 'domain/fail-over.test.ts: goes nowhere from the deadline on',
    edits: [{ file: `${DOMAIN}/fail-over.ts`, find: ' || now >= session.expiresAt', replace: '' }],
  },
  {
    id: 'start-attempts',
    without: 'ten attempts',
    test: 'domain/start-payment.test.ts: is one of ten, each with its own number',
    edits: [
      {
        file: `${DOMAIN}/start-payment.ts`,
        find: 'draft.payments.length >= MAX_ATTEMPTS',
        replace: 'draft.payments.length > MAX_ATTEMPTS',
      },
    ],
  },
  {
    id: 'convert-floor',
    without: 'conversions are rounded half up',
    test: 'domain/convert.test.ts: turns',
    edits: [
      {
        file: `${DOMAIN}/convert.ts`,
        find: 'Number((2n * numerator + denominator) / (2n * denominator))',
        replace: 'Number(numerator / denominator)',
      },
    ],
  },
  {
    id: 'cancel-overtakes',
    without: 'a cancel never overtakes its create',
    test: 'jobs/perform-operation.test.ts: never overtakes its create, whose outcome may not be known',
    edits: [
      {
        file: `${JOBS}/perform-operation.ts`,
        find: "        return { kind: 'postponed', delayMs: 500 }\n",
        replace: '',
      },
    ],
  },
  {
    id: 'refund-named-again',
    without: 'a refund that the provider has named is never made again',
    test: 'jobs/perform-operation.test.ts: that the provider has named is asked about and never made again',
    edits: [
      {
        file: `${JOBS}/perform-operation.ts`,
        find: 'if (refund.providerRef !== null) {',
        replace: "if (refund.providerRef === '') {",
      },
    ],
  },
  {
    id: 'delivery-third-attempt',
    without: 'twelve attempts for each event',
    test: 'jobs/deliver-webhooks.test.ts: is tried twelve times',
    edits: [
      {
        file: `${JOBS}/deliver-webhooks.ts`,
        find: 'const delayMs = DELIVERY_DELAYS_MS[attempts] ?? delayOfAge(clock.now() - createdAt)',
        replace: 'const delayMs = DELIVERY_DELAYS_MS.slice(0, 2)[attempts]',
      },
    ],
  },
  {
    id: 'delivery-spent',
    without: 'attempts used up by processes that died give nothing up',
    test: 'jobs/deliver-webhooks.test.ts: is not given up because processes that died',
    edits: [
      {
        file: `${JOBS}/deliver-webhooks.ts`,
        find: ' ?? delayOfAge(clock.now() - createdAt)',
        replace: '',
      },
    ],
  },
  {
    id: 'delivery-endpoint',
    without: 'the end of one delivery is not that of another',
    test: 'store/postgres-store.test.ts: ends the delivery to one endpoint and not to the other',
    edits: [
      {
        file: `${STORE}/queues.ts`,
        find: 'and d.endpoint = f.endpoint and d.lease_token = f.token',
        replace: 'and d.lease_token = f.token',
      },
    ],
  },
  {
    id: 'op-claim-lease',
    without: 'what one has claimed is nobody else’s',
    test: 'store/postgres-store.test.ts: gives a due operation to one worker until its lease is over',
    edits: [
      {
        file: `${STORE}/queues.ts`,
        find: 'const DUE = sql`not_before is not null and greatest(not_before, lease_until)`',
        replace: 'const DUE = sql`not_before is not null and not_before`',
      },
    ],
  },
  {
    id: 'due-sessions-when',
    without: 'a session is due when its time has come',
    test: 'store/postgres-store.test.ts: finds sessions whose time has come, oldest first',
    edits: [{ file: `${STORE}/postgres-store.ts`, find: ' and due_at <= now()', replace: '' }],
  },
  {
    id: 'notification-lost-later',
    without: 'a notification that says nothing yet is kept',
    test: 'engine/work-on-notification.test.ts: that the provider knows nothing of is tried again',
    edits: [
      {
        file: `${ENGINE}/work-on-notification.ts`,
        find: "PATIENCE_MS) return { state: 'exhausted' }",
        replace: "PATIENCE_MS || PATIENCE_MS > 0) return { state: 'exhausted' }",
      },
    ],
  },
  {
    id: 'locked-session',
    without: 'a session is changed by one at a time',
    test: 'store/postgres-store.test.ts: keeps refunds within what was taken',
    edits: [
      {
        file: `${STORE}/change-session.ts`,
        find: 'select * from teabrick.session where bucket = $1 and id = $2 for update\n',
        replace: 'select * from teabrick.session where bucket = $1 and id = $2\n',
      },
    ],
  },
  {
    id: 'foreign-key',
    without: 'a key means a wish of one body',
    test: 'engine/session-changes.test.ts: with another body is refused',
    edits: [
      {
        file: `${ENGINE}/session-changes.ts`,
        find: '            if (idempotency.fingerprint !== request.fingerprint) throw keyReused(request.key)\n',
        replace: '',
      },
    ],
  },
  {
    id: 'foreign-session',
    without: 'nobody changes the session of another merchant',
    test: 'engine/session-changes.test.ts: is refused for a session of another merchant',
    edits: [
      {
        file: `${ENGINE}/session-changes.ts`,
        find: 'current === null || current.session.merchantId !== merchantId',
        replace: 'current === null',
      },
    ],
  },
  {
    id: 'quote-signature',
    without: 'a quote is signed',
    test: 'engine/quote-token.test.ts: takes no cheaper charge under the signature of a dearer one',
    edits: [
      { file: `${ENGINE}/quote-token.ts`, find: 'return genuine ? (JSON', replace: 'return keys ? (JSON' },
    ],
  },
]

/** All guards that are taken out one at a time by `npm run sim -- --mutants`. */
export const MUTANTS: readonly Mutant[] = [...MUTANTS_OF_WORLDS, ...MISSED_BY_TESTS]
