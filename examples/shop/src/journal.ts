import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** A file of JSON lines that only grows. What was appended is on the disk when `append` returns. */
export interface Journal<Entry> {
  /** All entries that were there when the file was opened, oldest first. */
  readonly entries: readonly Entry[]
  append(entry: Entry): void
  close(): void
}

/**
 * Reads the file; it is made by the first entry. A last line without its end is what a crash left of an entry nobody was
 * told about: it is cut off.
 *
 * @throws SyntaxError if a whole line is not JSON: then somebody edited the file.
 */
export function openJournal<Entry>(file: string): Journal<Entry> {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const end = bytes.lastIndexOf(0x0a) + 1
  if (end < bytes.length) truncateSync(file, end)
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
  const entries = lines.map((line) => JSON.parse(line) as Entry)
  let handle: number | undefined
  let isClosed = false

  function open(): number {
    if (isClosed) throw new Error(`${file} was closed`)
    mkdirSync(dirname(file), { recursive: true })
    return openSync(file, 'a', 0o600)
  }

  return {
    entries,
    append(entry) {
      handle ??= open()
      writeSync(handle, `${JSON.stringify(entry)}\n`)
      fsyncSync(handle)
    },
    close() {
      isClosed = true
      if (handle !== undefined) closeSync(handle)
      handle = undefined
    },
  }
}
