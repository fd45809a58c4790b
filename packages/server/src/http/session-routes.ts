import {
  cancelRequest,
  createSessionRequest,
  SESSION_ID,
  type Session,
  session,
  sessionList,
  sessionListQuery,
} from '@teabrick/core/contract'
import type { SessionState } from '../domain/records.ts'
import { toSession } from '../domain/views.ts'
import { checkSessionRequest } from './check-session-request.ts'
import { readCommand } from './read-command.ts'
import { readQuery } from './read-query.ts'
import { requireId } from './require-id.ts'
import { type HttpContext, json, type Route } from './route.ts'

const PAGE_SIZE = 20

/** `/v1/sessions`: what a merchant's backend does with orders to be paid. */
export function sessionRoutes({ engine, links, options }: HttpContext): readonly Route[] {
  /** With the token and the hosted link, which only the merchant's backend gets. */
  const withTokens = (state: SessionState): Session => ({
    ...toSession(state),
    clientToken: links.clientToken(state.session),
    url: links.hostedUrl(state.session),
  })

  return [
    {
      method: 'POST',
      path: '/v1/sessions',
      access: 'merchant',
      operationId: 'createSession',
      summary: 'Create a session: one order to be paid',
      body: createSessionRequest,
      success: {
        status: 201,
        description: 'The session with its client token and hosted link',
        schema: session,
      },
      problems: ['card_number_refused', 'idempotency_key_in_flight', 'idempotency_key_reused'],
      async handle({ request }) {
        const { body, key } = await readCommand(request, createSessionRequest(), (parsed) =>
          checkSessionRequest(parsed, options.merchant.origins),
        )
        return json(withTokens(await engine.createSession(body, key)), 201)
      },
    },
    {
      method: 'GET',
      path: '/v1/sessions',
      access: 'merchant',
      operationId: 'listSessions',
      summary: 'List sessions, newest first',
      query: sessionListQuery,
      success: { status: 200, description: 'A page of sessions', schema: sessionList },
      async handle({ url }) {
        const { limit, ...query } = readQuery(url, sessionListQuery())
        const { items, nextCursor } = await engine.listSessions({
          ...query,
          limit: limit === undefined ? PAGE_SIZE : Number(limit),
        })
        return json({ items: items.map(withTokens), nextCursor })
      },
    },
    {
      method: 'GET',
      path: '/v1/sessions/{id}',
      access: 'merchant',
      operationId: 'getSession',
      summary: 'Read a session with all its payments',
      success: { status: 200, description: 'The session as it is', schema: session },
      problems: ['not_found'],
      async handle({ params }) {
        return json(withTokens(await engine.getSession(requireId(params['id'], SESSION_ID))))
      },
    },
    {
      method: 'POST',
      path: '/v1/sessions/{id}/cancel',
      access: 'merchant',
      operationId: 'cancelSession',
      summary: 'End a session: at once, or when its live payment is proved dead',
      body: cancelRequest,
      success: { status: 200, description: 'The session, canceled or closing', schema: session },
      problems: ['not_found', 'invalid_state', 'session_not_open', 'idempotency_key_reused'],
      async handle({ request, params }) {
        const id = requireId(params['id'], SESSION_ID)
        const { body, key } = await readCommand(request, cancelRequest())
        return json(withTokens(await engine.cancelSession(id, body, key)))
      },
    },
  ]
}
