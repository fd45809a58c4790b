import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from '../store.ts'
import { isRunning, markOf, type ProcessMark } from './processes.ts'

/**
 * Makes this process the folder's owner, so that no second one opens it. The owner is recorded in the folder's file `owner`,
 * and one that no longer runs is replaced: nothing has to be cleaned up after a crash or a power cut. It protects against
 * processes of the same machine only.
 *
 * @returns gives the folder free again.
 * @throws StoreError `folder_in_use` while the owner runs.
 */
export async function ownFolder(folder: string): Promise<() => Promise<void>> {
  const ownerFile = join(folder, 'owner')
  const own = JSON.stringify(await markOf(process.pid))
  const draft = join(folder, `owner-${process.pid}-${randomBytes(4).toString('hex')}`)
  await writeFile(draft, own, { mode: 0o600 })
  try {
    // A link appears with its content or not at all, and never over another.
    while (!(await linkNew(draft, ownerFile))) {
      const owner = await readFile(ownerFile, 'utf8').catch(() => null)
      if (owner === null) continue
      const mark = parseMark(owner)
      if (mark && (await isRunning(mark))) throw inUse(folder, mark)
      await setAside(folder, ownerFile, owner)
    }
  } finally {
    await rm(draft, { force: true })
  }
  return async () => {
    if ((await readFile(ownerFile, 'utf8').catch(() => null)) === own) await rm(ownerFile, { force: true })
  }
}

/** Removes a dead owner's file. A new owner's, if one came in between, is put back. */
async function setAside(folder: string, ownerFile: string, seen: string): Promise<void> {
  const aside = join(folder, `owner-${process.pid}-${randomBytes(4).toString('hex')}`)
  try {
    await rename(ownerFile, aside)
  } catch {
    return
  }
  if ((await readFile(aside, 'utf8')) !== seen) await linkNew(aside, ownerFile)
  await rm(aside, { force: true })
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function parseMark(text: string): ProcessMark | null {
  try {
    const { pid, started } = JSON.parse(text)
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, started: started ?? null } : null
  } catch {
    return null
  }
}

function inUse(folder: string, { pid }: ProcessMark): StoreError {
  return new StoreError(
    'folder_in_use',
    `the database folder ${folder} is in use by process ${pid}: stop that one, or choose another folder (several instances share a database by its postgres:// URL)`,
  )
}
