import { randomBytes } from 'node:crypto'

/** Names one request in answers and logs: `req_` and 22 characters. */
export function createRequestId(): string {
  return `req_${randomBytes(16).toString('base64url')}`
}
