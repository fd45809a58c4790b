import { DrillError } from './drill-report.ts'

/** What the doubles' package exports. */
export type SandboxModule = typeof import('@teabrick/sandbox')

/**
 * The doubles, an optional peer: a shop that only sells does not install them.
 *
 * @throws DrillError when they are not installed.
 */
export async function loadSandbox(
  load: () => Promise<SandboxModule> = () => import('@teabrick/sandbox'),
): Promise<SandboxModule> {
  try {
    return await load()
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new DrillError(
      'the drill needs the providers’ doubles: install @teabrick/sandbox beside @teabrick/server',
      { cause },
    )
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}
