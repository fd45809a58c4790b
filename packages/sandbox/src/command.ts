import { DECLINE_REASONS } from './decline.ts'
import { isJsonObject, type JsonObject, parseJson } from './json.ts'
import { OPERATIONS, SCENARIOS, type Scenario, type ScenarioName } from './scenario.ts'

/** What `POST /_control` can ask for. Several at once are done in this order. */
export interface Command {
  /** Forgets payments, refunds, notifications, exchanges, scenarios, and returns to the real time. */
  readonly reset: boolean
  readonly clear: ScenarioName | 'all' | undefined
  readonly account: AccountChange | undefined
  readonly scenario: Scenario | undefined
  readonly advanceSeconds: number | undefined
  /** An instant of virtual time, ISO 8601, to move on to. One that has passed moves nothing. */
  readonly advanceTo: string | undefined
}

export interface AccountChange {
  readonly double: string
  readonly id: string
  readonly notificationUrl: string | null
}

/** The accounts a command may name. */
export interface KnownAccounts {
  readonly doubles: readonly string[]
  readonly hasAccount: (double: string, id: string) => boolean
}

/** A command that was refused. Nothing was changed. */
export class ControlError extends Error {
  readonly code: 'invalid_json' | 'unknown_field' | 'missing_field' | 'invalid_value'
  /** The field at fault, dotted; empty for the whole body. */
  readonly path: string
  readonly remedy: string

  constructor(code: ControlError['code'], path: string, message: string, remedy: string) {
    super(message)
    this.name = 'ControlError'
    this.code = code
    this.path = path
    this.remedy = remedy
  }

  toResponse(): Response {
    const body = {
      type: 'about:blank',
      title: 'The sandbox refuses the command',
      status: 400,
      code: this.code,
      path: this.path,
      detail: this.message,
      remedy: this.remedy,
    }
    return Response.json(body, { status: 400, headers: { 'content-type': 'application/problem+json' } })
  }
}

const FIELDS = ['scenario', 'clear', 'advanceSeconds', 'advanceTo', 'reset', 'account']
const SCENARIO_FIELDS = ['name', 'double', 'operation', 'reference', 'times', 'delayMs', 'reason', 'from']
const ACCOUNT_FIELDS = ['double', 'id', 'notificationUrl']
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/
const LONGEST_ADVANCE_SECONDS = 5 * 366 * 86_400
const LONGEST_DELAY_MS = 600_000

/**
 * Reads JSON, or a form whose names are dotted: `scenario.name=slow&scenario.delayMs=5000`. JSON is known by its
 * brace, because `curl -d` calls everything a form.
 */
export function readCommandBody(text: string, contentType: string): unknown {
  const isForm =
    contentType.startsWith('application/x-www-form-urlencoded') && !text.trimStart().startsWith('{')
  if (isForm) return fromForm(new URLSearchParams(text))
  const body = parseJson(text)
  if (body === undefined) {
    throw new ControlError('invalid_json', '', 'The body is not JSON.', 'Send a JSON object.')
  }
  return body
}

/** @throws ControlError naming the first field at fault. */
export function parseCommand(body: unknown, known: KnownAccounts): Command {
  const fields = requireObject(body, '', FIELDS)
  if (Object.keys(fields).length === 0) {
    throw new ControlError('missing_field', '', 'The command is empty.', `Send one of ${FIELDS.join(', ')}.`)
  }
  return {
    reset: parseReset(fields['reset']),
    clear: parseClear(fields['clear']),
    account: parseAccount(fields['account'], known),
    scenario: parseScenario(fields['scenario'], known),
    advanceSeconds: optionalNumber(fields['advanceSeconds'], 'advanceSeconds', LONGEST_ADVANCE_SECONDS),
    advanceTo: optionalInstant(fields['advanceTo'], 'advanceTo'),
  }
}

function parseReset(value: unknown): boolean {
  if (value === undefined || value === true) return value === true
  throw new ControlError('invalid_value', 'reset', `reset is ${show(value)}.`, 'Send true.')
}

function parseClear(value: unknown): Command['clear'] {
  if (value === undefined) return undefined
  if (value === true) return 'all'
  return choice(value, 'clear', SCENARIOS, 'Send true for all')
}

function parseScenario(value: unknown, known: KnownAccounts): Scenario | undefined {
  if (value === undefined) return undefined
  const fields = requireObject(value, 'scenario', SCENARIO_FIELDS)
  const { double, operation, reference, reason } = fields
  if (reference !== undefined && (typeof reference !== 'string' || reference === '')) {
    throw new ControlError(
      'invalid_value',
      'scenario.reference',
      `The reference is ${show(reference)}.`,
      'Send the merchant’s or the provider’s id of a payment or a refund.',
    )
  }
  return {
    name: choice(required(fields, 'scenario', 'name'), 'scenario.name', SCENARIOS),
    ...(double === undefined ? {} : { double: choice(double, 'scenario.double', known.doubles) }),
    ...(operation === undefined ? {} : { operation: choice(operation, 'scenario.operation', OPERATIONS) }),
    ...(reference === undefined ? {} : { reference }),
    ...optional('times', optionalNumber(fields['times'], 'scenario.times', 1_000_000)),
    ...optional('delayMs', optionalNumber(fields['delayMs'], 'scenario.delayMs', LONGEST_DELAY_MS)),
    ...(reason === undefined ? {} : { reason: choice(reason, 'scenario.reason', DECLINE_REASONS) }),
    ...optional('from', optionalInstant(fields['from'], 'scenario.from')),
  }
}

function optionalInstant(value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value))) return value
  throw new ControlError(
    'invalid_value',
    path,
    `${path} is ${show(value)}.`,
    'Send an ISO 8601 instant with an offset, such as 2022-03-09T12:00:00+03:00.',
  )
}

function parseAccount(value: unknown, known: KnownAccounts): AccountChange | undefined {
  if (value === undefined) return undefined
  const fields = requireObject(value, 'account', ACCOUNT_FIELDS)
  const double = choice(required(fields, 'account', 'double'), 'account.double', known.doubles)
  const id = required(fields, 'account', 'id')
  if (typeof id !== 'string' || !known.hasAccount(double, id)) {
    throw new ControlError(
      'invalid_value',
      'account.id',
      `${double} has no account ${show(id)}.`,
      'Take an id from the list of accounts at GET /_control.',
    )
  }
  const notificationUrl = required(fields, 'account', 'notificationUrl')
  if (notificationUrl !== null && !isHttpUrl(notificationUrl)) {
    throw new ControlError(
      'invalid_value',
      'account.notificationUrl',
      `The notification URL is ${show(notificationUrl)}.`,
      'Send an http or https URL, or null for none.',
    )
  }
  return { double, id, notificationUrl }
}

function requireObject(value: unknown, path: string, allowed: readonly string[]): JsonObject {
  if (!isJsonObject(value)) {
    throw new ControlError(
      'invalid_value',
      path,
      `${path || 'The body'} is ${show(value)}.`,
      'Send a JSON object.',
    )
  }
  const unknown = Object.keys(value).find((key) => !allowed.includes(key))
  if (unknown === undefined) return value
  const at = path === '' ? unknown : `${path}.${unknown}`
  throw new ControlError(
    'unknown_field',
    at,
    `There is no field ${at}.`,
    `Known here: ${allowed.join(', ')}.`,
  )
}

function required(fields: JsonObject, path: string, name: string): unknown {
  const value = fields[name]
  if (value !== undefined) return value
  throw new ControlError('missing_field', `${path}.${name}`, `${path}.${name} is missing.`, `Add ${name}.`)
}

function choice<T extends string>(value: unknown, path: string, values: readonly T[], also?: string): T {
  const found = values.find((one) => one === value)
  if (found !== undefined) return found
  const remedy = `${also === undefined ? 'Send' : `${also}, or`} one of ${values.join(', ')}.`
  throw new ControlError('invalid_value', path, `${path} is ${show(value)}.`, remedy)
}

function optionalNumber(value: unknown, path: string, max: number): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max) return value
  throw new ControlError(
    'invalid_value',
    path,
    `${path} is ${show(value)}.`,
    `Send a whole number from 1 to ${max}.`,
  )
}

function optional<K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: T })
}

function isHttpUrl(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 80)
}

/** Empty fields of a form are fields left out, except an address: leaving it empty takes it away. */
function fromForm(form: URLSearchParams): JsonObject {
  const body: Record<string, unknown> = {}
  for (const [name, text] of form) {
    const value = fromText(name, text)
    if (value === undefined) continue
    const [group = '', field] = name.split('.', 2)
    if (field === undefined) body[group] = value
    else body[group] = { ...(isJsonObject(body[group]) ? body[group] : {}), [field]: value }
  }
  return body
}

function fromText(name: string, text: string): unknown {
  if (name === 'account.notificationUrl') return text === '' ? null : text
  if (text === '') return undefined
  if (/^(advanceSeconds|scenario\.(times|delayMs))$/.test(name)) return Number(text)
  return (name === 'reset' || name === 'clear') && text === 'true' ? true : text
}
