import { isPayError, PayError } from '@teabrick/core'

/** What was caught, as the one error class. What is none yet gets the given code. */
export function toPayError(cause: unknown, code: string, message: string): PayError {
  return isPayError(cause) ? cause : new PayError(code, message, { cause })
}
