import * as z from 'zod/mini'
import { type Clock, systemClock } from './clock.ts'
import type { Logger, PaymentApiOptions, WebhookEndpoint } from './config.ts'
import { createLogger, createRedactingLogger } from './log.ts'
import { isLocalHttp } from './provider-url.ts'

/** The options as everything behind them reads them: checked, normalised, defaults filled in. */
export interface CheckedOptions extends Omit<PaymentApiOptions, 'clock' | 'logger'> {
  /** Without a slash at its end. */
  readonly publicUrl: string
  /** Its path: `/pay`, or empty. */
  readonly basePath: string
  /** Its origin: `https://shop.example`. */
  readonly publicOrigin: string
  readonly webhooks: readonly WebhookEndpoint[]
  readonly graceSeconds: number
  readonly latePayments: 'refund' | 'accept'
  readonly trustProxy: number
  readonly allowInsecureWebhooks: boolean
  readonly clock: Clock
  /** Redacts what it is given. */
  readonly logger: Logger
}

/** Options that cannot work or would be dangerous. The message has one line for each: field, value, remedy. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `the options of createPaymentApi are not usable:\n${problems.map((each) => `- ${each}`).join('\n')}`,
    )
    this.problems = problems
  }
}

const SECRET_KEY = /^sk_[!-~]{5,250}$/
const LIVE_KEY_LENGTH = 24
const ACCOUNT = /^[a-z0-9_-]{1,32}$/
const WEBHOOK_PORTS: ReadonlySet<string> = new Set(['', '443', '8443'])

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max))
const functions = (...names: readonly string[]) =>
  z.custom<object>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
    { error: `must have the functions ${names.join(', ')}` },
  )

// The forms. What one field means beside another is checked below.
const shape = () =>
  z.strictObject({
    publicUrl: text(2048),
    merchant: z.strictObject({
      id: z
        .string()
        .check(z.regex(/^[a-z0-9_-]{1,32}$/, { error: 'must be 1 to 32 of a-z, 0-9, "_" and "-"' })),
      name: text(100),
      secretKeys: z
        .array(
          z
            .string()
            .check(z.regex(SECRET_KEY, { error: 'must begin with "sk_" and have 8 characters or more' })),
        )
        .check(z.minLength(1), z.maxLength(4)),
      origins: z.array(text(300)).check(z.maxLength(100)),
      webhooks: z.optional(
        z
          .array(
            z.strictObject({
              url: text(2048),
              secrets: z.array(z.string()).check(z.minLength(1), z.maxLength(4)),
            }),
          )
          .check(z.maxLength(16)),
      ),
    }),
    providers: z
      .array(
        z.looseObject({
          id: z.string(),
          account: z.string().check(z.regex(ACCOUNT, { error: 'must be 1 to 32 of a-z, 0-9, "_" and "-"' })),
          mode: z.enum(['test', 'live']),
          rails: z.array(z.unknown()).check(z.minLength(1)),
        }),
      )
      .check(z.minLength(1, { error: 'must name at least one provider account' })),
    quotes: z.optional(z.union([functions('rate'), z.array(functions('rate'))])),
    database: z.union([text(4096), functions('change', 'read', 'close')], {
      error: 'must be a postgres:// URL, a folder, or a store',
    }),
    departures: z.optional(
      z
        .array(
          z.strictObject({
            rail: z.string().check(
              z.regex(/^[a-z0-9_-]{1,32}:([a-z0-9_]{1,32}|\*)$/, {
                error: 'must be "<account>:<method>" or "<account>:*"',
              }),
            ),
            from: z.iso.datetime({
              offset: true,
              error: 'must be ISO 8601 with an offset, such as "2022-03-10T00:01:00+03:00"',
            }),
            reason: text(250),
          }),
        )
        .check(z.maxLength(200)),
    ),
    routing: z.optional(
      z.strictObject({
        methods: z.optional(z.array(text(32)).check(z.maxLength(64))),
        costBps: z.optional(z.record(z.string(), z.int().check(z.gte(0), z.lte(10_000)))),
      }),
    ),
    banks: z.optional(z.strictObject({ file: z.optional(text(4096)) })),
    hostedPage: z.optional(
      z.strictObject({
        script: text(2048),
        integrity: z.optional(
          z.string().check(
            z.regex(/^sha384-[A-Za-z0-9+/]{64}$/, {
              error: 'must be "sha384-" and 64 characters of base64',
            }),
          ),
        ),
      }),
    ),
    graceSeconds: z.optional(z.int().check(z.gte(0), z.lte(86_400))),
    latePayments: z.optional(z.enum(['refund', 'accept'])),
    trustProxy: z.optional(z.int().check(z.gte(0), z.lte(16))),
    logger: z.optional(functions('info', 'warn', 'error')),
    metricsToken: z.optional(
      z.string().check(z.minLength(16, { error: 'must have at least 16 characters' }), z.maxLength(256)),
    ),
    allowInsecureWebhooks: z.optional(z.boolean()),
    fetch: z.optional(
      z.custom<unknown>((value) => typeof value === 'function', { error: 'must be a function' }),
    ),
    clock: z.optional(functions('now', 'sleep')),
  })

/**
 * Checks everything at boot that can be known then.
 *
 * @throws OptionsError with all that is wrong.
 */
export function validateOptions(options: PaymentApiOptions): CheckedOptions {
  const result = shape().safeParse(options, {
    error: (issue) => (issue.input === undefined ? 'is missing' : undefined),
  })
  if (!result.success)
    throw new OptionsError(
      result.error.issues.map((issue) => {
        const extra = issue.code === 'unrecognized_keys' ? `: ${issue.keys.join(', ')}` : ''
        return `${z.core.toDotPath(issue.path) || 'options'} ${issue.message.toLowerCase()}${extra}`
      }),
    )
  const problems: string[] = []
  const report = (field: string, what: string): void => void problems.push(`${field} ${what}`)

  const publicUrl = checkPublicUrl(options.publicUrl, report)
  const origins = options.merchant.origins.map((origin, index) =>
    checkOrigin(origin, `merchant.origins[${index}]`, report),
  )
  checkHostedPage(options, report)
  checkModes(options, report)
  checkDepartures(options, report)
  checkRouting(options, report)
  checkWebhooks(options, report)
  if (problems.length > 0 || !publicUrl) throw new OptionsError(problems)

  const logger = createRedactingLogger(options.logger ?? createLogger())
  return {
    ...options,
    publicUrl: publicUrl.href.replace(/\/+$/, ''),
    basePath: publicUrl.pathname.replace(/\/+$/, ''),
    publicOrigin: publicUrl.origin,
    merchant: { ...options.merchant, origins },
    webhooks: options.merchant.webhooks ?? [],
    graceSeconds: options.graceSeconds ?? 900,
    latePayments: options.latePayments ?? 'refund',
    trustProxy: options.trustProxy ?? 0,
    allowInsecureWebhooks: options.allowInsecureWebhooks ?? false,
    clock: options.clock ?? systemClock,
    logger,
  }
}

type Report = (field: string, what: string) => void

function checkPublicUrl(value: string, report: Report): URL | undefined {
  if (!URL.canParse(value) || !/^https?:\/\//.test(value)) {
    report(
      'publicUrl',
      `must be an absolute URL such as "https://shop.example/pay"; got ${JSON.stringify(value)}`,
    )
    return undefined
  }
  const url = new URL(value)
  if (url.protocol === 'http:' && !isLocalHttp(url))
    report('publicUrl', `must be https, because tokens travel to it (http only on localhost); got ${value}`)
  if (url.search || url.hash || url.username || url.password)
    report('publicUrl', 'must have no query, fragment or credentials')
  if (!/^[A-Za-z0-9/_.~-]*$/.test(url.pathname)) report('publicUrl', 'must have a plain path')
  return url
}

function checkHostedPage({ hostedPage }: PaymentApiOptions, report: Report): void {
  if (!hostedPage) return
  const { script } = hostedPage
  const url = URL.canParse(script) ? new URL(script) : undefined
  // Of the policy of the page too, where a blank or a semicolon would end the entry.
  if (!url || !/^https?:\/\/[\w.:[\]-]+\/[\w./~-]*$/.test(script))
    report(
      'hostedPage.script',
      `must be an absolute URL such as "https://shop.example/teabrick/pay-button.js"; got ${JSON.stringify(script)}`,
    )
  else if (url.protocol === 'http:' && !isLocalHttp(url))
    report('hostedPage.script', `must be https (http only on localhost); got ${script}`)
}

function checkOrigin(value: string, field: string, report: Report): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.origin === 'null' || (url.origin !== value && `${url.origin}/` !== value))
    report(
      field,
      `must be an origin such as "https://shop.example", without a path; got ${JSON.stringify(value)}`,
    )
  else if (url.protocol !== 'https:' && !isLocalHttp(url))
    report(field, `must be https (http only on localhost); got ${value}`)
  return url?.origin ?? value
}

function checkDepartures(
  { departures, providers }: PaymentApiOptions,
  report: (field: string, what: string) => void,
): void {
  const rails = new Set(
    providers.flatMap(({ account, rails }) => [
      `${account}:*`,
      ...rails.map(({ method }) => `${account}:${method}`),
    ]),
  )
  departures?.forEach(({ rail }, index) => {
    if (!rails.has(rail))
      report(
        `departures[${index}].rail`,
        `is ${JSON.stringify(rail)}, and no configured provider has it; use one of: ${[...rails].join(', ')}`,
      )
  })
}

function checkRouting({ routing, providers }: PaymentApiOptions, report: Report): void {
  const rails = providers.flatMap(({ account, rails }) =>
    rails.map(({ method }) => ({ id: `${account}:${method}`, method })),
  )
  const methods = new Set(rails.map(({ method }) => method))
  routing?.methods?.forEach((method, index) => {
    if (!methods.has(method))
      report(
        `routing.methods[${index}]`,
        `is ${JSON.stringify(method)}, and no configured provider has it; use some of: ${[...methods].join(', ')}`,
      )
  })
  for (const id of Object.keys(routing?.costBps ?? {}))
    if (!rails.some((rail) => rail.id === id))
      report(
        `routing.costBps[${JSON.stringify(id)}]`,
        `names a rail that no configured provider has; use one of: ${rails.map((rail) => rail.id).join(', ')}`,
      )
}

/** Test keys with live accounts take real money by mistake; live keys with test accounts give goods away. */
function checkModes({ merchant, providers, allowInsecureWebhooks }: PaymentApiOptions, report: Report): void {
  const live = providers.filter(({ mode }) => mode === 'live').map(({ account }) => account)
  const test = providers.filter(({ mode }) => mode === 'test').map(({ account }) => account)
  if (live.length > 0 && test.length > 0)
    report(
      'providers',
      `mix live accounts (${live.join(', ')}) and test accounts (${test.join(', ')}): a buyer could pay with play money; run two APIs`,
    )
  const accounts = providers.map(({ account }) => account)
  for (const account of new Set(accounts.filter((each, index) => accounts.indexOf(each) !== index)))
    report('providers', `name the account "${account}" twice; give one of them another \`account\` name`)

  for (const [index, key] of merchant.secretKeys.entries()) {
    const field = `merchant.secretKeys[${index}]`
    const isTestKey = /^sk_(sandbox|test)_/.test(key)
    if (isTestKey && live.length > 0)
      report(
        field,
        `is a test key ("${key.slice(0, 7)}…") with live accounts (${live.join(', ')}); use a live key`,
      )
    if (key.startsWith('sk_live_') && test.length > 0)
      report(
        field,
        `is a live key with test accounts (${test.join(', ')}); use a key that begins with "sk_test_"`,
      )
    if (live.length > 0 && !isTestKey && key.length < LIVE_KEY_LENGTH)
      report(
        field,
        `is short enough to be guessed; use ${LIVE_KEY_LENGTH} characters or more with live accounts`,
      )
  }
  if (new Set(merchant.secretKeys).size !== merchant.secretKeys.length)
    report('merchant.secretKeys', 'hold the same key twice')
  if (allowInsecureWebhooks && live.length > 0)
    report('allowInsecureWebhooks', 'is for development: remove it, live accounts are configured')
}

function checkWebhooks({ merchant, allowInsecureWebhooks }: PaymentApiOptions, report: Report): void {
  const webhooks = merchant.webhooks ?? []
  for (const [index, { url, secrets }] of webhooks.entries()) {
    const field = `merchant.webhooks[${index}]`
    if (!URL.canParse(url) || !/^https?:\/\//.test(url))
      report(`${field}.url`, 'must be an absolute https URL')
    else {
      const { protocol, port, username, password } = new URL(url)
      if (username || password) report(`${field}.url`, 'must not hold credentials: deliveries are signed')
      if (!allowInsecureWebhooks && (protocol !== 'https:' || !WEBHOOK_PORTS.has(port)))
        report(
          `${field}.url`,
          `must be https on port 443 or 8443 (set allowInsecureWebhooks for development); got ${protocol}//…${port ? `:${port}` : ''}`,
        )
    }
    for (const [place, secret] of secrets.entries()) {
      const size = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length
      if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) || size < 24 || size > 64)
        report(`${field}.secrets[${place}]`, 'must be "whsec_" and base64 of 24 to 64 random bytes')
    }
  }
  if (new Set(webhooks.map(({ url }) => url)).size !== webhooks.length)
    report('merchant.webhooks', 'name the same URL twice')
}
