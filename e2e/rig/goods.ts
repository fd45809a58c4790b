/** What `/tea/gaiwan` costs, as the catalogue says. */
export const GAIWAN = { currency: 'RUB', minorUnits: 168_000 }

/** The same by the shop's rate of 12.50 roubles for a yuan. */
export const GAIWAN_IN_YUAN = { currency: 'CNY', minorUnits: 13_440 }
