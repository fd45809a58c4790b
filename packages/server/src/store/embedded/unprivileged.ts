import { chown, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from '../store.ts'
import type { PostgresBinaries } from './binaries.ts'
import { type RunOptions, runCommand } from './run-command.ts'

/** How to run PostgreSQL's programs: as ourselves, or as somebody with fewer rights. */
export interface RunAs {
  /** Comes before the program. */
  readonly prefix: readonly string[]
  readonly options: RunOptions
  /** Whose files are to be; null for our own. */
  readonly owner: { readonly uid: number; readonly gid: number } | null
}

const AS_OURSELVES: RunAs = { prefix: [], options: {}, owner: null }

/** Where a machine has no such user, the number is what counts. */
const NOBODY = { uid: 65534, gid: 65534 }

/**
 * PostgreSQL refuses to run as root, so root lets it run as `postgres` or `nobody`. That user often cannot reach the folder or
 * the programs: a clone in root's home or in a directory of `mktemp -d` is closed to everybody else. It then gets the one
 * capability to walk through closed directories, and nothing else of root's; `no_setuid_fixup` makes access(2), by which the
 * programs look for each other, honor it. The folder itself is given to that user.
 *
 * https://man7.org/linux/man-pages/man7/capabilities.7.html
 *
 * @throws StoreError `unavailable` where no such way exists.
 */
export async function chooseUser(folder: string, binaries: PostgresBinaries): Promise<RunAs> {
  if (process.getuid?.() !== 0) return AS_OURSELVES
  const owner = (await ownerOf(join(folder, 'data'))) ?? (await systemUser())
  await chown(folder, owner.uid, owner.gid)
  const plain: RunAs = { prefix: [], options: owner, owner }
  // Some containers have the first taken away and the second left; the second also runs programs that are root's alone.
  const ways = [plain, withCapability(owner, 'dac_read_search'), withCapability(owner, 'dac_override')]
  for (const way of ways) if (await canReach(way, folder, binaries)) return way
  throw new StoreError(
    'unavailable',
    `PostgreSQL does not run as root, and user ${owner.uid} cannot reach ${folder} or ${binaries.postgres}: run as another user than root, open the directories above (chmod o+x), or give a postgres:// URL`,
  )
}

function withCapability(owner: { readonly uid: number; readonly gid: number }, capability: string): RunAs {
  const only = `-all,+${capability}`
  const prefix = [
    ...['setpriv', '--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'],
    ...['--inh-caps', only, '--ambient-caps', only, '--bounding-set', only],
    ...['--securebits', '+no_setuid_fixup', '--no-new-privs', '--'],
  ]
  return { prefix, options: {}, owner }
}

/** Whether the programs find each other and the folder when run this way. */
async function canReach(
  { prefix, options }: RunAs,
  folder: string,
  binaries: PostgresBinaries,
): Promise<boolean> {
  const script = 'test -x "$1" && "$2" --version && cd "$3" && test -w .'
  const command = [...prefix, 'sh', '-c', script, 'sh', binaries.initdb, binaries.postgres, folder]
  const result = await runCommand(command, options).catch(() => null)
  return result?.code === 0
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | null> {
  const found = await stat(path).catch(() => null)
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null
}

async function systemUser(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    // macOS's nobody is -2, which is not a number to give to setuid.
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return NOBODY
}
