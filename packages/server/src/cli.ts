#!/usr/bin/env node
import { describeFailure, loadOptions, runCli } from './run-cli.ts'

const args = process.argv.slice(2)
const print = (text: string): void => void process.stdout.write(text)

function fail(error: unknown): never {
  process.stderr.write(`teabrick-server: ${describeFailure(error)}\n`)
  process.exit(1)
}

async function drill(): Promise<void> {
  const { runDrillCommand } = await import('./drill/drill-command.ts')
  const printError = (text: string): void => void process.stderr.write(text)
  process.exitCode = await runDrillCommand({
    args: args.slice(1),
    print,
    printError,
    loadOptions,
    describeFailure,
  })
}

async function serve(): Promise<void> {
  const server = await runCli({ args, env: process.env, print })
  if (!server) return
  let isStopping = false
  const stop = (): void => {
    // Asked twice: whoever asks does not want to wait.
    if (isStopping) process.exit(1)
    isStopping = true
    server.close().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

;(args[0] === 'drill' ? drill() : serve()).catch(fail)
