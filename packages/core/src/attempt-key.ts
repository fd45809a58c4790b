import type { Platform } from './platform.ts'

/** One attempt to pay, written down before its request leaves. */
export interface AttemptRecord {
  /** Idempotency key of the pay request. */
  readonly key: string
  readonly method: string
  /** The payment that was the last one when the key was made: while it still is, the API has not shown the attempt. */
  readonly after: string | undefined
}

/** The key of a session's current attempt, shared by the tabs of an origin and kept over a reload. */
export interface AttemptKeys {
  /** The record of an attempt that the API has not shown, as far as `lastPaymentId` tells. */
  readonly find: (lastPaymentId: string | undefined) => AttemptRecord | undefined
  /** The found record if it is for the method, else a new one. */
  readonly open: (method: string, lastPaymentId: string | undefined) => AttemptRecord
  readonly erase: () => void
}

const PREFIX = 'teabrick:'
const DAY_MS = 86_400_000

/** @param expiresInMs Until the session's deadline. A day later the record is swept. */
export function createAttemptKeys(platform: Platform, sessionId: string, expiresInMs: number): AttemptKeys {
  const name = PREFIX + sessionId
  let memory: AttemptRecord | undefined

  const find: AttemptKeys['find'] = (lastPaymentId) => {
    const record = parse(attempt(() => platform.storage?.getItem(name))) ?? memory
    return record?.after === lastPaymentId ? record : undefined
  }

  return {
    find,
    open(method, lastPaymentId) {
      const found = find(lastPaymentId)
      if (found?.method === method) return found
      const record = { key: platform.newKey(), method, after: lastPaymentId }
      memory = record
      // Memory does where the storage is full or refused: then only a reload loses the key, and the API joins the attempts.
      attempt(() => {
        const { storage } = platform
        sweep(storage, platform.wallNow())
        storage?.setItem(
          name,
          JSON.stringify({ ...record, until: platform.wallNow() + expiresInMs + DAY_MS }),
        )
      })
      return record
    },
    erase() {
      memory = undefined
      attempt(() => platform.storage?.removeItem(name))
    },
  }
}

function sweep(storage: Platform['storage'], nowMs: number): void {
  for (let i = storage?.length ?? 0; i-- > 0; ) {
    const name = storage?.key(i)
    if (name?.startsWith(PREFIX) && !(Number(parse(storage?.getItem(name))?.until) > nowMs))
      storage?.removeItem(name)
  }
}

function parse(text: string | null | undefined): (AttemptRecord & { readonly until?: number }) | undefined {
  const record = attempt(() => JSON.parse(text ?? 'null'))
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
