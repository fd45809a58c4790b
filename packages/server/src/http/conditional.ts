/** `7.3` → `W/"7.3"`: weak, because durations in the view pass without a new tag. */
export function toETag(tag: string): string {
  return `W/"${tag}"`
}

/** Whether `If-None-Match` names this tag. Compared weakly; a suffix that a compressing proxy added is ignored. */
export function matchesTag(headers: Headers, tag: string): boolean {
  const header = headers.get('if-none-match')
  if (header === null) return false
  if (header.trim() === '*') return true
  return header
    .split(',', 32)
    .some((each) => /^\s*(?:W\/)?"([^"]*?)(?:-gzip|-br|-df)?"\s*$/.exec(each)?.[1] === tag)
}

/** Seconds of `Prefer: wait=…` (RFC 7240); 0 without it. */
export function readPreferredWait(headers: Headers): number {
  // Quoted text of other preferences is not read: it may hold anything.
  const text = (headers.get('prefer') ?? '').replace(/"(?:[^"\\]|\\.)*"/g, (quoted) =>
    /^"\d+"$/.test(quoted) ? quoted.slice(1, -1) : '""',
  )
  const preference = /(?:^|[,;])\s*wait\s*=\s*(\d{1,5})\s*(?:[,;]|$)/i.exec(text)
  return Number(preference?.[1] ?? 0)
}
