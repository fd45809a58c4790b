/** The options that core gives ky. Retries and timeouts are core's own, so ky's are always off. */
interface KyOptions extends RequestInit {
  readonly json?: unknown
  readonly fetch: typeof globalThis.fetch
  readonly headers: Readonly<Record<string, string>>
}

/**
 * In the place of ky in the script-tag builds: all that core asks of it is fetch with a JSON body. Saves 4.9 kB of the
 * 30 kB that a purchase may weigh. The npm build uses ky.
 */
export default function ky(url: string, { json, fetch, headers, ...init }: KyOptions): Promise<Response> {
  if (json === undefined) return fetch(url, { ...init, headers })
  return fetch(url, {
    ...init,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })
}
