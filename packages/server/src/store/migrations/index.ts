import { tables } from './0001-tables.ts'

/** Steps to the present schema, oldest first. A published step is never edited: a change is a new one. */
export const MIGRATIONS: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  { name: '0001-tables', statements: tables },
]
