import { lookup as resolve } from 'node:dns'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './webhook-address.ts'

/** One attempt to hand a body to an endpoint. */
export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

export interface WebhookAnswer {
  readonly status: number
  /** `retry-after`; others need not be there. */
  readonly headers: Headers
}

/** Sends a webhook. Follows no redirect and reads no body. Rejects when no status came. */
export type WebhookTransport = (request: WebhookRequest) => Promise<WebhookAnswer>

export interface WebhookTransportOptions {
  /** Allows http, any port and private addresses. For development. */
  readonly allowInsecure: boolean
  /** Resolves names, for tests. Default: the system's resolver. */
  readonly lookup?: LookupFunction | undefined
}

const PORTS: ReadonlySet<string> = new Set(['', '443', '8443'])

/**
 * HTTP to merchants' endpoints that cannot be turned against our own network: the address is checked where the socket gets
 * it, after resolving, so that neither a spelling of an address nor a name that resolves otherwise the second time passes.
 */
export function createWebhookTransport({
  allowInsecure,
  lookup = resolve as LookupFunction,
}: WebhookTransportOptions): WebhookTransport {
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, options, (error, addresses, family) => {
      const all = typeof addresses === 'string' ? [addresses] : addresses?.map(({ address }) => address)
      const refused = error ? undefined : all?.find((address) => !isPublicAddress(address))
      if (refused === undefined) callback(error, addresses, family)
      else callback(privateAddress(hostname), '', 0)
    })
  }

  return ({ url: text, headers, body, signal }) =>
    new Promise((fulfil, reject) => {
      const url = new URL(text)
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (!allowInsecure) {
        if (url.protocol !== 'https:' || !PORTS.has(url.port) || url.username || url.password)
          return reject(new Error('webhooks go to https on port 443 or 8443, without credentials'))
        // An address instead of a name is never looked up.
        if (isIP(host) && !isPublicAddress(host)) return reject(privateAddress(host))
      }
      const options: RequestOptions = {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        signal,
        // A fresh connection each time: a kept one would skip the check.
        agent: false,
        ...(allowInsecure ? {} : { lookup: guardedLookup }),
      }
      const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
        // Nothing in the body is of interest, and it may be endless.
        response.destroy()
        const retryAfter = response.headers['retry-after']
        fulfil({
          status: response.statusCode ?? 0,
          headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
        })
      })
      request.on('error', reject)
      request.end(body)
    })
}

/** The same over a given `fetch`, for simulation: the caller answers for where it leads. */
export function createFetchTransport(fetch: typeof globalThis.fetch): WebhookTransport {
  return async ({ url, headers, body, signal }) => {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    await response.body?.cancel()
    return { status: response.status, headers: response.headers }
  }
}

function privateAddress(host: string): Error {
  return Object.assign(new Error(`${host} is not an address on the public internet`), {
    code: 'ERR_PRIVATE_ADDRESS',
  })
}
