/**
 * Builds a schema at its first use. Ten zod schemas cost a browser more time than their download,
 * so nothing is built while a module is being evaluated.
 */
export function lazy<T>(build: () => T): () => T {
  let built: T | undefined
  return () => {
    built ??= build()
    return built
  }
}
