import { createAttemptKeys } from './attempt-key.ts'
import type { Checkout, CheckoutState, PayOptions } from './checkout-state.ts'
import { type CheckoutView, checkoutView } from './contract/checkout.ts'
import type { Device } from './contract/device.ts'
import { PayError } from './errors.ts'
import { lastMethod, rememberMethod } from './last-method.ts'
import {
  type CheckoutEvent,
  checkoutTransition,
  INITIAL_CHECKOUT_STATE,
  isAttemptUnseen,
  isFinal,
  livePayment,
} from './machine.ts'
import type { Platform } from './platform.ts'
import { createStore } from './store.ts'
import { type Answer, createTransport, HOLD_SECONDS, RETRY_RULES, type RetryRule } from './transport.ts'
import { createWatch } from './watch.ts'

export interface CheckoutOptions {
  readonly apiUrl: string
  readonly token: string
  readonly platform: Platform
  readonly device: Device
}

/** A pay request as it was made, to be made again with the same key while nobody knows whether it arrived. */
interface Attempt {
  readonly method: string
  readonly key: string
  readonly body: unknown
}

/** Joins the machine, the requests and the watch. */
export function createCheckout({ apiUrl, token, platform, device }: CheckoutOptions): Checkout {
  const query = { ...device, last: lastMethod(platform) }
  const path = `/v1/checkout?${new URLSearchParams(JSON.parse(JSON.stringify(query)))}`
  const keys = createAttemptKeys(platform)
  const transport = createTransport({
    apiUrl,
    token,
    port: platform,
    onReach: (reached) =>
      dispatch({
        type: 'connection',
        connection: reached ? 'ok' : platform.isOnline() ? 'retrying' : 'offline',
      }),
  })
  let audience = 0
  let holds = 0
  let isAwake = false
  // The API refuses this token: only somebody who asks on purpose asks again.
  let isShutOut = false
  let life = new AbortController()
  let etag: string | undefined
  let attempt: Attempt | undefined
  let loading: Promise<CheckoutState> | undefined
  // The pay request that is under way: every caller for the same method gets the same promise.
  let sending: { readonly method: string; readonly done: Promise<CheckoutState> } | undefined

  const store = createStore<CheckoutState>(INITIAL_CHECKOUT_STATE, (count) => {
    if (count > audience) isAwake = true
    audience = count
    watch.update()
  })
  const { getSnapshot, subscribe } = store

  const watch = createWatch({
    platform,
    name: () => `teabrick:${viewOf(getSnapshot())?.session.id}`,
    isWanted() {
      const state = getSnapshot()
      const isWorthIt = state.status === 'loading' ? !loading : holds > 0 || state.moneyMayHaveMoved
      return isAwake && audience > 0 && !isShutOut && !isFinal(state) && isWorthIt
    },
    ask: (hold, signal) => ask(hold ? RETRY_RULES.longPoll : RETRY_RULES.poll, signal),
  })

  function dispatch(event: CheckoutEvent): void {
    const state = checkoutTransition(getSnapshot(), event)
    const view = viewOf(state)
    if (view && isFinal(state)) keys.erase(view)
    if (state.status === 'succeeded' && view?.payment) rememberMethod(platform, view.payment.method)
    store.set(state)
    watch.update()
  }

  /** Asks for the view. Without news the answer is `unchanged`, however the server put it. */
  async function ask(rule: RetryRule, signal: AbortSignal): Promise<Answer<CheckoutView>> {
    const before = viewOf(getSnapshot())
    const answer = await transport({
      method: 'GET',
      path,
      rule,
      schema: checkoutView(),
      etag,
      waitSeconds: rule === RETRY_RULES.longPoll ? HOLD_SECONDS : undefined,
      signal,
    })
    if (signal.aborted) return answer
    if (answer.kind === 'refused') {
      isShutOut = true
      dispatch({ type: 'fault', error: answer.error })
      return answer
    }
    if (answer.kind === 'failed') return answer
    if (answer.kind === 'value') show(answer)
    else if (rule === RETRY_RULES.read) dispatch({ type: 'fault', error: null })
    if (attempt && !sending && isAttemptUnseen(getSnapshot())) {
      // The API works and does not show the attempt. The same key again cannot pay twice. What it refuses is in the state.
      track(attempt.method, post(attempt)).catch(() => undefined)
    }
    return answer.kind === 'value' && answer.value.version === before?.version
      ? { kind: 'unchanged' }
      : answer
  }

  function show(answer: Answer<CheckoutView>, isReply = false): CheckoutState {
    if (answer.kind === 'value') {
      etag = answer.etag
      dispatch({ type: 'view', view: answer.value, atMs: platform.now(), isReply })
    }
    return getSnapshot()
  }

  function load(): Promise<CheckoutState> {
    isAwake = true
    isShutOut = false
    loading ??= ask(RETRY_RULES.read, life.signal)
      .then((answer) => {
        if ('error' in answer) throw answer.error
        return getSnapshot()
      })
      .finally(() => {
        loading = undefined
        watch.update()
      })
    return loading
  }

  function pay(method: string, options: PayOptions = {}): Promise<CheckoutState> {
    if (!sending) return track(method, start(method, options))
    return sending.method === method ? sending.done : Promise.reject(inProgress(sending.method))
  }

  function track(method: string, work: Promise<CheckoutState>): Promise<CheckoutState> {
    const done = work.finally(() => {
      sending = undefined
    })
    sending = { method, done }
    return done
  }

  async function start(method: string, options: PayOptions): Promise<CheckoutState> {
    isAwake = true
    let state = getSnapshot()
    // What may already be an attempt is asked for before anything is sent.
    if (state.status === 'loading' || state.moneyMayHaveMoved || keys.find(state.view)) state = await load()
    const busy = livePayment(state)?.method ?? (isAttemptUnseen(state) && attempt?.method)
    if (busy && busy !== method) throw inProgress(busy)
    const view = viewOf(state)
    if (view?.session.status !== 'open') {
      throw new PayError('session_not_open', `the session is ${view?.session.status}; create another one`)
    }
    if (livePayment(state)) return state
    const { key } = keys.open(view, method)
    const quoteId = view.methods.find(({ id }) => id === method)?.quote?.id
    attempt = { method, key, body: { quoteId, device, ...options, method } }
    return post(attempt)
  }

  function write(
    path: string,
    rule: RetryRule,
    idempotencyKey: string,
    body: unknown,
  ): Promise<Answer<CheckoutView>> {
    const { signal } = life
    return transport({ method: 'POST', path, rule, schema: checkoutView(), idempotencyKey, body, signal })
  }

  async function post({ method, key, body }: Attempt): Promise<CheckoutState> {
    dispatch({ type: 'pay', method })
    const answer = await write('/v1/checkout/payments', RETRY_RULES.pay, key, body)
    if (answer.kind === 'failed' && answer.isUnknown) {
      dispatch({ type: 'lost' })
      return getSnapshot()
    }
    if (answer.kind === 'refused') {
      const view = viewOf(getSnapshot())
      if (view) keys.erase(view)
      // The key was used before for another body: its attempt is there to be seen.
      if (answer.error.code === 'idempotency_key_reused' && livePayment(await load())?.method === method) {
        return getSnapshot()
      }
    }
    return conclude(answer, true)
  }

  async function cancel(): Promise<CheckoutState> {
    isAwake = true
    const state = getSnapshot()
    if (!livePayment(state) && !isAttemptUnseen(state)) return state
    return conclude(await write('/v1/checkout/cancel', RETRY_RULES.cancel, platform.newKey(), {}), false)
  }

  /** @param isProof Whether a refusal says that there is no attempt, even without a view. */
  function conclude(answer: Answer<CheckoutView>, isProof: boolean): CheckoutState {
    if (!('error' in answer)) return show(answer, true)
    const { error } = answer
    const shown = answer.kind === 'refused' ? checkoutView().safeParse(answer.extra['view']).data : undefined
    dispatch(
      isProof || shown
        ? { type: 'refused', error, view: shown, atMs: platform.now() }
        : { type: 'fault', error },
    )
    throw answer.kind === 'failed' && answer.isUnknown
      ? new PayError('outcome_unknown', 'the answer was lost', { cause: error })
      : error
  }

  function hold(): () => void {
    isAwake = true
    let isHeld = true
    holds++
    watch.update()
    return () => {
      if (isHeld) holds--
      isHeld = false
      watch.update()
    }
  }

  function stop(): void {
    isAwake = false
    life.abort()
    life = new AbortController()
    watch.stop()
  }

  return { getSnapshot, subscribe, load, pay, cancel, hold, stop }
}

function viewOf(state: CheckoutState): CheckoutView | undefined {
  return state.status === 'loading' ? undefined : state.view
}

function inProgress(method: string): PayError {
  return new PayError('payment_in_progress', `an attempt with ${method} is under way; cancel it first`)
}
