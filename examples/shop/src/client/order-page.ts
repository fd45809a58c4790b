/** How often the order's page asks the shop whether a notice has come. */
const INTERVAL_MS = 2_000
/** After this the page stays as it is until it is loaded again: half an hour of asking. */
const TRIES = 900

const order = document.getElementById('order')
const shownStatus = order?.dataset['status']

async function hasChanged(): Promise<boolean> {
  const response = await fetch(location.pathname, { headers: { accept: 'application/json' } })
  const answer: unknown = response.ok ? await response.json() : undefined
  return typeof answer === 'object' && answer !== null && 'status' in answer && answer.status !== shownStatus
}

async function watch(tries: number): Promise<void> {
  // A page in the background asks nobody.
  if (!document.hidden) {
    // No connection right now: the next turn asks again.
    const changed = await hasChanged().catch(() => false)
    if (changed) return location.reload()
  }
  if (tries > 0) setTimeout(() => void watch(tries - 1), INTERVAL_MS)
}

if (shownStatus === 'awaiting_payment') void watch(TRIES)

export {}
