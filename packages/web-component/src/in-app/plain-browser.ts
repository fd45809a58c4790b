/** The names that ordinary browsers add to their engine's, and nothing else. */
const PLAIN =
  /^Mozilla\/5\.0 \([^)]*\) (AppleWebKit\/[\d.]+ \(KHTML, like Gecko\)( (Version|(Headless)?Chrome|Mobile|Safari|CriOS|Edg|OPR|SamsungBrowser|YaBrowser|Yowser)\b[/\w.]*)+|Gecko\/[\d.]+ Firefox\/[\d.]+)$/

/** Whether a user agent is that of an ordinary browser: then the table of apps need not be loaded. */
export function isPlainBrowser(userAgent: string): boolean {
  return PLAIN.test(userAgent)
}
