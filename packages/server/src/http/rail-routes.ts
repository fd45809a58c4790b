import { rail, railList, railUpdateRequest } from '@teabrick/core/contract'
import { readJson } from './read-command.ts'
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
      summary: 'List rails with their state and why',
      success: { status: 200, description: 'All rails of the merchant', schema: railList },
      async handle() {
        return json(await engine.listRails())
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
        const updated = await engine.updateRail(id, await readJson(request, railUpdateRequest()), actor)
        onDeliveriesDue()
        return json(updated)
      },
    },
  ]
}
