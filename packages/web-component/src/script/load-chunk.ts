/** A file of `chunks/` beside the script, with the SHA-384 of its bytes. */
export type ChunkFile = readonly [name: string, integrity: string]

const preloads = new Map<string, Promise<void>>()

/**
 * Fetches the files, each held to its hash, then evaluates the first. `import()` alone takes no integrity: the preload
 * does, and the import that follows reads what was preloaded.
 */
// biome-ignore lint/suspicious/noExplicitAny: the generated table names the modules, `chunks.ts` their types
export async function loadChunk(files: readonly ChunkFile[]): Promise<any> {
  await Promise.all(files.map(preload))
  const [name] = files[0] as ChunkFile
  return import(/* @vite-ignore */ addressOf(name))
}

/** Starts the downloads; who needs the files learns of failures from {@link loadChunk}. */
export function preloadChunks(files: readonly ChunkFile[]): void {
  for (const file of files) preload(file).catch(() => {})
}

function addressOf(name: string): string {
  return new URL(`chunks/${name}`, import.meta.url).href
}

function preload([name, integrity]: ChunkFile): Promise<void> {
  let done = preloads.get(name)
  if (!done) {
    done = new Promise<void>((resolve, reject) => {
      const link = document.createElement('link')
      // Engines without module preload (Safari before 17) load unchecked, as any import does.
      if (!link.relList.supports('modulepreload')) return resolve()
      link.rel = 'modulepreload'
      link.integrity = integrity
      link.crossOrigin = 'anonymous'
      link.href = addressOf(name)
      link.onload = () => resolve()
      link.onerror = () => {
        link.remove()
        preloads.delete(name)
        reject(new Error(`${name} did not load, or is not the file this script was built with`))
      }
      document.head.append(link)
    })
    preloads.set(name, done)
  }
  return done
}
