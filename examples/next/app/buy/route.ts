import { startCheckout } from '../payments'

/** The link inside the button: pays without JavaScript, on the hosted page. */
export async function GET(): Promise<Response> {
  const { url } = await startCheckout(undefined)
  return new Response(null, { status: 303, headers: { location: String(url), 'cache-control': 'no-store' } })
}
