import { startEmbeddedPostgres } from '../embedded-postgres.ts'

// A process that owns a database folder, for tests that end it in every way. Run by a Node that strips types itself.

const [folder = '', initdb = '', postgres = ''] = process.argv.slice(2)
const server = await startEmbeddedPostgres({ folder, binaries: { initdb, postgres } })
process.stdout.write(`${server.connectionString}\n`)
process.stdin.once('data', (command) => {
  if (String(command).startsWith('exit')) process.exit(0)
})
