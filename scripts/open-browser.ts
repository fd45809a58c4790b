import { type Browser, chromium } from 'playwright-core'
import { findChromium } from './chromium.mjs'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface BrowserOptions {
  /** Pages that were left stay alive for the Back button, as in everybody's browser. Playwright turns that off. */
  readonly keepsPages?: boolean | undefined
  /** The text size that the buyer has set in his browser, in px. Absent: 16, as it comes. */
  readonly textSizePx?: number | undefined
}

/** The Chromium that `scripts/chromium.mjs` finds, as every test of a page starts it. */
export function openBrowser({ keepsPages = false, textSizePx = 16 }: BrowserOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [...ARGS, `--blink-settings=defaultFontSize=${textSizePx}`],
    ...(keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  })
}
