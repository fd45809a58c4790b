import { type DestinationStream, pino } from 'pino'
import type { Logger } from './config.ts'
import { redactFields, redactText } from './redact.ts'

/**
 * The default logger: one JSON object a line on standard output.
 *
 * @param destination Elsewhere, for tests.
 */
export function createLogger(destination?: DestinationStream): Logger {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const lines = destination ? pino(options, destination) : pino(options)
  return {
    info: (fields, message) => lines.info(fields, message),
    warn: (fields, message) => lines.warn(fields, message),
    error: (fields, message) => lines.error(fields, message),
  }
}

/** The same logger behind the redaction. Everything this package logs goes through it, the merchant's own logger too. */
export function createRedactingLogger(logger: Logger): Logger {
  return {
    info: (fields, message) => logger.info(redactFields(fields), redactText(message)),
    warn: (fields, message) => logger.warn(redactFields(fields), redactText(message)),
    error: (fields, message) => logger.error(redactFields(fields), redactText(message)),
  }
}
