import {
  bankList,
  cancelRequest,
  captureRequest,
  checkoutCancelRequest,
  checkoutView,
  createSessionRequest,
  eventList,
  eventRecord,
  money,
  nextAction,
  order,
  PROBLEM_STATUS,
  type ProblemCode,
  payment,
  payRequest,
  positiveMoney,
  problem,
  quote,
  rail,
  railList,
  railUpdateRequest,
  refund,
  refundRequest,
  returnStatus,
  session,
  sessionList,
  webhookEvent,
} from '@teabrick/core/contract'
import * as z from 'zod/mini'
import { type $ZodType, toJSONSchema } from 'zod/v4/core'
import { PROBLEM_DOCS } from './problem-docs.ts'
import type { Route } from './route.ts'

const REQUESTS = {
  CreateSessionRequest: createSessionRequest,
  CancelRequest: cancelRequest,
  CaptureRequest: captureRequest,
  RefundRequest: refundRequest,
  RailUpdateRequest: railUpdateRequest,
  PayRequest: payRequest,
  CheckoutCancelRequest: checkoutCancelRequest,
  PositiveMoney: positiveMoney,
} as const

const ANSWERS = {
  Session: session,
  SessionList: sessionList,
  Payment: payment,
  Refund: refund,
  Rail: rail,
  RailList: railList,
  EventRecord: eventRecord,
  EventList: eventList,
  WebhookEvent: webhookEvent,
  CheckoutView: checkoutView,
  ReturnStatus: returnStatus,
  NextAction: nextAction,
  BankList: bankList,
  Quote: quote,
  Order: order,
  Money: money,
  Problem: problem,
} as const

type Factory = () => z.ZodMiniType<unknown, unknown>
type JsonObject = Record<string, unknown>

const COMMON_PROBLEMS: Readonly<Record<Route['access'], readonly ProblemCode[]>> = {
  merchant: ['unauthorized', 'origin_not_allowed', 'rate_limited', 'internal_error', 'unavailable'],
  checkout: [
    'unauthorized',
    'token_expired',
    'origin_not_allowed',
    'not_found',
    'rate_limited',
    'internal_error',
    'unavailable',
  ],
  public: ['rate_limited', 'internal_error', 'unavailable'],
}
const QUERY_PROBLEMS: readonly ProblemCode[] = ['invalid_request']
const BODY_PROBLEMS: readonly ProblemCode[] = [
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
]
const COMMAND_PROBLEMS: readonly ProblemCode[] = ['idempotency_key_missing', 'idempotency_key_invalid']

/** The OpenAPI 3.1 document of a set of routes. */
export function toOpenApi(routes: readonly Route[], publicUrl: string): JsonObject {
  const paths: Record<string, JsonObject> = {}
  for (const route of routes) {
    const item = paths[route.path] ?? {}
    paths[route.path] = { ...item, [route.method.toLowerCase()]: toOperation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Teabrick payment API',
      version: '1',
      description: 'Sessions, payments and refunds over many payment providers.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    paths,
    webhooks: {
      event: {
        post: {
          operationId: 'webhookEvent',
          summary: 'What merchant webhooks receive, signed as Standard Webhooks asks',
          requestBody: content('application/json', reference('WebhookEvent')),
          responses: { '2XX': { description: 'Taken; anything else is sent again' } },
        },
      },
    },
    components: {
      schemas: { ...toSchemas(REQUESTS, 'input'), ...toSchemas(ANSWERS, 'output') },
      securitySchemes: {
        merchant: { type: 'http', scheme: 'bearer', description: 'A secret key: `sk_…`' },
        checkout: { type: 'http', scheme: 'bearer', description: 'A token: `ct_…`, `lt_…` or `st_…`' },
      },
    },
  }
}

function toOperation(route: Route): JsonObject {
  const { success, body, query } = route
  const codes = new Set<ProblemCode>([
    ...COMMON_PROBLEMS[route.access],
    ...(query ? QUERY_PROBLEMS : []),
    ...(body ? BODY_PROBLEMS : []),
    ...(body && route.method === 'POST' ? COMMAND_PROBLEMS : []),
    ...(route.problems ?? []),
  ])
  const answer = success.schema
    ? content('application/json', schemaOf(success.schema, ANSWERS, 'output'))
    : success.contentType
      ? content(success.contentType, { type: 'string' })
      : {}
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.access],
    security: route.access === 'public' ? [] : [{ [route.access]: [] }],
    parameters: [
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...(body && route.method === 'POST' ? [IDEMPOTENCY_KEY] : []),
      ...(query ? queryParameters(query) : []),
    ],
    ...(body ? { requestBody: content('application/json', schemaOf(body, REQUESTS, 'input')) } : {}),
    responses: {
      [success.status]: { description: success.description, ...answer },
      ...problemResponses(codes),
    },
  }
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'The same key has the same effect once. 22 to 255 visible ASCII characters.',
  schema: { type: 'string', minLength: 22, maxLength: 255 },
}

/** One response for each status, naming every code it can have. */
function problemResponses(codes: ReadonlySet<ProblemCode>): JsonObject {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) {
    const status = PROBLEM_STATUS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, known]) => [
      status,
      {
        description: known.map((code) => `\`${code}\`: ${PROBLEM_DOCS[code].title}`).join('; '),
        ...content('application/problem+json', {
          allOf: [reference('Problem'), { type: 'object', properties: { code: { enum: known } } }],
        }),
      },
    ]),
  )
}

function queryParameters(query: Factory): readonly JsonObject[] {
  const { properties = {} } = toPlainSchema(query(), 'input') as { properties?: JsonObject }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))
}

function content(type: string, schema: JsonObject): { content: JsonObject } {
  return { content: { [type]: { schema } } }
}

function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` }
}

function schemaOf(
  factory: Factory,
  named: Readonly<Record<string, Factory>>,
  io: 'input' | 'output',
): JsonObject {
  const name = Object.entries(named).find(([, each]) => each === factory)?.[0]
  return name ? reference(name) : toPlainSchema(factory(), io)
}

function toPlainSchema(schema: $ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...plain } = toJSONSchema(schema, { target: 'draft-2020-12', io }) as JsonObject
  return plain
}

function toSchemas(named: Readonly<Record<string, Factory>>, io: 'input' | 'output'): JsonObject {
  const registry = z.registry<{ id: string }>()
  for (const [id, factory] of Object.entries(named)) registry.add(factory(), { id })
  const { schemas } = toJSONSchema(registry, {
    target: 'draft-2020-12',
    io,
    uri: (id) => `#/components/schemas/${id}`,
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [
      id,
      io === 'output' ? allowMore(schema) : schema,
    ]),
  )
}

/** Newer servers may answer with members that this document does not know. */
function allowMore(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(allowMore)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => name !== 'additionalProperties' || value !== false)
      .map(([name, value]) => [name, allowMore(value)]),
  )
}
