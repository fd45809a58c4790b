import { fileName } from './file-name.ts'

const preloads = new Map<string, Promise<void>>()

/**
 * Fetches files of `chunks/` beside this script, each held to its SHA-384, then evaluates the first. `import()` alone takes
 * no integrity: the preload does, and the import that follows reads what was preloaded.
 *
 * @param hashes Of all files, in base64, by their stems.
 */
export async function loadChunk(
  hashes: Readonly<Record<string, string>>,
  stems: readonly string[],
): Promise<unknown> {
  const urls = stems.map((stem) => {
    const hash = hashes[stem] as string
    const url = new URL(`chunks/${fileName(stem, hash)}`, import.meta.url).href
    if (!preloads.has(url)) preloads.set(url, preload(url, `sha384-${hash}`))
    return url
  })
  await Promise.all(urls.map((url) => preloads.get(url)))
  return import(/* @vite-ignore */ urls[0] as string)
}

function preload(url: string, integrity: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link')
    // Engines without module preload (Safari before 17) load unchecked, as any import does.
    if (!link.relList.supports('modulepreload')) return resolve()
    Object.assign(link, {
      rel: 'modulepreload',
      integrity,
      crossOrigin: 'anonymous',
      href: url,
      onload: resolve,
    })
    link.onerror = () => {
      link.remove()
      preloads.delete(url)
      reject(new Error(`${url} did not load as it was built`))
    }
    document.head.append(link)
  })
}
