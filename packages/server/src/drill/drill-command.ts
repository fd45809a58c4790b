import { parseArgs } from 'node:util'
import type { PaymentApiOptions } from '../config.ts'
import { formatDrill } from './format-drill.ts'
import { runDrill } from './run-drill.ts'

export const DRILL_USAGE = `teabrick-server drill: does the shop still take money when networks leave?

  npx @teabrick/server drill --scenario 2022-03 --config ./teabrick.config.mjs [--threshold 80] [--seed 2022] [--json]

Replays February and March 2022 day by day against your configuration. Your adapters talk to @teabrick/sandbox (install it
beside @teabrick/server); no database, no network and no credential of yours is used.

--scenario   Default 2022-03
--config     Default ./teabrick.config.mjs
--threshold  The lowest score that passes, 0 to 100. Default 80
--seed       Default 2022; another seed, other amounts
--json       The whole report as JSON

Exit code: 0 passed, 1 under the threshold, 2 the drill could not begin.
`

/** What the command needs of the world. */
export interface DrillCommandInput {
  /** Behind `drill`. */
  readonly args: readonly string[]
  readonly print: (text: string) => void
  readonly printError: (text: string) => void
  /** Reads a configuration file. */
  readonly loadOptions: (path: string) => Promise<PaymentApiOptions>
  readonly describeFailure: (error: unknown) => string
}

interface Arguments {
  readonly scenario: string
  readonly config: string
  readonly threshold: number
  readonly seed: number
  readonly json: boolean
  readonly help: boolean
}

/** @returns the exit code: 0 passed, 1 under the threshold, 2 bad usage or configuration. */
export async function runDrillCommand(input: DrillCommandInput): Promise<0 | 1 | 2> {
  const { args, print, printError, loadOptions, describeFailure } = input
  try {
    const { scenario, config, threshold, seed, json, help } = readArguments(args)
    if (help) {
      print(DRILL_USAGE)
      return 0
    }
    const report = await runDrill({ config: await loadOptions(config), scenario, seed })
    const passed = report.score.value >= threshold
    print(
      json
        ? `${JSON.stringify({ ...report, threshold, passed }, null, 2)}\n`
        : formatDrill(report, threshold),
    )
    return passed ? 0 : 1
  } catch (error) {
    printError(`teabrick-server drill: ${describeFailure(error)}\n`)
    return 2
  }
}

/** @throws TypeError if an argument is unknown or has no usable value. */
function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string', default: '2022-03' },
      config: { type: 'string', default: './teabrick.config.mjs' },
      threshold: { type: 'string', default: '80' },
      seed: { type: 'string', default: '2022' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  return {
    ...values,
    threshold: wholeNumber('--threshold', values.threshold, 100),
    seed: wholeNumber('--seed', values.seed, 2 ** 31),
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= max) return Number(text)
  throw new TypeError(`${option} is ${JSON.stringify(text)}; write a whole number from 0 to ${max}`)
}
