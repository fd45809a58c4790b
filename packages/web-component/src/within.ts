/** What the work gives, or a rejection when it takes longer. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => setTimeout(reject, ms))])
}
