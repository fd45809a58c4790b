import { type AttemptKeys, createAttemptKeys } from './attempt-key.ts'
import type { Checkout, CheckoutState, PayOptions } from './checkout-state.ts'
import { type CheckoutView, checkoutView } from './contract/checkout.ts'
import type { Device } from './contract/device.ts'
import { PayError } from './errors.ts'
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

/** A pay request that is under way. Every caller for the same method gets the same promise. */
interface Sending {
  readonly method: string
  readonly done: Promise<CheckoutState>
}

/** A pay request as it was made, to be made again with the same key while nobody knows whether it arrived. */
interface Attempt {
  readonly method: string
  readonly key: string
  readonly body: unknown
}

/** Joins the machine, the requests and the watch. */
export function createCheckout({ apiUrl, token, platform, device }: CheckoutOptions): Checkout {
  const path = `/v1/checkout?${new URLSearchParams(JSON.parse(JSON.stringify(device)))}`
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
  let keys: AttemptKeys | undefined
  let attempt: Attempt | undefined
  let loading: Promise<CheckoutState> | undefined
  let sending: Sending | undefined
  let canceling: Promise<CheckoutState> | undefined

  const store = createStore<CheckoutState>(INITIAL_CHECKOUT_STATE, (count) => {
    if (count > audience) isAwake = true
    audience = count
    watch.update()
  })
  const { getSnapshot, subscribe } = store

  const watch = createWatch({
    platform,
    name: () => `teabrick:${sessionOf(getSnapshot())?.id}`,
    isWanted() {
      const state = getSnapshot()
      if (!isAwake || !audience || isShutOut || isFinal(state)) return false
      if (state.status === 'loading') return !loading
      return holds > 0 || isAttemptUnseen(state) || !!livePayment(state) || state.status === 'processing'
    },
    async ask(hold, signal) {
      const before = versionOf(getSnapshot())
      const answer = await ask(hold ? RETRY_RULES.longPoll : RETRY_RULES.poll, signal)
      if (answer.kind === 'failed') return { kind: 'failed', retryAfterMs: answer.error.retryAfterMs }
      return answer.kind === 'value' && answer.value.version === before ? { kind: 'unchanged' } : answer
    },
  })

  function dispatch(event: CheckoutEvent): void {
    const state = checkoutTransition(getSnapshot(), event)
    if (isFinal(state) && !isFinal(getSnapshot())) keysOf(state)?.erase()
    store.set(state)
    watch.update()
  }

  function keysOf(state: CheckoutState): AttemptKeys | undefined {
    const session = sessionOf(state)
    if (session) keys ??= createAttemptKeys(platform, session.id, session.expiresInMs)
    return keys
  }

  async function ask(rule: RetryRule, signal: AbortSignal): Promise<Answer<CheckoutView>> {
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
    if (answer.kind === 'value') {
      etag = answer.etag
      dispatch({ type: 'view', view: answer.value, atMs: platform.now() })
    }
    if (answer.kind === 'unchanged' && rule === RETRY_RULES.read) dispatch({ type: 'fault', error: null })
    if (answer.kind === 'refused') {
      isShutOut = true
      dispatch({ type: 'fault', error: answer.error })
    } else if (answer.kind !== 'failed' && attempt && !sending && isAttemptUnseen(getSnapshot())) {
      // The API works and does not show the attempt. The same key again cannot pay twice. What it refuses is in the state.
      send(attempt).catch(() => undefined)
    }
    return answer
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
    if (
      state.status === 'loading' ||
      livePayment(state) ||
      isAttemptUnseen(state) ||
      keysOf(state)?.find(state.view.payment?.id)
    ) {
      state = await load()
    }
    const live = livePayment(state)
    if (live?.method === method) return state
    if (live) throw inProgress(live.method)
    if ('method' in state && state.method !== method) throw inProgress(state.method)
    if (state.status === 'loading' || state.view.session.status !== 'open') {
      throw new PayError('session_not_open', `the session is ${sessionOf(state)?.status}; create another one`)
    }
    const { methods, payment } = state.view
    const key = keysOf(state)?.open(method, payment?.id).key as string
    const quoteId = methods.find(({ id }) => id === method)?.quote?.id
    attempt = { method, key, body: { quoteId, device, ...options, method } }
    return post(attempt)
  }

  function send(again: Attempt): Promise<CheckoutState> {
    return track(again.method, post(again))
  }

  async function post({ method, key, body }: Attempt): Promise<CheckoutState> {
    dispatch({ type: 'pay', method })
    const answer = await transport({
      method: 'POST',
      path: '/v1/checkout/payments',
      rule: RETRY_RULES.pay,
      schema: checkoutView(),
      idempotencyKey: key,
      body,
      signal: life.signal,
    })
    if (answer.kind === 'failed' && answer.isUnknown) {
      dispatch({ type: 'lost' })
      return getSnapshot()
    }
    if ('error' in answer) {
      const { error } = answer
      if (answer.kind === 'refused') {
        keys?.erase()
        // The key was used before for another body: its attempt is there to be seen.
        if (error.code === 'idempotency_key_reused' && livePayment(await load())?.method === method) {
          return getSnapshot()
        }
      }
      refuse(answer, true)
      throw error
    }
    return reply(answer)
  }

  function cancel(): Promise<CheckoutState> {
    isAwake = true
    const state = getSnapshot()
    if (!livePayment(state) && !isAttemptUnseen(state)) return Promise.resolve(state)
    canceling ??= postCancel().finally(() => {
      canceling = undefined
    })
    return canceling
  }

  async function postCancel(): Promise<CheckoutState> {
    const answer = await transport({
      method: 'POST',
      path: '/v1/checkout/cancel',
      rule: RETRY_RULES.cancel,
      schema: checkoutView(),
      idempotencyKey: platform.newKey(),
      body: {},
      signal: life.signal,
    })
    if ('error' in answer) {
      refuse(answer, false)
      throw answer.kind === 'failed' && answer.isUnknown
        ? new PayError('outcome_unknown', 'the answer to the cancel was lost', { cause: answer.error })
        : answer.error
    }
    return reply(answer)
  }

  function reply(answer: Answer<CheckoutView>): CheckoutState {
    if (answer.kind === 'value') {
      etag = answer.etag ?? etag
      dispatch({ type: 'view', view: answer.value, atMs: platform.now(), isReply: true })
    }
    return getSnapshot()
  }

  /** @param isProof Whether the refusal says that there is no attempt, even without a view. */
  function refuse(answer: Answer<CheckoutView> & { readonly error: PayError }, isProof: boolean): void {
    const { error } = answer
    const parsed = answer.kind === 'refused' ? checkoutView().safeParse(answer.extra['view']) : undefined
    if (parsed?.success) dispatch({ type: 'refused', error, view: parsed.data, atMs: platform.now() })
    else dispatch(isProof ? { type: 'refused', error, atMs: platform.now() } : { type: 'fault', error })
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

function sessionOf(state: CheckoutState): CheckoutView['session'] | undefined {
  return state.status === 'loading' ? undefined : state.view.session
}

function versionOf(state: CheckoutState): number | undefined {
  return state.status === 'loading' ? undefined : state.view.version
}

function inProgress(method: string): PayError {
  return new PayError('payment_in_progress', `an attempt with ${method} is under way; cancel it first`)
}
