/**
 * The list of banks for merchants who have not named a file of their own: a few members of the SBP, written down by us from
 * published samples (as of 2026-11-24), in the shape of NSPK's `c2bmembers.json`. It is a start, not the list: that one has
 * about two hundred banks and changes, and belongs into the merchant's own file (`banks.file`).
 */
export const BANK_SNAPSHOT = {
  version: '1.0',
  dictionary: [
    { bankName: 'Сбербанк', schema: 'bank100000000111', package_name: 'ru.sberbankmobile' },
    {
      bankName: 'Т-Банк',
      schema: 'bank100000000004',
      package_name: 'com.idamob.tinkoff.android',
      webClientUrl: 'https://www.tinkoff.ru/mybank/payments/qr-pay',
      isWebClientActive: 'true',
      param_separator: '/',
    },
    {
      bankName: 'Банк ВТБ',
      schema: 'bank110000000005',
      package_name: 'ru.vtb24.mobilebanking.android',
      webClientUrl: 'https://online.vtb.ru/i/paymentSbp',
      isWebClientActive: 'true',
    },
    { bankName: 'Россельхозбанк', schema: 'bank100000000020', package_name: 'ru.rshb.dbo' },
    {
      bankName: 'БыстроБанк',
      schema: 'bank100000000092',
      webClientUrl: 'https://www.bystrobank.ru/sbp/c2b',
      isWebClientActive: 'true',
      param_separator: '/',
    },
    { bankName: 'Кредит Европа Банк (Россия)', schema: 'bank100000000027' },
  ],
} as const
