import pg from 'pg'

/** A statement as it was sent. */
export interface Statement {
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
}

/** What was sent as one: the statements of a transaction from begin to commit, or one outside any. */
export type Unit = readonly Statement[]

export interface StatementCounter {
  readonly count: number
  record(): void
  /** What was sent since, in the order of its beginnings. */
  recorded(): readonly Unit[]
}

/** Every statement of every PostgreSQL client of this process passes here from now on. */
export function countStatements(): StatementCounter {
  let count = 0
  let sent: { readonly client: unknown; readonly statement: Statement }[] | null = null
  const query = pg.Client.prototype.query
  pg.Client.prototype.query = function counted(this: unknown, ...args: unknown[]) {
    count++
    sent?.push({ client: this, statement: toStatement(args) })
    return Reflect.apply(query, this, args)
  }
  return {
    get count() {
      return count
    },
    record() {
      sent = []
    },
    recorded() {
      const units: Statement[][] = []
      const open = new Map<unknown, Statement[]>()
      for (const { client, statement } of sent ?? []) {
        const text = statement.text.trim().toLowerCase()
        const unit = open.get(client) ?? []
        if (unit.length === 0) units.push(unit)
        unit.push(statement)
        if (/^(begin|start transaction)/.test(text)) open.set(client, unit)
        else if (/^(commit|rollback)/.test(text)) open.delete(client)
      }
      sent = null
      return units
    },
  }
}

function toStatement([config, values]: readonly unknown[]): Statement {
  if (typeof config === 'string')
    return { name: undefined, text: config, values: Array.isArray(values) ? values : [] }
  const { name, text, values: inside } = config as Partial<Statement>
  return { name, text: text ?? '', values: inside ?? (Array.isArray(values) ? values : []) }
}
