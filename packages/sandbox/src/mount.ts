import type { Mount } from './double.ts'

/**
 * Splits an address into the place where the sandbox is mounted and the path inside it. The place is known from
 * `publicUrl`; else it is whatever stands before the first segment that the sandbox itself answers. Hosts may pass
 * the full path or cut their prefix off. `undefined` when nothing in the address is the sandbox's.
 */
export function findMount(
  { origin, pathname }: URL,
  publicUrl: string | undefined,
  heads: readonly string[],
): Mount | undefined {
  const inside = new RegExp(`^/(?:${heads.join('|')})(?:/|$)`)
  const prefix = publicUrl === undefined ? undefined : new URL(publicUrl).pathname.replace(/\/+$/, '')
  if (prefix !== undefined && publicUrl !== undefined) {
    const rest = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname
    if (inside.test(rest)) return { path: rest, baseUrl: publicUrl }
    if (rest === '' || rest === '/') return { path: '/', baseUrl: publicUrl }
  }
  for (let start = 0; start >= 0; start = pathname.indexOf('/', start + 1)) {
    const rest = pathname.slice(start)
    if (inside.test(rest)) return { path: rest, baseUrl: publicUrl ?? origin + pathname.slice(0, start) }
  }
  return pathname === '/' ? { path: '/', baseUrl: publicUrl ?? origin } : undefined
}
