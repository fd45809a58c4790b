import type { Locale } from '../locale.ts'

/** How to get out of an app's built-in browser. */
export interface CoachTexts {
  /** Above `blocked`. */
  readonly openPage: string
  /** This app never opens the wallet. */
  readonly blocked: string
  /** It may. */
  readonly maybe: string
  readonly menuAbove: string
  readonly menuBelow: string
  readonly openInBrowser: string
  readonly copyLink: string
  readonly copied: string
}

export const COACH_TEXTS: Readonly<Record<Locale, CoachTexts>> = {
  ru: {
    openPage: 'Откройте страницу в браузере',
    blocked: 'Это приложение не открывает кошелёк:',
    maybe: 'Приложение банка или кошелька не открылось? Откройте страницу в браузере:',
    menuAbove: 'Меню вверху справа',
    menuBelow: 'Меню внизу справа',
    openInBrowser: '«Открыть в браузере»',
    copyLink: 'Скопировать ссылку',
    copied: 'Ссылка скопирована',
  },
  'zh-Hans': {
    openPage: '请在浏览器中打开此页面',
    blocked: '当前应用无法打开该钱包：',
    maybe: '银行或钱包应用没有打开？请在浏览器中打开此页面：',
    menuAbove: '点击右上角菜单',
    menuBelow: '点击右下角菜单',
    openInBrowser: '选择“在浏览器打开”',
    copyLink: '复制链接',
    copied: '链接已复制',
  },
  en: {
    openPage: 'Open the page in your browser',
    blocked: 'This app does not open the wallet:',
    maybe: 'Did the bank or wallet app not open? Open the page in your browser:',
    menuAbove: 'Menu, top right',
    menuBelow: 'Menu, bottom right',
    openInBrowser: '“Open in browser”',
    copyLink: 'Copy link',
    copied: 'Link copied',
  },
}
