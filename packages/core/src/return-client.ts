import type { Connection } from './checkout-state.ts'
import { type PayClientOptions, parseApiUrl, parseToken, platformFor } from './client.ts'
import { type ReturnStatus, returnStatus } from './contract/checkout.ts'
import { FAILURE_CODES, type FailureCode } from './contract/failure.ts'
import type { PayError } from './errors.ts'
import { createStore } from './store.ts'
import { type Answer, createTransport, HOLD_SECONDS, RETRY_RULES, type RetryRule } from './transport.ts'
import { createWatch } from './watch.ts'

interface Common {
  readonly connection: Connection
  /** Once it was told: what a buyer can name to the seller. */
  readonly sessionId?: string | undefined
  /** The API refuses to tell: the token is old or of another shop. */
  readonly error: PayError | null
}

/** How a payment ended, for a buyer who comes back from a wallet or bank. */
export type ReturnState =
  | (Common & { readonly status: 'loading' })
  /** Nothing is paid and nothing under way: the buyer may go on. */
  | (Common & { readonly status: 'open' })
  /** Nobody knows yet. Never to be called failed. */
  | (Common & { readonly status: 'processing'; readonly method: string })
  | (Common & { readonly status: 'succeeded' })
  | (Common & { readonly status: 'failed'; readonly method: string; readonly failureCode: FailureCode })
  | (Common & {
      readonly status: 'expired' | 'canceled'
      /** Money that came after the deadline: found, or already on its way back. */
      readonly late: 'late_success' | 'late_refunded' | null
    })

export interface ReturnClientOptions extends Pick<PayClientOptions, 'apiUrl' | 'fetch' | 'platform'> {
  /** `st_…`, from the fragment of the return URL. It reads the status of one session and nothing else. */
  readonly token: string
}

/** Follows the status of one session. Methods are bound. */
export interface ReturnClient {
  readonly getSnapshot: () => ReturnState
  /** The first subscriber starts the watch, the last one ends it. */
  readonly subscribe: (listener: () => void) => () => void
  /** Asks once. @throws PayError when the API refuses or cannot be reached. */
  readonly load: () => Promise<ReturnState>
  /** Ends timers and requests. A later subscriber starts again. */
  readonly stop: () => void
}

/** @throws PayError `config_invalid` if an option cannot work. */
export function createReturnClient(options: ReturnClientOptions): ReturnClient {
  const platform = platformFor(options)
  const token = parseToken(options.token, 'token', /^st_[\w.~-]+$/)
  let audience = 0
  let isAwake = false
  let life = new AbortController()
  let etag: string | undefined
  let version: number | undefined

  const store = createStore<ReturnState>({ status: 'loading', connection: 'ok', error: null }, (count) => {
    if (count > audience) isAwake = true
    audience = count
    watch.update()
  })

  const transport = createTransport({
    apiUrl: parseApiUrl(options.apiUrl),
    token,
    port: platform,
    onReach(reached) {
      const connection = reached ? 'ok' : platform.isOnline() ? 'retrying' : 'offline'
      if (store.getSnapshot().connection !== connection) set({ ...store.getSnapshot(), connection })
    },
  })

  const watch = createWatch({
    platform,
    name: () => `teabrick:${token}`,
    isWanted() {
      const { status, error } = store.getSnapshot()
      return isAwake && audience > 0 && !error && (status === 'loading' || status === 'processing')
    },
    ask: (hold, signal) => ask(hold ? RETRY_RULES.longPoll : RETRY_RULES.poll, signal),
  })

  function set(state: ReturnState): void {
    store.set(state)
    watch.update()
  }

  async function ask(rule: RetryRule, signal: AbortSignal): Promise<Answer<ReturnStatus>> {
    const answer = await transport({
      method: 'GET',
      path: '/v1/checkout',
      rule,
      schema: returnStatus(),
      etag,
      waitSeconds: rule === RETRY_RULES.longPoll ? HOLD_SECONDS : undefined,
      signal,
    })
    if (signal.aborted) return answer
    const isNews = answer.kind === 'value' && answer.value.version !== version
    if (answer.kind === 'value' && answer.value.version >= (version ?? 0)) {
      etag = answer.etag
      version = answer.value.version
      const { session } = answer.value
      set({ connection: 'ok', error: null, sessionId: session.id, ...outcome(answer.value) })
    }
    if (answer.kind === 'refused') set({ ...store.getSnapshot(), error: answer.error })
    return answer.kind === 'value' && !isNews ? { kind: 'unchanged' } : answer
  }

  return {
    getSnapshot: store.getSnapshot,
    subscribe: store.subscribe,
    async load() {
      const answer = await ask(RETRY_RULES.read, life.signal)
      if ('error' in answer) throw answer.error
      return store.getSnapshot()
    },
    stop() {
      isAwake = false
      life.abort()
      life = new AbortController()
      watch.stop()
    },
  }
}

type WithoutCommon<State> = State extends Common ? Omit<State, keyof Common> : never

function outcome({ session, payment }: ReturnStatus): WithoutCommon<ReturnState> {
  const status = payment?.status
  if (session.status === 'complete' || status === 'authorized' || status === 'succeeded')
    return { status: 'succeeded' }
  if (session.status === 'expired' || session.status === 'canceled') {
    const late = status === 'late_success' || status === 'late_refunded' ? status : null
    return { status: session.status, late }
  }
  if (!payment) return { status: 'open' }
  const { method } = payment
  if (status === 'failed') {
    const code = payment.failure?.code as FailureCode
    return { status, method, failureCode: FAILURE_CODES.includes(code) ? code : 'declined' }
  }
  // Ended without a decline: withdrawn, or its code ran out. An unknown status is not the end.
  const hasEnded = /^(superseded|canceled|expired|late_)/.test(payment.status)
  return hasEnded && session.status === 'open' ? { status: 'open' } : { status: 'processing', method }
}
