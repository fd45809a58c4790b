import { type RawBuilder, sql } from 'kysely'

/** The payments of a session `s` of the statement this is part of, oldest first. */
export const PAYMENTS_OF_S_TEXT = `
  (select json_agg(p order by p.number) from teabrick.payment p where p.bucket = s.bucket and p.session_id = s.id)`

export const REFUNDS_OF_S_TEXT = `
  (select json_agg(r order by r.number) from teabrick.refund r where r.bucket = s.bucket and r.session_id = s.id)`

const OPERATIONS_OF_S_TEXT = `
  (select json_agg(o order by o.position) from teabrick.operation o
    where o.bucket = s.bucket and o.session_id = s.id)`

/** The columns of a StateRow, for statements that select from a session `s`. */
export const STATE_OF_S_TEXT = `
  to_json(s) as session, ${PAYMENTS_OF_S_TEXT} as payments, ${REFUNDS_OF_S_TEXT} as refunds, ${OPERATIONS_OF_S_TEXT} as operations`

export const STATE_OF_S: RawBuilder<unknown> = sql.raw(STATE_OF_S_TEXT)
