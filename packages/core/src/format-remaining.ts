/**
 * Time left as `m:ss`, from an hour on as `h:mm:ss`. Rounded up: it shows `0:00` only when nothing is left.
 *
 * @param ms Milliseconds; negative is none.
 */
export function formatRemaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const pad = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const tail = `:${pad(seconds % 60)}`
  return minutes < 60 ? `${minutes}${tail}` : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}${tail}`
}
