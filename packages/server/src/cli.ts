#!/usr/bin/env node
import { describeFailure, runCli } from './run-cli.ts'

function fail(error: unknown): never {
  process.stderr.write(`teabrick-server: ${describeFailure(error)}\n`)
  process.exit(1)
}

runCli({
  args: process.argv.slice(2),
  env: process.env,
  print: (text) => process.stdout.write(text),
}).then((server) => {
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
}, fail)
