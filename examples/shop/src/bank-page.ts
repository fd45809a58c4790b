import type { SandboxControl } from '@teabrick/sandbox'

/**
 * The page in the browser of the demo's banks, at `/bank/<id of the SBP link>`: leads to the payment's page at whichever
 * provider's double has it. Found in the ledgers, not by asking the doubles: a scenario may be waiting for the next who asks.
 */
export function createBankPage(sandbox: Pick<SandboxControl, 'state'>): (request: Request) => Response {
  return ({ url }) => {
    const { pathname, search } = new URL(url)
    const id = pathname.slice(pathname.lastIndexOf('/'))
    const payments = sandbox.state().doubles.flatMap(({ ledger }) => ledger.payments)
    const payment = /^\/AD[0-9A-Z]{30}$/.test(id) && payments.find(({ payUrl }) => payUrl.endsWith(id))
    if (!payment) return new Response('No such payment', { status: 404 })
    return new Response(null, { status: 303, headers: { location: payment.payUrl + search } })
  }
}
