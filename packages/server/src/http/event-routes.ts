import { EVENT_ID, type EventRecord, eventList, eventRecord } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import { ApiProblem } from '../api-problem.ts'
import { readCommand } from './read-command.ts'
import { readQuery } from './read-query.ts'
import { requireId } from './require-id.ts'
import { type HttpContext, json, type Route } from './route.ts'

const PAGE_SIZE = 20

const eventListQuery = () =>
  z.strictObject({
    cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
    limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/, { error: 'must be 1 to 100' }))),
  })

/** `/v1/events`: what was or will be sent to the merchant's webhooks. */
export function eventRoutes({ store, options, onDeliveriesDue }: HttpContext): readonly Route[] {
  const merchantId = options.merchant.id

  // Page by page: redelivery is done by hand, and mostly of what happened lately.
  async function findEvent(id: string): Promise<EventRecord> {
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof store.listEvents>> = await store.listEvents({
        merchantId,
        cursor,
        limit: 100,
      })
      const found = page.items.find((event) => event.id === id)
      if (found) return found
      cursor = page.nextCursor
    } while (cursor !== null)
    throw new ApiProblem('not_found', 'no such event')
  }

  return [
    {
      method: 'GET',
      path: '/v1/events',
      access: 'merchant',
      operationId: 'listEvents',
      summary: 'List events with their deliveries, newest first',
      query: eventListQuery,
      success: { status: 200, description: 'A page of events', schema: eventList },
      async handle({ url }) {
        const { cursor, limit } = readQuery(url, eventListQuery())
        return json(
          await store.listEvents({
            merchantId,
            cursor: cursor ?? null,
            limit: limit === undefined ? PAGE_SIZE : Number(limit),
          }),
        )
      },
    },
    {
      method: 'POST',
      path: '/v1/events/{id}/redeliver',
      access: 'merchant',
      operationId: 'redeliverEvent',
      summary: 'Send an event again to every endpoint, with the same id',
      body: () => z.strictObject({}),
      success: { status: 200, description: 'The event, its deliveries due now', schema: eventRecord },
      problems: ['not_found'],
      async handle({ request, params }) {
        const id = requireId(params['id'], EVENT_ID)
        await readCommand(request, z.strictObject({}))
        if (!(await store.redeliver(merchantId, id))) throw new ApiProblem('not_found', 'no such event')
        onDeliveriesDue()
        return json(await findEvent(id))
      },
    },
  ]
}
