const KEY = 'teabrick:banks'
const MOST = 4

/** Ids of the banks that this browser paid with, latest first. Nothing but ids is kept. */
export function recentBanks(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => /^\d{12}$/.test(id)).slice(0, MOST) : []
  } catch {
    return []
  }
}

export function rememberBank(id: string): void {
  const ids = [id, ...recentBanks().filter((each) => each !== id)]
  try {
    localStorage.setItem(KEY, JSON.stringify(ids.slice(0, MOST)))
  } catch {
    // Full, refused or absent: the list is just not in this order next time.
  }
}
