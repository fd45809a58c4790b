/** A part's file: its stem and the beginning of its hash, so that a file never changes under its name. */
export function fileName(stem: string, hash: string): string {
  return `${stem}-${hash.slice(0, 8).replace(/\W/g, '_')}.js`
}
