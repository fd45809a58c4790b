import type { Locale } from './locale.ts'
import type { Texts } from './locales/texts.ts'

/**
 * What is loaded on the first sign of intent. The script-tag build puts a module in this one's place that fetches the same
 * parts by their hashed names, with their integrity.
 */
export const chunks = {
  flow: () => import('./checkout-flow.ts'),
  returnPage: () => import('./return-page.ts'),
  qrCode: () => import('./qr-code.ts'),
  reasons: () => import('./locales/reasons.ts'),
  banks: () => import('./banks/bank-chooser.ts'),
  inApp: () => import('./in-app/in-app.ts'),
  texts: (locale: Locale): Promise<{ readonly texts: Texts }> => {
    switch (locale) {
      case 'zh-Hans':
        return import('./locales/zh-hans.ts')
      case 'en':
        return import('./locales/en.ts')
      default:
        return import('./locales/ru.ts')
    }
  },
}
