import type { CheckoutView } from './contract/checkout.ts'
import type { Platform } from './platform.ts'

/** One attempt to pay, written down before its request leaves. */
export interface AttemptRecord {
  /** Idempotency key of the pay request. */
  readonly key: string
  readonly method: string
  /** The payment that was the last one when the key was made: while it still is, the API has not shown the attempt. */
  readonly after?: string | undefined
}

/** The key of a session's current attempt, shared by the tabs of an origin and kept over a reload. */
export interface AttemptKeys {
  /** The record of an attempt that this view does not show. */
  readonly find: (view: CheckoutView) => AttemptRecord | undefined
  /** The found record if it is for the method, else a new one. */
  readonly open: (view: CheckoutView, method: string) => AttemptRecord
  readonly erase: (view: CheckoutView) => void
}

const PREFIX = 'teabrick:'
const DAY_MS = 86_400_000

export function createAttemptKeys(platform: Platform): AttemptKeys {
  // Memory does where the storage is full or refused: then only a reload loses the key, and the API joins the attempts.
  let memory: AttemptRecord | undefined

  const find: AttemptKeys['find'] = ({ session, payment }) => {
    const record = parse(attempt(() => platform.storage?.getItem(PREFIX + session.id))) ?? memory
    return record?.after === payment?.id ? record : undefined
  }

  return {
    find,
    open(view, method) {
      const found = find(view)
      if (found?.method === method) return found
      const record = { key: platform.newKey(), method, after: view.payment?.id }
      memory = record
      attempt(() => {
        const { storage } = platform
        const now = platform.wallNow()
        sweep(storage, now)
        const { id, expiresInMs } = view.session
        storage?.setItem(PREFIX + id, JSON.stringify({ ...record, until: now + expiresInMs + DAY_MS }))
      })
      return record
    },
    erase({ session }) {
      memory = undefined
      attempt(() => platform.storage?.removeItem(PREFIX + session.id))
    },
  }
}

/** Removes what was left behind more than a day after its session's deadline. */
function sweep(storage: Platform['storage'], now: number): void {
  for (let i = storage?.length ?? 0; i-- > 0; ) {
    const name = storage?.key(i) as string
    if (name.startsWith(`${PREFIX}cs_`) && !(Number(parse(storage?.getItem(name))?.until) > now))
      storage?.removeItem(name)
  }
}

function parse(text: string | null | undefined): (AttemptRecord & { readonly until?: number }) | undefined {
  const record = attempt(() => JSON.parse(text ?? ''))
  // Other scripts of the page can write here: what is not a record is none.
  return /^[\w-]{22,255}$/.test(record?.key) ? record : undefined
}

/** Storage throws where it is full, refused by the user, or the origin is opaque. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
