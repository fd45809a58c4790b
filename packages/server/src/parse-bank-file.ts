import type { Bank } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import { isLocalHttp } from './provider-url.ts'

/** A file of banks that can be shown. */
export interface BankFile {
  /** As the file says it: `1.0`. */
  readonly version: string
  /** Epoch milliseconds of `updatedAt`; null where the file does not say when it was made. */
  readonly updatedAt: number | null
  readonly banks: readonly Bank[]
  /** What was left out and why, one line each: entries, or single fields of an entry. */
  readonly flaws: readonly string[]
}

/** A file that is not used: what it was about is in the message. */
export class BankFileError extends Error {
  override readonly name = 'BankFileError'
}

const MAX_BANKS = 2000

// https://qr.nspk.ru/proxyapp/c2bmembers.json; `updatedAt` is ours. Fields that are not read are not described: logos of
// third parties are not shown.
const bankFile = z.object({
  version: z.string().check(z.regex(/^\d{1,9}(\.\d{1,9}){0,3}$/)),
  updatedAt: z.optional(z.iso.datetime({ offset: true })),
  dictionary: z.array(z.unknown()).check(z.minLength(1), z.maxLength(MAX_BANKS)),
})

const member = z.object({
  // No control characters, and none that turn the direction of the text around them.
  bankName: z.string().check(z.trim(), z.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]{1,100}$/u)),
  schema: z.string().check(z.regex(/^bank\d{12}$/)),
  package_name: z.optional(z.unknown()),
  webClientUrl: z.optional(z.unknown()),
  /** A string in NSPK's file. */
  isWebClientActive: z.optional(z.unknown()),
  param_separator: z.optional(z.unknown()),
})

/**
 * Reads the text of a `c2bmembers.json`. A bad entry is left out and a bad field of an entry too, so that one bank's
 * mistake costs nobody else his bank; where most entries are bad it is no such file.
 *
 * @param allowsLocalHttp Whether a bank's page may be http on this machine, as in a sandbox.
 * @throws BankFileError
 */
export function parseBankFile(text: string, allowsLocalHttp: boolean): BankFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new BankFileError('is not JSON')
  }
  const parsed = bankFile.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new BankFileError(
      `is not in the shape of c2bmembers.json: ${issue?.path.join('.') || 'the whole'} is not as expected`,
    )
  }
  const { version, updatedAt, dictionary } = parsed.data
  const banks = new Map<string, Bank>()
  const flaws: string[] = []
  for (const [index, raw] of dictionary.entries()) {
    const entry = member.safeParse(raw)
    if (!entry.success) {
      flaws.push(`dictionary.${index}.${entry.error.issues[0]?.path.join('.') ?? ''} is not as expected`)
      continue
    }
    const {
      bankName: name,
      schema,
      package_name,
      webClientUrl,
      isWebClientActive,
      param_separator,
    } = entry.data
    const id = schema.slice('bank'.length)
    if (banks.has(id)) {
      flaws.push(`dictionary.${index} has the schema of another bank`)
      continue
    }
    const packageName = toPackageName(package_name)
    if (!packageName && package_name) flaws.push(`dictionary.${index}.package_name is none`)
    const isActive = String(isWebClientActive) === 'true' && (param_separator ?? '/') === '/'
    const webUrl = isActive ? toWebUrl(webClientUrl, allowsLocalHttp) : undefined
    if (isActive && !webUrl) flaws.push(`dictionary.${index}.webClientUrl is not a plain https address`)
    banks.set(id, { id, name, ...(packageName && { packageName }), ...(webUrl && { webUrl }) })
  }
  if (banks.size * 2 < dictionary.length)
    throw new BankFileError(`has ${dictionary.length} entries, of which only ${banks.size} can be used`)
  return {
    version,
    updatedAt: updatedAt === undefined ? null : Date.parse(updatedAt),
    banks: [...banks.values()],
    flaws,
  }
}

/** Compares versions number by number: 1.10 is later than 1.9. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function toPackageName(value: unknown): string | undefined {
  const isOne =
    typeof value === 'string' && value.length <= 150 && /^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/.test(value)
  return isOne ? value : undefined
}

/** An address to which `/`, an id and a query can be added. */
function toWebUrl(value: unknown, allowsLocalHttp: boolean): string | undefined {
  if (typeof value !== 'string' || value.length > 500 || !/^[!-[\]-~]+$/.test(value)) return undefined
  if (/[?#]/.test(value) || !URL.canParse(value)) return undefined
  const url = new URL(value)
  if (url.username || url.password) return undefined
  if (url.protocol !== 'https:' && !(allowsLocalHttp && isLocalHttp(url))) return undefined
  return url.href.replace(/\/+$/, '')
}
