/** Why a buyer's bank or wallet says no. Each double puts it into its provider's words. */
export const DECLINE_REASONS = [
  'general_decline',
  'insufficient_funds',
  'limit_exceeded',
  'fraud_suspected',
  'authentication_failed',
  'card_not_accepted',
] as const

export type DeclineReason = (typeof DECLINE_REASONS)[number]

export function isDeclineReason(value: unknown): value is DeclineReason {
  return DECLINE_REASONS.some((reason) => reason === value)
}
