import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
  readonly cacheControl: string
}

/** The files of one folder under one path, read and compressed once, when the shop starts. */
export interface StaticFiles {
  /** Undefined when there is no such file. */
  respond(request: Request): Response | undefined
  /** `sha384-…` of a file, for the integrity attribute of its script tag. @throws Error if there is no such file. */
  integrity(name: string): string
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

// `name-A1B2C3D4.js`, as esbuild names chunks: the content never changes under one name.
const HASHED = /[-.][A-Za-z0-9_]{8,}\.(js|css)$/

/**
 * @param prefix With a slash at the end: `/teabrick/`.
 * @throws Error naming the folder, if it has not been built.
 */
export function createStaticFiles(prefix: string, folder: string): StaticFiles {
  const files = new Map<string, StaticFile>()
  for (const name of listFiles(folder)) {
    const type = TYPES[extname(name)]
    if (type !== undefined) files.set(name, toFile(readFileSync(join(folder, name)), type, HASHED.test(name)))
  }
  return {
    respond(request) {
      const { pathname } = new URL(request.url)
      if (!pathname.startsWith(prefix)) return undefined
      const file = files.get(pathname.slice(prefix.length))
      return file && respond(request, file)
    },
    integrity(name) {
      const file = files.get(name)
      if (!file) throw new Error(`${join(folder, name)} is missing; run the build first: npm start does it`)
      return `sha384-${createHash('sha384').update(file.body).digest('base64')}`
    },
  }
}

function listFiles(folder: string): readonly string[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder, { recursive: true }) as string[]
  } catch (cause) {
    throw new Error(`${folder} is missing; run the build first: npm start does it`, { cause })
  }
  return names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => statSync(join(folder, name)).isFile())
}

function toFile(bytes: Buffer, type: string, isHashed: boolean): StaticFile {
  return {
    body: new Uint8Array(bytes),
    gzip: new Uint8Array(gzipSync(bytes, { level: 9 })),
    type,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    cacheControl: isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
}

function respond(request: Request, { body, gzip, type, etag, cacheControl }: StaticFile): Response {
  const headers = {
    'content-type': type,
    'cache-control': cacheControl,
    etag,
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
    // Some networks let 16 KB through a connection. What a file took of it is missing to the page that comes next.
    connection: 'close',
  }
  if (request.headers.get('if-none-match')?.includes(etag))
    return new Response(null, { status: 304, headers })
  const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  return takesGzip
    ? new Response(gzip, { headers: { ...headers, 'content-encoding': 'gzip' } })
    : new Response(body, { headers })
}
