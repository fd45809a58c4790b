import { isPayError, verifyWebhook } from '@teabrick/core/merchant'
import type { Orders } from './orders.ts'
import { ShopProblem } from './problem.ts'

const MAX_BYTES = 256 * 1024

/**
 * Answers one webhook: 204 when its content is on the shop's disk, so that a lost answer is followed by another delivery.
 *
 * @throws ShopProblem when it is not from the payment API or cannot be read.
 */
export async function receiveWebhook(
  request: Request,
  secrets: readonly string[],
  orders: Orders,
): Promise<Response> {
  const rawBody = await request.arrayBuffer()
  if (rawBody.byteLength > MAX_BYTES) {
    throw new ShopProblem(413, 'payload_too_large', `the body is larger than ${MAX_BYTES} bytes`)
  }
  try {
    orders.receive(await verifyWebhook({ rawBody, headers: request.headers, secrets }))
  } catch (error) {
    if (isPayError(error)) throw new ShopProblem(400, error.code, error.message)
    throw error
  }
  return new Response(null, { status: 204 })
}
