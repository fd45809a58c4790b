import { invalid, YookassaRefusal } from './refusal.ts'

/** An answer that a repeated request gets again. */
export interface KeptAnswer {
  readonly status: number
  readonly body: object
}

interface Kept extends KeptAnswer {
  readonly fingerprint: string
  readonly at: number
}

const KEPT_MS = 24 * 3_600_000

export interface Idempotence {
  /** The answer the same request got before. @throws YookassaRefusal when the key was used for another request. */
  find(scope: string, key: string, fingerprint: string): KeptAnswer | undefined
  keep(scope: string, key: string, fingerprint: string, answer: KeptAnswer): void
  reset(): void
}

/** Keys live for 24 hours: https://yookassa.ru/developers/using-api/interaction-format#idempotence */
export function createIdempotence(now: () => number): Idempotence {
  let kept = new Map<string, Kept>()
  const name = (scope: string, key: string) => `${scope}\n${key}`
  return {
    find(scope, key, fingerprint) {
      const found = kept.get(name(scope, key))
      if (!found || now() >= found.at + KEPT_MS) return undefined
      if (found.fingerprint !== fingerprint) throw invalid('Idempotence-Key', 'Idempotence key duplicated')
      return found
    },
    keep(scope, key, fingerprint, answer) {
      kept.set(name(scope, key), { ...answer, fingerprint, at: now() })
    },
    reset() {
      kept = new Map()
    },
  }
}

/** The pattern is the documented one, whose `+-_` is a range: https://yookassa.ru/developers/api#parameters_idempotence-key */
export function readIdempotenceKey(headers: Headers): string {
  const key = headers.get('idempotence-key')
  if (key === null || key === '') {
    throw new YookassaRefusal(400, 'invalid_request', "Idempotence key can't be empty", 'Idempotence-Key')
  }
  if (key.length > 64) throw invalid('Idempotence-Key', 'Idempotence key is longer than 64 characters')
  if (!/^[0-9a-zA-Z+-_.]{1,64}$/.test(key)) {
    throw invalid('Idempotence-Key', 'Idempotence key has characters that are not allowed')
  }
  return key
}
