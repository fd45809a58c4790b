import { toOpenApi } from './openapi.ts'
import type { HttpContext, Route } from './route.ts'
import { json } from './route.ts'

/** `/openapi.json`: this API in OpenAPI 3.1, made from the schemas that check the requests. */
export function openApiRoute({ options }: HttpContext, routes: readonly Route[]): Route {
  let document: unknown
  return {
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    operationId: 'openApi',
    summary: 'This document',
    success: { status: 200, description: 'OpenAPI 3.1', contentType: 'application/json' },
    async handle() {
      document ??= toOpenApi(routes, options.publicUrl)
      return json(document, 200, { 'cache-control': 'public, max-age=3600' })
    },
  }
}
