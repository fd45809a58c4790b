declare module 'pngjs' {
  /** The one call that the tests use; the package ships no types. */
  export const PNG: {
    readonly sync: {
      readonly read: (png: Uint8Array) => {
        readonly data: Uint8Array
        readonly width: number
        readonly height: number
      }
    }
  }
}
