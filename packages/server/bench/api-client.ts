import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Unit } from './count-statements.ts'

/** What the API's process is started with. */
export interface ApiSettings {
  readonly publicUrl: string
  readonly port: number
  readonly secretKey: string
  readonly metricsToken: string
  readonly database: string
  readonly webhookUrl: string
  readonly webhookSecret: string
  readonly providerUrl: string
  readonly shopId: string
  readonly shopKey: string
}

export type ApiQuestion = 'usage' | 'record' | 'recorded' | 'stop'

/** What there is to say depends on the question. */
export interface ApiAnswer {
  readonly statements?: number
  readonly cpuMs?: number
  /** Bytes, after a garbage collection. */
  readonly rss?: number
  readonly used?: number
  readonly units?: readonly Unit[]
}

export interface ApiProcess {
  /** Statements sent so far, processor time, memory after a garbage collection. */
  usage(): Promise<{
    readonly statements: number
    readonly cpuMs: number
    readonly rss: number
    readonly used: number
  }>
  /** The statements sent while `work` ran. */
  record(work: () => Promise<void>): Promise<readonly Unit[]>
  stop(): Promise<void>
}

const fileOf = (name: string): string => new URL(name, import.meta.url).href

/** Starts the API in a process of its own and waits until it answers. */
export async function startApiProcess(
  settings: ApiSettings,
  execArgv: readonly string[],
): Promise<ApiProcess> {
  const child = fork(fileURLToPath(fileOf('api-process.ts')), [JSON.stringify(settings)], {
    // Its own flags, so that a profile can be taken: node --cpu-prof.
    execArgv: ['--no-warnings', '--expose-gc', '--import', fileOf('from-sources.mjs'), ...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const ended = once(child, 'exit')
  const died = ended.then(([code]): never => {
    throw new Error(`the API’s process ended with ${code}`)
  })
  died.catch(() => {})
  const next = async (): Promise<ApiAnswer> => {
    const [answer] = await Promise.race([once(child, 'message'), died])
    return answer as ApiAnswer
  }
  const ask = (question: ApiQuestion): Promise<ApiAnswer> => {
    const answer = next()
    child.send(question)
    return answer
  }
  await next()
  return {
    async usage() {
      const { statements = 0, cpuMs = 0, rss = 0, used = 0 } = await ask('usage')
      return { statements, cpuMs, rss, used }
    },
    async record(work) {
      await ask('record')
      await work()
      return (await ask('recorded')).units ?? []
    },
    async stop() {
      await ask('stop')
      await ended
    },
  }
}
