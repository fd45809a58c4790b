import type { CheckoutView } from '@teabrick/core/contract'
import { afterEach, expect, it } from 'vitest'
import { type ApiRig, createApiRig } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

/** Providers that nobody reaches, as long as they are named. */
async function createRig(gone: ReadonlySet<string>): Promise<void> {
  rig = await createApiRig({
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const [, double = ''] = new URL(request.url).pathname.split('/')
      if (gone.has(double))
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
      return rig.sandbox.fetch(request)
    },
  })
}

const offered = ({ methods }: CheckoutView) => methods.map(({ id }) => id)
const absent = ({ unavailable }: CheckoutView) =>
  Object.fromEntries(unavailable.map(({ id, reason }) => [id, reason]))

/** Holds a checkout open as a browser does, until what it shows meets the condition. */
async function watch(token: string, holds: (view: CheckoutView) => boolean): Promise<CheckoutView> {
  let etag = '""'
  while (true) {
    const headers = { 'if-none-match': etag, prefer: 'wait=25' }
    const response = await rig.checkout(token, 'GET', '/v1/checkout?surface=desktop', undefined, headers)
    if (response.status !== 200) continue
    etag = response.headers.get('etag') ?? ''
    const view = (await response.json()) as CheckoutView
    if (holds(view)) return view
  }
}

async function loseBuyers(method: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const { clientToken } = await rig.session()
    expect((await rig.pay(clientToken, method)).payment).toMatchObject({
      status: 'failed',
      failure: { code: 'provider_unavailable' },
    })
  }
}

it('takes a method away with a reason when all its rails are down, and leaves the others', async () => {
  const gone = new Set<string>()
  await createRig(gone)
  const { clientToken } = await rig.session()
  const open = watch(clientToken, ({ methods }) => methods.length === 1)
  gone.add('yookassa')
  await loseBuyers('sbp')
  const view = await open
  expect(offered(view)).toEqual(['alipay'])
  expect(absent(view)).toEqual({ sbp: 'down', bank_card: 'down' })
})

it('says that every method is down, keeps the order, and comes back by itself', async () => {
  const gone = new Set<string>()
  await createRig(gone)
  const { id, clientToken } = await rig.session()
  const all = watch(clientToken, ({ methods }) => methods.length === 0)
  gone.add('yookassa').add('antom')
  await loseBuyers('sbp')
  await loseBuyers('alipay')
  const dead = await all
  expect(dead).toMatchObject({ session: { id, status: 'open' }, payment: null })
  expect(absent(dead)).toEqual({ alipay: 'down', sbp: 'down', bank_card: 'down' })
  const refused = await rig.checkout(clientToken, 'POST', '/v1/checkout/payments', { method: 'sbp' })
  expect([refused.status, await refused.json()]).toEqual([
    409,
    expect.objectContaining({ code: 'method_unavailable', view: expect.objectContaining({ methods: [] }) }),
  ])

  // Nobody asks for anything but what he sees: the providers are asked whether they are back.
  gone.clear()
  const alive = await watch(clientToken, ({ methods }) => methods.length === 3)
  expect(offered(alive)).toEqual(expect.arrayContaining(['sbp', 'alipay']))
  const { payment } = await rig.pay(clientToken, 'sbp')
  await rig.buyer(payment?.nextAction?.qr?.payload ?? '', 'approve')
  await watch(clientToken, ({ session }) => session.status === 'complete')
})
