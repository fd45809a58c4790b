/**
 * The user agent, and the name of the app around the page where only an object of the app's tells it. Telegram has an
 * ordinary browser's user agent: Safari's on an iPhone, Chrome's on many Androids.
 *
 * On an iPhone it puts `TelegramWebviewProxy` on every page of its browser (TelegramMessenger/Telegram-iOS,
 * `submodules/BrowserUI/Sources/BrowserWebContent.swift`), on Android `TelegramWebview`
 * (https://github.com/shalanah/inapp-spy/issues/30).
 */
export function fullUserAgent(): string {
  const { navigator } = globalThis as Partial<typeof globalThis>
  const isTelegram = 'TelegramWebviewProxy' in globalThis || 'TelegramWebview' in globalThis
  return `${navigator?.userAgent ?? ''}${isTelegram ? ' Telegram' : ''}`
}
