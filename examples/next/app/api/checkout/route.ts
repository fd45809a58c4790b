import { startCheckout } from '../../payments'
import { TEA } from '../../tea'

export async function POST(request: Request): Promise<Response> {
  const { data } = (await request.json()) as { readonly data?: { readonly sku?: unknown } }
  if (data?.sku !== TEA.sku) return Response.json({ code: 'invalid_request' }, { status: 400 })
  const started = await startCheckout(request.headers.get('idempotency-key') ?? undefined)
  return Response.json(started, { headers: { 'cache-control': 'no-store' } })
}
