import type { Platform } from './platform.ts'

const NAME = 'teabrick:last'

/** The method that was last paid with from this browser, at any shop of this origin; the API offers it first. */
export function lastMethod(platform: Platform): string | undefined {
  try {
    // Other scripts of the page can write here: what is no id would be refused with the whole request.
    return platform.storage?.getItem(NAME)?.match(/^[a-z0-9_]{1,32}$/)?.[0]
  } catch {
    return undefined
  }
}

/** Keeps the method for the next order. Where nothing can be kept, nothing is. */
export function rememberMethod(platform: Platform, method: string): void {
  try {
    platform.storage?.setItem(NAME, method)
  } catch {}
}
