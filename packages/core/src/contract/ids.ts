/**
 * Ids carry their session, so any of them says where its row lives: `cs_<22 base62>`, `pay_<22>_<n>`, `re_<22>_<n>`,
 * `evt_<22>_<seq>`.
 */
export const SESSION_ID = /^cs_[0-9A-Za-z]{22}$/
export const PAYMENT_ID = /^pay_[0-9A-Za-z]{22}_[1-9]\d{0,5}$/
export const REFUND_ID = /^re_[0-9A-Za-z]{22}_[1-9]\d{0,5}$/
export const EVENT_ID = /^evt_[0-9A-Za-z]{22}_[1-9]\d{0,8}$/

/** The session that a payment, refund, event or session id belongs to; undefined if the id has no such form. */
export function sessionIdOf(id: string): string | undefined {
  if (!(SESSION_ID.test(id) || PAYMENT_ID.test(id) || REFUND_ID.test(id) || EVENT_ID.test(id)))
    return undefined
  return `cs_${id.split('_')[1]}`
}
