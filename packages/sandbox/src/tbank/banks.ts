/** POST /v2/GetQrBankList: a few members of the Faster Payments System. Ids are T-Bank's own UUIDs, made up here. */
export const QR_BANKS = [
  ['100000000111', 'Сбербанк'],
  ['100000000004', 'Т-Банк'],
  ['110000000005', 'ВТБ'],
  ['100000000008', 'Альфа-Банк'],
  ['100000000007', 'Райффайзен Банк'],
  ['100000000001', 'Газпромбанк'],
].map(([member = '', name = ''], index) => ({
  BankId: `00000000-0000-4000-8000-${member}`,
  NspkBankId: member,
  BankName: name,
  BankLogo: `https://qr.nspk.ru/proxyapp/logo/bank${member}.png`,
  BankOrder: index + 1,
}))
