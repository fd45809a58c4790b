export { bankAppUrl, bankPageUrl } from './bank-link.ts'
export { bankKey, isBankMatch } from './find-bank.ts'
export { hasRightCrc } from './has-right-crc.ts'
export { searchKey } from './search-key.ts'
