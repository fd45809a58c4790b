/** GET /v3/sbp_banks: a few members of the Faster Payments System. The real list has about two hundred. */
export const SBP_BANKS = [
  { bank_id: '100000000111', name: 'Сбербанк', bic: '044525225' },
  { bank_id: '100000000004', name: 'Т-Банк', bic: '044525974' },
  { bank_id: '110000000005', name: 'ВТБ', bic: '044525187' },
  { bank_id: '100000000008', name: 'Альфа-Банк', bic: '044525593' },
  { bank_id: '100000000007', name: 'Райффайзен Банк', bic: '044525700' },
  { bank_id: '100000000001', name: 'Газпромбанк', bic: '044525823' },
] as const
