/** A page of any engine, driven as far as a purchase needs it. */
export interface EnginePage {
  goto(url: string): Promise<void>
  /** Evaluates an expression in the page. Its value, or what its promise gives, travels as JSON. */
  evaluate<T>(expression: string): Promise<T>
  /** Presses the mouse button at a point of the viewport, as a hand would. */
  press(x: number, y: number): Promise<void>
  /** The viewport as PNG. */
  screenshot(): Promise<Uint8Array>
  close(): Promise<void>
}

export interface EngineOptions {
  /** Absent: a desktop. */
  readonly phone?: { readonly userAgent: string; readonly width: number; readonly height: number } | undefined
}

export interface Engine {
  readonly name: string
  /** Starts a browser of its own, with nothing remembered. @throws Error saying in one line what to install. */
  open(options?: EngineOptions): Promise<EnginePage>
}

export const DESKTOP = { width: 1100, height: 860 }

/** Fails with the one line that a person at the terminal needs. */
export function missing(engine: string, debian: string, variable: string): Error {
  return new Error(
    `${engine} is missing: install it (Debian: apt-get install ${debian}) or set ${variable} to its executable`,
  )
}
