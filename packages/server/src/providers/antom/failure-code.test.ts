import { readFileSync } from 'node:fs'
import { FAILURE_CODES } from '@teabrick/core/contract'
import { expect, it } from 'vitest'
import { FAILURE_CODE } from './failure-code.ts'

// The union over the operations' pages on docs.antom.com: codes whose resultStatus is F.
const PUBLISHED = (
  'ACCESS_DENIED PARAM_ILLEGAL PROCESS_FAIL RISK_REJECT FRAUD_REJECT CURRENCY_NOT_SUPPORT INVALID_API INVALID_CLIENT ' +
  'INVALID_SIGNATURE KEY_NOT_FOUND NO_INTERFACE_DEF METHOD_NOT_SUPPORTED MEDIA_TYPE_NOT_ACCEPTABLE INVALID_CONTRACT ' +
  'INVALID_MERCHANT_STATUS MERCHANT_NOT_REGISTERED MERCHANT_KYB_NOT_QUALIFIED MERCHANT_BALANCE_NOT_ENOUGH NO_PAY_OPTIONS ' +
  'ORDER_NOT_EXIST ORDER_IS_CLOSED ORDER_IS_CANCELED ORDER_STATUS_INVALID PAYMENT_AMOUNT_EXCEED_LIMIT ' +
  'PAYMENT_COUNT_EXCEED_LIMIT PAYMENT_NOT_QUALIFIED PAYMENT_PROHIBITED USER_AMOUNT_EXCEED_LIMIT USER_BALANCE_NOT_ENOUGH ' +
  'USER_KYC_NOT_QUALIFIED USER_NOT_EXIST USER_STATUS_ABNORMAL USER_PAYMENT_VERIFICATION_FAILED VERIFY_TIMES_EXCEED_LIMIT ' +
  'VERIFY_UNMATCHED AUTHENTICATION_REQUIRED SETTLE_CONTRACT_NOT_MATCH SYSTEM_ERROR EXPIRED_CODE INVALID_PAYMENT_CODE ' +
  'INVALID_ACCESS_TOKEN SELECTED_CARD_BRAND_NOT_AVAILABLE REGULATION_RESTRICTION BUSINESS_NOT_SUPPORT ' +
  'UNAVAILABLE_PAYMENT_METHOD CANCEL_WINDOW_EXCEED REFUND_AMOUNT_EXCEED REFUND_WINDOW_EXCEED'
).split(' ')

it.each(PUBLISHED)('has a meaning for %s', (code) => {
  expect(FAILURE_CODES).toContain(FAILURE_CODE.get(code))
})

it('has no meaning for U: what is not known has not failed', () => {
  for (const code of ['SUCCESS', 'PAYMENT_IN_PROCESS', 'UNKNOWN_EXCEPTION', 'REQUEST_TRAFFIC_EXCEED_LIMIT']) {
    expect(FAILURE_CODE.has(code)).toBe(false)
  }
  // The first request of the id exists, whatever became of it.
  expect(FAILURE_CODE.has('REPEAT_REQ_INCONSISTENT')).toBe(false)
})

it('is the table of docs/providers/antom.md, for what the buyer can understand', () => {
  const page = readFileSync(new URL('../../../../../docs/providers/antom.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const ofBuyers = [...FAILURE_CODE].filter(([, meaning]) => !OTHER_WORDS.includes(meaning))
  for (const [code, meaning] of ofBuyers) {
    const isThere = rows.some((row) => row.includes(`\`${code}\``) && row.endsWith(`| \`${meaning}\` |`))
    expect(isThere, `${code}: ${meaning}`).toBe(true)
  }
})

// Told as "the rest", as "codes about keys", and as states of their own.
const OTHER_WORDS = ['declined', 'provider_unavailable', 'expired', 'canceled_by_buyer']
