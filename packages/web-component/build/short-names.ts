import type { BuildOptions } from 'esbuild'

/**
 * Members of ours that no page, browser or API ever names, and that no module exports: in the parts of the script tag they are
 * one or two letters long. A name that the entry uses as well, or that is read by a code (`texts[status]`), must not be here.
 */
const NAMES: readonly string[] = [
  // Texts. What a merchant registers under the long name is found by the table below.
  ...`chooseMethod methodNames hints bankOfRussia weave degraded notOffered renewing decimalPoint scanWith scanWithBank qrLabel confirmIn
  confirmInBank confirmOnPage openApp openBank openPage openHere notOpened showQr payInBrowser copyLink copied minutesLeft timeUp
  timeUpNote anotherMethod newCode oldCode waitingTitle waiting canceling paidNote backToShop
  checking loadFailed tryAgain copyReference notDone`.split(/\s+/),
  // The sheet.
  ...`offerMore wantsQr totalMs isRefused sinceMs onShowQr onCopy onLeave onRenew onAnother onExplain onChoose whyNot canRestart
  isExplained onRetry elapsedMs leftMs onRefuse loadError returnTo onClose isOpen navigate createClient`.split(
    /\s+/,
  ),
  // Core.
  ...`isUnknown timeoutMs withinMs baseMs waitSeconds jitter onReach isVisible isOnline onAttention wallNow newKey isReply atMs
  isWanted isOptional longPoll
  idempotencyKey safeParse getSnapshot subscribe exclusive storage`.split(/\s+/),
]

const short = Object.fromEntries(NAMES.map((name, i) => [name, `$${i.toString(36)}`]))

/** Options of esbuild that shorten them, and tell `compose-texts.ts` what is what. */
export const SHORT_NAMES = {
  mangleProps: new RegExp(`^(${NAMES.join('|')})$`),
  mangleCache: short,
  define: {
    // As a string: an object would become a file of its own.
    LONG_NAMES: JSON.stringify(
      Object.entries(short)
        .map(([long, name]) => `${name} ${long}`)
        .join(),
    ),
  },
} as const satisfies BuildOptions
