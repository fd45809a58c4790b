import type { Locator, Page } from 'playwright-core'
import { scanQr } from './scan-qr.ts'

/** What the shop answered when the purchase began. */
export interface Started {
  readonly reference: string
  readonly clientToken: string
  /** The hosted page of the same session. */
  readonly url: string
}

/** The sheet of the page's first button, found by parts and not by words: it speaks three languages. */
export interface Sheet {
  readonly button: Locator
  readonly dialog: Locator
  readonly pay: Locator
  readonly qr: Locator
  readonly timer: Locator
  /** On a phone: opens the wallet or the bank's app. */
  readonly link: Locator
  readonly anotherMethod: Locator
  /** How it ended, or that it goes on. */
  readonly outcome: Locator
  /** Says that the last attempt was refused, over the methods. */
  readonly refusal: Locator
  /** "Paid", with the way back to the shop. */
  readonly paid: Locator
  readonly close: Locator
  method(id: string): Locator
  /** Presses the button and waits for the methods. */
  open(): Promise<Started>
  /** Chooses a method and asks to pay. */
  choose(method: string): Promise<void>
  /** Waits for the code and reads it from the screen. */
  scan(): Promise<string>
}

export function sheetOf(page: Page): Sheet {
  const element = page.locator('pay-button').first()
  const dialog = element.locator('[part=dialog]')
  const qr = dialog.locator('[part=qr]')
  const pay = dialog.locator('form button.action')
  const method = (id: string) => dialog.locator(`input[value="${id}"]`)
  const button = element.locator('button[part=button]')
  return {
    button,
    dialog,
    pay,
    qr,
    timer: dialog.locator('[part=timer]'),
    anotherMethod: dialog.locator('button.link'),
    link: dialog.locator('a.action[href*="/sandbox/"]'),
    outcome: dialog.locator('.outcome'),
    refusal: dialog.locator('.note.bad h3'),
    paid: dialog.locator('a.action[href*="/return"]'),
    close: dialog.locator('[part=close]'),
    method,
    async open() {
      const answer = page.waitForResponse((response) => response.url().endsWith('/api/checkout'))
      await button.click()
      await pay.waitFor()
      return (await (await answer).json()) as Started
    },
    async choose(id) {
      await method(id).check()
      await pay.click()
    },
    async scan() {
      await qr.locator('path').waitFor()
      return scanQr(qr)
    },
  }
}
