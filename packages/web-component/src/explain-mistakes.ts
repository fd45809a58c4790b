import type { PayErrorEvent } from './events.ts'
import { parseApiUrl } from './web-url.ts'

/** Codes that the page or its backend is to blame for, and not a network or a payment. */
const MISTAKES = /^(config_|chunk_|url_|unexpected_|origin_|unauthorized)/

/** Puts a line into the console for each `pay-error` of an element that its developer can do something about. */
export function explainMistakes(host: HTMLElement): void {
  host.addEventListener('pay-error', ({ error }: Partial<PayErrorEvent>) => {
    // Anybody can dispatch an event of this name.
    if (error && MISTAKES.test(error.code)) explain(host, error)
  })
}

/**
 * One line: which element, what is wrong, where it is explained. That is a page of the payment API, so that it can be opened
 * from where the shop can; without an address of one, a file of this repository.
 */
export function explain(host: HTMLElement, { code, message, docUrl }: Explained): void {
  let page = 'docs/errors.md'
  try {
    page = `${parseApiUrl(host.getAttribute('api-url'), host.baseURI)}/errors`
  } catch {
    // The address may be the mistake.
  }
  console.error(`<${host.localName}> ${message}. ${docUrl ?? `${page}#${code}`}`)
}

type Explained = Pick<PayErrorEvent['error'], 'code' | 'message'> & {
  readonly docUrl?: string | undefined
}
