import { writeSync } from 'node:fs'

/** Where the process is to die, and when. */
export interface Failpoint {
  /** Name of the place, as in the code. */
  readonly point: string
  /** Passes before the one that kills. */
  readonly passes: number
  /** Counts only passes whose detail, as JSON, holds this text. */
  readonly only?: string | undefined
}

let armed: (Failpoint & { left: number }) | null = null

/**
 * A place where the crash rigs kill the process, as a power cut would: at once, with nothing flushed. Otherwise one comparison.
 * No published program arms any.
 */
export function failpoint(point: string, detail?: unknown): void {
  if (armed === null || armed.point !== point) return
  const { only } = armed
  if (only !== undefined && !(JSON.stringify(detail) ?? '').includes(only)) return
  if (armed.left-- > 0) return
  // Whoever runs the rig must know that it died here, and not of something else.
  writeSync(process.stderr.fd, `failpoint ${point}\n`)
  // The signal is delivered before the call returns: nothing after this line happens.
  process.kill(process.pid, 'SIGKILL')
}

/**
 * Arms the failpoint that `TEABRICK_FAILPOINT` names: `<point>:kill`, `<point>:kill:<passes before>` or
 * `<point>:kill:<passes before>:<text of the detail>`.
 *
 * @throws Error unless `NODE_ENV` is `test`, or if the variable cannot be read.
 */
export function armFailpoint(env: Readonly<Record<string, string | undefined>>): void {
  const wanted = env['TEABRICK_FAILPOINT']
  if (wanted === undefined || wanted === '') return
  if (env['NODE_ENV'] !== 'test')
    throw new Error('TEABRICK_FAILPOINT is set outside of tests: unset it, or set NODE_ENV=test')
  const [, point, passes = '0', only] = /^([a-z._]+):kill(?::(\d+)(?::(.+))?)?$/s.exec(wanted) ?? []
  if (point === undefined)
    throw new Error(`TEABRICK_FAILPOINT is ${JSON.stringify(wanted)}; write <point>:kill[:<passes>[:<text>]]`)
  armed = { point, passes: Number(passes), only, left: Number(passes) }
}

/** For tests of this file. */
export function disarmFailpoint(): void {
  armed = null
}
