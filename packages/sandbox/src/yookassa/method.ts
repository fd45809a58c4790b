import type { BuyerPageKind } from '../buyer-texts.ts'

export type ConfirmationType = 'redirect' | 'qr' | 'mobile_application' | 'embedded' | 'external'

/** What one payment method of the shop can do. Amounts in kopecks. */
export interface YookassaMethod {
  readonly type: string
  readonly name: string
  readonly page: BuyerPageKind
  readonly confirmations: readonly ConfirmationType[]
  readonly canHold: boolean
  readonly canRefundPart: boolean
  readonly minMinorUnits: number
  readonly maxMinorUnits: number
  readonly canSplit: boolean
}

// https://yookassa.ru/developers/payment-acceptance/getting-started/payment-methods
const METHODS: readonly YookassaMethod[] = [
  {
    type: 'sbp',
    name: 'СБП',
    page: 'bank',
    confirmations: ['redirect', 'qr', 'mobile_application', 'embedded'],
    canHold: false,
    canRefundPart: true,
    minMinorUnits: 100,
    maxMinorUnits: 70_000_000,
    canSplit: false,
  },
  {
    type: 'bank_card',
    name: 'Mir',
    page: 'card',
    confirmations: ['redirect', 'embedded'],
    canHold: true,
    canRefundPart: true,
    minMinorUnits: 100,
    maxMinorUnits: 35_000_000,
    canSplit: true,
  },
  {
    type: 'tinkoff_bank',
    name: 'T-Pay',
    page: 'phone',
    confirmations: ['redirect', 'qr', 'mobile_application', 'embedded'],
    canHold: true,
    canRefundPart: true,
    minMinorUnits: 100,
    maxMinorUnits: 70_000_000,
    canSplit: true,
  },
  {
    type: 'sberbank',
    name: 'SberPay',
    page: 'phone',
    confirmations: ['redirect', 'qr', 'mobile_application', 'external', 'embedded'],
    canHold: true,
    canRefundPart: true,
    minMinorUnits: 100,
    maxMinorUnits: 70_000_000,
    canSplit: true,
  },
  {
    type: 'yoo_money',
    name: 'ЮMoney',
    page: 'yoomoney',
    confirmations: ['redirect', 'embedded'],
    canHold: true,
    canRefundPart: true,
    minMinorUnits: 100,
    maxMinorUnits: 35_000_000,
    canSplit: true,
  },
  {
    type: 'mobile_balance',
    name: 'Mobile balance',
    page: 'phone',
    confirmations: ['external'],
    canHold: false,
    canRefundPart: false,
    minMinorUnits: 1_000,
    maxMinorUnits: 1_500_000,
    canSplit: true,
  },
  // Limits of these three were not read anywhere.
  {
    type: 'sber_loan',
    name: 'SberLoan',
    page: 'phone',
    confirmations: ['redirect', 'mobile_application', 'embedded'],
    canHold: true,
    canRefundPart: true,
    minMinorUnits: 100,
    maxMinorUnits: 35_000_000,
    canSplit: false,
  },
  {
    type: 'sber_bnpl',
    name: 'Plati chastyami',
    page: 'phone',
    confirmations: ['redirect', 'mobile_application', 'embedded'],
    canHold: true,
    canRefundPart: true,
    minMinorUnits: 100,
    maxMinorUnits: 35_000_000,
    canSplit: true,
  },
  {
    type: 'cash',
    name: 'Cash',
    page: 'phone',
    confirmations: ['redirect'],
    canHold: false,
    canRefundPart: false,
    minMinorUnits: 100,
    maxMinorUnits: 1_500_000,
    canSplit: true,
  },
]

/** What the shop has been given: as `GET /v3/me` names it. */
export const METHOD_TYPES: readonly string[] = METHODS.map(({ type }) => type)

export function findMethod(type: string): YookassaMethod | undefined {
  return METHODS.find((method) => method.type === type)
}

/** What a buyer pays with when the request leaves the choice to YooKassa's page. */
export const CHOSEN_ON_PAGE: YookassaMethod = {
  type: 'bank_card',
  name: 'Mir',
  page: 'card',
  confirmations: ['redirect', 'embedded'],
  canHold: true,
  canRefundPart: true,
  minMinorUnits: 100,
  maxMinorUnits: 35_000_000,
  canSplit: true,
}
