/**
 * Why a payment failed, for the buyer: a closed list, each with texts in every locale. Adapters map the provider's
 * reasons to these; what has no counterpart is `declined`.
 */
export const FAILURE_CODES = [
  'declined',
  'insufficient_funds',
  'limit_exceeded',
  'call_issuer',
  'card_expired',
  'invalid_card',
  'authentication_failed',
  'fraud_suspected',
  'identification_required',
  'method_restricted',
  'issuer_unavailable',
  'provider_unavailable',
  'canceled_by_buyer',
  'expired',
] as const
export type FailureCode = (typeof FAILURE_CODES)[number]

/** Why a method is not offered, or not right now: a closed list with texts in every locale. */
export const UNAVAILABLE_REASONS = [
  'currency_not_supported',
  'amount_too_small',
  'amount_too_large',
  'hold_not_supported',
  'escrow_not_supported',
  'split_not_supported',
  'device_not_supported',
  'in_app_not_supported',
  'quote_unavailable',
  'suspended',
  'departed',
  'down',
  'not_offered',
] as const
export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number]
