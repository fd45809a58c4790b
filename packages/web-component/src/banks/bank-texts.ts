import type { Locale } from '../locale.ts'

/** The words of the bank chooser. */
export interface BankTexts {
  /** The title. */
  readonly choose: string
  readonly loading: string
  readonly search: string
  readonly recent: string
  readonly all: string
  readonly found: (count: number) => string
  readonly none: string
  readonly inBrowser: string
  readonly notOpened: string
  readonly failed: string
  /** Leads to NSPK's own page. */
  readonly other: string
  readonly showQr: string
  readonly qrLabel: string
  readonly damaged: string
}

export const BANK_TEXTS: Readonly<Record<Locale, BankTexts>> = {
  ru: {
    choose: 'Выберите банк',
    loading: 'Загружаем список банков…',
    search: 'Найти банк',
    recent: 'Недавние',
    all: 'Все банки',
    found: (count) => `Найдено банков: ${count}`,
    none: 'Такого банка в списке нет. Попробуйте страницу СБП или QR-код.',
    inBrowser: 'В браузере',
    notOpened: 'Приложение не открылось? Выберите другой банк, страницу СБП или QR-код.',
    failed: 'Список банков не загрузился. Банк можно выбрать на странице СБП.',
    other: 'Моего банка нет в списке',
    showQr: 'Показать QR-код',
    qrLabel: 'QR-код для оплаты',
    damaged: 'Ссылка на оплату повреждена. Не платите по ней: выберите другой способ.',
  },
  'zh-Hans': {
    choose: '选择银行',
    loading: '正在加载银行列表…',
    search: '搜索银行',
    recent: '最近使用',
    all: '全部银行',
    found: (count) => `找到 ${count} 家银行`,
    none: '列表中没有这家银行。请尝试 SBP 页面或二维码。',
    inBrowser: '网页版',
    notOpened: '应用没有打开？请选择其他银行、SBP 页面或二维码。',
    failed: '银行列表加载失败。您可以在 SBP 页面上选择银行。',
    other: '没有我的银行',
    showQr: '显示二维码',
    qrLabel: '付款二维码',
    damaged: '付款链接已损坏。请勿使用，请选择其他方式。',
  },
  en: {
    choose: 'Choose your bank',
    loading: 'Loading the banks…',
    search: 'Find your bank',
    recent: 'Recent',
    all: 'All banks',
    found: (count) => `Banks found: ${count}`,
    none: 'No such bank in the list. Try the SBP page or the QR code.',
    inBrowser: 'In browser',
    notOpened: 'The app did not open? Try another bank, the SBP page or the QR code.',
    failed: 'The banks did not load. You can choose yours on the SBP page.',
    other: 'My bank is not here',
    showQr: 'Show QR code',
    qrLabel: 'QR code for the payment',
    damaged: 'The payment link is damaged. Do not pay by it: choose another method.',
  },
}
