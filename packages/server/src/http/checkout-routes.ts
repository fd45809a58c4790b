import {
  checkoutCancelRequest,
  checkoutView,
  type Device,
  OPERATING_SYSTEMS,
  payRequest,
  SURFACES,
} from '@teabrick/core/contract'
import * as z from 'zod/mini'
import { ApiProblem } from '../api-problem.ts'
import { toReturnStatus } from '../domain/views.ts'
import type { CheckoutReading, ViewContext } from '../payment-engine.ts'
import { REQUEST_LIMITS } from '../request-limits.ts'
import { matchesTag, readPreferredWait, toETag } from './conditional.ts'
import { readCommand } from './read-command.ts'
import { readQuery } from './read-query.ts'
import { type CheckoutCall, type HttpContext, json, type Route } from './route.ts'

/** What the checkout is drawn for: where the buyer is, what he reads, and what he paid with last. */
const buyerQuery = () =>
  z.strictObject({
    surface: z.optional(z.enum(SURFACES)),
    os: z.optional(z.enum(OPERATING_SYSTEMS)),
    inApp: z.optional(z.string().check(z.regex(/^[a-z0-9_]{1,32}$/))),
    locale: z.optional(z.string().check(z.regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/))),
    last: z.optional(z.string().check(z.regex(/^[a-z0-9_]{1,32}$/))),
  })

/** `/v1/checkout`: what a buyer's browser does with one session. */
export function checkoutRoutes({ engine, heldRequests }: HttpContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/checkout',
      access: 'checkout',
      operationId: 'readCheckout',
      summary: 'Read the checkout; with If-None-Match and Prefer: wait=25 held until it changes',
      query: buyerQuery,
      success: {
        status: 200,
        description:
          'The checkout view with its ETag (304 without a body when it is still the one named). A status token gets version, session status and payment status only.',
        schema: checkoutView,
      },
      async handle(call) {
        const { capability, request } = call
        const context = readContext(call)
        const reading = await engine.readCheckout(capability.sessionId, context)
        if (!matchesTag(request.headers, reading.tag)) return toAnswer(call, reading)
        const waitSeconds = Math.min(readPreferredWait(request.headers), REQUEST_LIMITS.waitSeconds)
        if (waitSeconds === 0) return notModified(reading.tag, {})

        const { signal, leave } = heldRequests.join(capability.sessionId, request.signal)
        try {
          const next = await engine.waitForCheckout(capability.sessionId, reading.tag, {
            timeoutMs: waitSeconds * 1000,
            signal,
            context,
          })
          const applied = { 'preference-applied': `wait=${waitSeconds}` }
          return next ? toAnswer(call, next, applied) : notModified(reading.tag, applied)
        } finally {
          leave()
        }
      },
    },
    {
      method: 'POST',
      path: '/v1/checkout/payments',
      access: 'checkout',
      operationId: 'startPayment',
      summary: 'Pay with a method: commits an attempt, answers with the view as it is after at most 800 ms',
      body: payRequest,
      query: buyerQuery,
      success: { status: 200, description: 'The checkout view', schema: checkoutView },
      problems: [
        'card_number_refused',
        'payment_in_progress',
        'session_not_open',
        'quote_changed',
        'method_unavailable',
        'attempts_exhausted',
        'idempotency_key_in_flight',
        'idempotency_key_reused',
      ],
      async handle(call) {
        refuseStatusToken(call)
        const { body, key } = await readCommand(call.request, payRequest())
        const context = readContext(call)
        const device = body.device ?? context.device
        const { sessionId } = call.capability
        return toAnswer(call, await engine.startPayment(sessionId, body, key, { ...context, device }))
      },
    },
    {
      method: 'POST',
      path: '/v1/checkout/cancel',
      access: 'checkout',
      operationId: 'cancelCheckout',
      summary: 'The buyer wants another method',
      body: checkoutCancelRequest,
      query: buyerQuery,
      success: { status: 200, description: 'The checkout view', schema: checkoutView },
      problems: ['session_not_open', 'invalid_state', 'idempotency_key_in_flight', 'idempotency_key_reused'],
      async handle(call) {
        refuseStatusToken(call)
        const { key } = await readCommand(call.request, checkoutCancelRequest())
        const context = readContext(call)
        return toAnswer(call, await engine.cancelCheckout(call.capability.sessionId, key, context))
      },
    },
  ]
}

function refuseStatusToken({ capability }: CheckoutCall): void {
  if (capability.scope === 'st')
    throw new ApiProblem('unauthorized', 'a status token reads a status; send the session’s client token')
}

function readContext({ url }: CheckoutCall): ViewContext {
  const { locale, last, ...device } = readQuery(url, buyerQuery())
  return { device: toDevice(device), locale, last }
}

function toDevice({
  surface,
  ...rest
}: Omit<z.infer<ReturnType<typeof buyerQuery>>, 'locale' | 'last'>): Device | undefined {
  if (surface !== undefined) return { surface, ...rest }
  if (rest.os !== undefined || rest.inApp !== undefined)
    throw new ApiProblem('invalid_request', 'surface is missing: it goes with os and inApp', {
      path: 'surface',
    })
  return undefined
}

function toAnswer(
  { capability }: CheckoutCall,
  reading: CheckoutReading,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = capability.scope === 'st' ? toReturnStatus(reading.state) : reading.view
  return json(body, 200, { etag: toETag(reading.tag), ...headers })
}

function notModified(tag: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(null, { status: 304, headers: { etag: toETag(tag), ...headers } })
}
