/** What was broken. Put into words only when it was: the oracle asks thousands of times a second. */
export type What = string | (() => string)

export const inWords = (what: What): string => (typeof what === 'string' ? what : what())
