import { tables } from './0001-tables.ts'
import { healthReports } from './0002-health-reports.ts'

/** Steps to the present schema, oldest first. A published step is never edited: a change is a new one. */
export const MIGRATIONS: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  { name: '0001-tables', statements: tables },
  { name: '0002-health-reports', statements: healthReports },
]
