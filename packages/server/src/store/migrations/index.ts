import { tables } from './0001-tables.ts'
import { healthReports } from './0002-health-reports.ts'
import { reviveDeliveries } from './0003-revive-deliveries.ts'

/** Steps to the present schema, oldest first. A published step is never edited: a change is a new one. */
export const MIGRATIONS: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  { name: '0001-tables', statements: tables },
  { name: '0002-health-reports', statements: healthReports },
  { name: '0003-revive-deliveries', statements: reviveDeliveries },
]
