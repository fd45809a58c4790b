import { bankList } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import { matchesTag } from './conditional.ts'
import { readQuery } from './read-query.ts'
import type { HttpContext, Route } from './route.ts'

const banksQuery = () => z.strictObject({ h: z.optional(z.string().check(z.regex(/^[\w-]{1,64}$/))) })

/**
 * `/v1/checkout/banks`: the banks of the SBP. The same for everybody, so it needs no token, any page may read it, and a cache
 * between may keep it: a buyer's phone asks without a preflight.
 */
export function bankRoute({ banks }: HttpContext): Route {
  return {
    method: 'GET',
    path: '/v1/checkout/banks',
    access: 'public',
    operationId: 'listBanks',
    summary: 'List the banks of the SBP; with the hash that a checkout view names, cached for ever',
    query: banksQuery,
    success: {
      status: 200,
      description:
        'The banks. Under a hash that is not known (any more) the list in use, cached for a minute: its own hash is its ETag.',
      schema: bankList,
    },
    async handle({ request, url }) {
      const { h } = readQuery(url, banksQuery())
      const asked = h === undefined ? undefined : banks.find(h)
      const { hash, body } = asked ?? banks.current()
      const headers = {
        etag: `"${hash}"`,
        'cache-control': asked ? 'public, max-age=31536000, immutable' : 'public, max-age=60',
        'access-control-allow-origin': '*',
      }
      if (matchesTag(request.headers, hash)) return new Response(null, { status: 304, headers })
      return new Response(body, { headers: { ...headers, 'content-type': 'application/json' } })
    },
  }
}
