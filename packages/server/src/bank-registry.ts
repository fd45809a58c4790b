import { createHash } from 'node:crypto'
import { unwatchFile, watchFile } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Bank, BankList } from '@teabrick/core/contract'
import { BANK_SNAPSHOT } from './bank-snapshot.ts'
import type { Logger } from './config.ts'
import { type BankFile, BankFileError, compareVersions, parseBankFile } from './parse-bank-file.ts'

/** A list as it goes over the wire. It never changes under its hash. */
export interface PublishedBanks {
  readonly hash: string
  /** A `BankList` as JSON. */
  readonly body: string
  readonly banks: readonly Bank[]
}

/** The banks that a checkout offers for SBP. */
export interface BankRegistry {
  /** The list in use. */
  current(): PublishedBanks
  /** A list of a moment ago too, which open checkouts may still name. */
  find(hash: string): PublishedBanks | undefined
  /** Reads the file and watches it from then on. A file that cannot be used is a line in the log, never an error. */
  start(): Promise<void>
  stop(): void
}

export interface BankRegistryOptions {
  /** The merchant's own `c2bmembers.json`. Absent: a few well-known banks. */
  readonly file?: string | undefined
  /** Whether a bank's page may be http on this machine, as in a sandbox. */
  readonly allowsLocalHttp: boolean
  readonly logger: Logger
  /** How often it is looked whether the file changed. Default 5000. */
  readonly intervalMs?: number | undefined
}

/** About ten times what NSPK publishes. */
const MAX_BYTES = 1_048_576
/** Lists shorter than this are written by hand, and may be rewritten at will. */
const FEW = 10
/** Lists that are still answered for after newer ones came. */
const KEPT = 4

/** The list in use, as it came from the file. */
interface Good extends Pick<BankFile, 'version' | 'updatedAt' | 'banks'> {
  readonly modifiedAt: number
}

/**
 * Serves the banks of the merchant's file, re-read whenever it changes. Whatever becomes of the file, the last good list is
 * kept: one that is broken, half written, gone, or older than what is in use changes nothing.
 */
export function createBankRegistry(options: BankRegistryOptions): BankRegistry {
  const { allowsLocalHttp, logger } = options
  const file = options.file === undefined ? undefined : resolve(options.file)
  const published = [publish(parseBankFile(JSON.stringify(BANK_SNAPSHOT), false).banks)]
  let good: Good | undefined
  let reading: Promise<void> = Promise.resolve()

  const current = (): PublishedBanks => published[0] as PublishedBanks

  async function read(path: string): Promise<void> {
    try {
      const found = await load(path, allowsLocalHttp)
      if (good) {
        refuseOlder(found, good)
        refuseShrunken(found, good)
      }
      good = found
      const list = publish(found.banks)
      if (list.hash === current().hash) return
      const before = published.findIndex(({ hash }) => hash === list.hash)
      if (before >= 0) published.splice(before, 1)
      published.unshift(list)
      published.length = Math.min(published.length, KEPT)
      const { version, banks, flaws } = found
      logger.info({ file: path, version, banks: banks.length }, 'the list of SBP banks was read')
      if (flaws.length > 0)
        logger.warn({ file: path, flaws: flaws.slice(0, 10), count: flaws.length }, 'SBP banks left out')
    } catch (error) {
      const reason = error instanceof BankFileError ? error.message : `cannot be read: ${codeOf(error)}`
      logger.warn({ file: path, reason }, 'the file of SBP banks is not used; the list before is kept')
    }
  }

  const onChange = (): void => {
    // One after the other: two readings at once could end in the wrong order.
    if (file !== undefined) reading = reading.then(() => read(file))
  }

  return {
    current,
    find: (hash) => published.find((each) => each.hash === hash),
    async start() {
      if (file === undefined) return
      // By asking, not by events: those do not see what a mount or a replaced link brings.
      watchFile(file, { interval: options.intervalMs ?? 5_000, persistent: false }, onChange)
      onChange()
      await reading
    },
    stop() {
      if (file !== undefined) unwatchFile(file, onChange)
    },
  }
}

async function load(path: string, allowsLocalHttp: boolean): Promise<BankFile & Good> {
  const { size, mtimeMs, isFile } = await stat(path).then((stats) => ({
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    isFile: stats.isFile(),
  }))
  if (!isFile) throw new BankFileError('is not a file')
  if (size > MAX_BYTES) throw new BankFileError(`has ${size} bytes, and ${MAX_BYTES} are read at most`)
  return { ...parseBankFile(await readFile(path, 'utf8'), allowsLocalHttp), modifiedAt: mtimeMs }
}

/** @throws BankFileError */
function refuseOlder(found: Good, inUse: Good): void {
  const versions = compareVersions(found.version, inUse.version)
  if (versions < 0) throw new BankFileError(`has version ${found.version}, older than ${inUse.version}`)
  if (versions > 0) return
  const [date, than] =
    found.updatedAt !== null && inUse.updatedAt !== null
      ? [found.updatedAt, inUse.updatedAt]
      : [found.modifiedAt, inUse.modifiedAt]
  if (date < than)
    throw new BankFileError(
      `is of ${new Date(date).toISOString()}, older than ${new Date(than).toISOString()}`,
    )
}

/**
 * Banks leave one by one. A list that lost most of them was cut on its way, even where it is good JSON; who means it says
 * so by a higher `version`.
 *
 * @throws BankFileError
 */
function refuseShrunken(found: Good, inUse: Good): void {
  const [count, before] = [found.banks.length, inUse.banks.length]
  if (before < FEW || count * 2 >= before || compareVersions(found.version, inUse.version) > 0) return
  throw new BankFileError(
    `has ${count} banks where ${before} were, which looks cut; raise its version above ${inUse.version} to mean it`,
  )
}

function publish(banks: readonly Bank[]): PublishedBanks {
  const body = JSON.stringify({ banks: [...banks] } satisfies BankList)
  return { banks, body, hash: createHash('sha256').update(body).digest('base64url').slice(0, 22) }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | null)?.code ?? error)
}
