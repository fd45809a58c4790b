import { PROBLEM_STATUS, type ProblemCode } from '@teabrick/core/contract'
import { afterEach, expect, it } from 'vitest'
import { type ApiRig, createApiRig } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

/** As far as these tests look into it. */
interface Document {
  readonly openapi: string
  readonly servers: unknown
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { readonly additionalProperties?: unknown; readonly required?: readonly string[] }>
    >
  }
}

async function openApi(): Promise<Document> {
  rig = await createApiRig({ metricsToken: 'metrics-token-0123456789' })
  return (await (await rig.fetch('/openapi.json')).json()) as Document
}

it('is OpenAPI 3.1 with every route, and an operation id of its own for each', async () => {
  const document = await openApi()
  expect(document.openapi).toBe('3.1.0')
  expect(document.servers).toEqual([{ url: 'https://shop.example/pay' }])
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  )
  for (const operation of [
    'POST /v1/sessions',
    'GET /v1/sessions',
    'GET /v1/sessions/{id}',
    'POST /v1/sessions/{id}/cancel',
    'GET /v1/payments/{id}',
    'POST /v1/payments/{id}/capture',
    'POST /v1/payments/{id}/cancel',
    'POST /v1/payments/{id}/refunds',
    'GET /v1/refunds/{id}',
    'GET /v1/rails',
    'PUT /v1/rails/{id}',
    'GET /v1/events',
    'POST /v1/events/{id}/redeliver',
    'GET /v1/checkout',
    'POST /v1/checkout/payments',
    'POST /v1/checkout/cancel',
    'GET /c/{token}',
    'GET /r/{token}',
    'POST /v1/providers/{account}/notifications',
    'GET /healthz',
    'GET /metrics',
    'GET /openapi.json',
  ])
    expect(operations).toContain(operation)
  const ids = [...JSON.stringify(document.paths).matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(operations.length)
})

it('refers only to schemas that are there, and names every problem code', async () => {
  const document = await openApi()
  const text = JSON.stringify(document)
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
    expect(document.components.schemas).toHaveProperty(name ?? '')
  expect(text).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/)/)
  const named = new Set([...JSON.stringify(document.paths).matchAll(/`([a-z_]+)`:/g)].map(([, code]) => code))
  for (const code of Object.keys(PROBLEM_STATUS) as ProblemCode[])
    if (code !== 'method_not_allowed') expect([...named]).toContain(code)
})

it('lets clients tolerate members of newer servers, and requests none that are unknown', async () => {
  const { components } = await openApi()
  expect(components.schemas['CreateSessionRequest']?.additionalProperties).toBe(false)
  expect(components.schemas['Session']?.additionalProperties).not.toBe(false)
  expect(components.schemas['CheckoutView']?.additionalProperties).not.toBe(false)
  expect(components.schemas['CreateSessionRequest']?.required).toEqual(['amount', 'order', 'returnUrl'])
})

it('answers metrics to the metrics token only', async () => {
  await openApi()
  expect((await rig.fetch('/metrics')).status).toBe(401)
  const response = await rig.fetch('/metrics', {
    headers: { authorization: 'Bearer metrics-token-0123456789' },
  })
  expect(await response.text()).toContain(
    'teabrick_http_requests_total{method="GET",route="/openapi.json",status="200"} 1',
  )
})
