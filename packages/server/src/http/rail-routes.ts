import {
  type Device,
  type RailQuery,
  rail,
  railList,
  railQuery,
  railUpdateRequest,
} from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { Purchase } from '../domain/explain.ts'
import { readJson } from './read-command.ts'
import { readQuery } from './read-query.ts'
import { requireId } from './require-id.ts'
import { type HttpContext, json, type Route } from './route.ts'

const RAIL_ID = /^[a-z0-9_-]{1,32}:[a-z0-9_]{1,32}$/

/** `/v1/rails`: what can carry money, and the switch an operator throws. */
export function railRoutes({ engine, onDeliveriesDue }: HttpContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/rails',
      access: 'merchant',
      operationId: 'listRails',
      summary:
        'List rails with their facts, health and success; with a purchase, whether each would carry it and why not',
      query: railQuery,
      success: { status: 200, description: 'All rails of the merchant', schema: railList },
      async handle({ url }) {
        return json(await engine.listRails(toPurchase(readQuery(url, railQuery()))))
      },
    },
    {
      method: 'PUT',
      path: '/v1/rails/{id}',
      access: 'merchant',
      operationId: 'updateRail',
      summary: 'Suspend a rail or make it active again',
      body: railUpdateRequest,
      success: { status: 200, description: 'The rail as it is', schema: rail },
      problems: ['not_found'],
      async handle({ request, params, actor }) {
        const id = requireId(params['id'], RAIL_ID)
        const body = await readJson(request, railUpdateRequest())
        // The year 0000 is ISO 8601 and no year of the database's.
        if (body.until !== undefined && Date.parse(body.until) < 0)
          throw new ApiProblem(
            'invalid_request',
            `until is ${body.until}; write a moment to come, or leave it out`,
            { path: 'until' },
          )
        const updated = await engine.updateRail(id, body, actor)
        onDeliveriesDue()
        return json(updated)
      },
    },
  ]
}

/** The purchase that the query describes; undefined when it describes none. */
function toPurchase(query: RailQuery): Purchase | undefined {
  const { amount, currency, capture, escrow, split, splits, locale, last } = query
  if (amount === undefined && currency === undefined) {
    if (Object.values(query).some((value) => value !== undefined)) throw missing('amount')
    return undefined
  }
  if (amount === undefined) throw missing('amount')
  if (currency === undefined) throw missing('currency')
  if (split !== undefined && splits !== undefined && split !== splits)
    throw new ApiProblem('invalid_request', 'splits contradicts split; send one of them', { path: 'splits' })
  return {
    amount: { currency, minorUnits: Number(amount) },
    capture: capture ?? 'automatic',
    escrow: escrow === 'true',
    splits: (split ?? splits) === 'true',
    device: toDevice(query),
    locale,
    last,
  }
}

/** A system says which surface it is on; an app's built-in browser is a phone's. */
function toDevice({ surface, os, inApp }: RailQuery): Device | undefined {
  if (surface !== undefined) return { surface, os, inApp }
  if (os === undefined && inApp === undefined) return undefined
  const isDesktop = os === 'windows' || os === 'macos' || os === 'linux'
  return { surface: isDesktop ? 'desktop' : 'mobile', os, inApp }
}

const missing = (field: string): ApiProblem =>
  new ApiProblem('invalid_request', `${field} is missing; describe the purchase by amount and currency`, {
    path: field,
  })
