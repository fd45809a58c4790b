import type { CheckoutView, NextAction } from '@teabrick/core/contract'
import type { DrillBuyer, Means } from './buyers.ts'
import type { DrillPurchase, DrillTry } from './drill-report.ts'
import type { OpenCheckout, Stage } from './stage.ts'

/** What has happened to the buyer's phone. */
export interface World {
  readonly areBankAppsGone: boolean
}

/** How long a buyer needs at his bank, and how often he looks whether it worked. */
const AT_THE_BANK_SECONDS = 3
const LOOKS = 10

const CONTACT = { phone: '+79990000000', email: 'buyer@example.com' }

/**
 * One buyer pays one order: the first method of those he uses that the checkout shows him, then the next, until one works or
 * none is left. He never begins again with a new order.
 *
 * @param seen What his checkout showed when he chose; it may be a minute old.
 */
export async function buy(
  buyer: DrillBuyer,
  checkout: OpenCheckout,
  seen: CheckoutView,
  stage: Pick<Stage, 'pass' | 'approve'>,
  world: World,
): Promise<DrillPurchase> {
  const tries: DrillTry[] = []
  let view = seen
  for (const means of buyer.means) {
    for (const method of means.methods) {
      if (view.session.status !== 'open' || !view.methods.some(({ id }) => id === method)) continue
      const tried = await tryToPay(method, means, buyer, checkout, view, stage, world)
      view = tried.view
      tries.push(tried.result)
      if (tried.result.result === 'paid')
        return { buyer: buyer.id, outcome: 'paid', tries, kept: tries.length > 1 }
    }
  }
  return { buyer: buyer.id, outcome: tries.length > 0 ? 'lost' : 'not_served', tries, kept: false }
}

async function tryToPay(
  method: string,
  means: Means,
  { device }: DrillBuyer,
  checkout: OpenCheckout,
  seen: CheckoutView,
  stage: Pick<Stage, 'pass' | 'approve'>,
  { areBankAppsGone }: World,
): Promise<{ readonly result: DrillTry; readonly view: CheckoutView }> {
  const requires = seen.methods.find(({ id }) => id === method)?.requires ?? []
  const started = await checkout.pay({
    method,
    device,
    ...(requires.length > 0 ? { contact: CONTACT } : {}),
  })
  if (!started.ok) {
    const view = started.view ?? (await checkout.read())
    const reason = view.unavailable.find(({ id }) => id === method)?.reason ?? started.code
    return { result: { method, result: 'refused', reason }, view }
  }
  let { view } = started
  for (let look = 0; look < LOOKS && isOnItsWay(view); look++) view = await lookAgain(checkout, stage)

  const action = view.payment?.nextAction ?? null
  if (view.payment?.status === 'requires_action' && action !== null) {
    const payUrl = payUrlOf(action, means)
    const isAppMissing = areBankAppsGone && means.needsBankApp === true
    const reached =
      payUrl === null || isAppMissing ? 'unreachable' : await stage.approve(payUrl, means.issuer)
    if (reached === 'unreachable') {
      const result = isAppMissing ? 'app_missing' : 'unreachable'
      return {
        result: { method, result, reason: isAppMissing ? 'app_not_in_store' : 'page_unreachable' },
        view: await chooseAgain(checkout, stage),
      }
    }
    for (let look = 0; look < LOOKS && isPending(view); look++) view = await lookAgain(checkout, stage)
  }
  const { payment } = view
  if (payment?.status === 'succeeded' || payment?.status === 'authorized')
    return { result: { method, result: 'paid', reason: null }, view }
  const reason = payment?.failure?.code ?? payment?.status ?? 'declined'
  if (isPending(view)) view = await chooseAgain(checkout, stage)
  return { result: { method, result: 'failed', reason }, view }
}

async function lookAgain(checkout: OpenCheckout, stage: Pick<Stage, 'pass'>): Promise<CheckoutView> {
  await stage.pass(AT_THE_BANK_SECONDS)
  return await checkout.read()
}

async function chooseAgain(checkout: OpenCheckout, stage: Pick<Stage, 'pass'>): Promise<CheckoutView> {
  const answer = await checkout.chooseAgain()
  let view = answer.view ?? (await checkout.read())
  for (let look = 0; look < LOOKS && isPending(view); look++) view = await lookAgain(checkout, stage)
  return view
}

const isOnItsWay = ({ payment }: CheckoutView): boolean =>
  payment?.status === 'created' || payment?.status === 'processing'

const isPending = (view: CheckoutView): boolean =>
  isOnItsWay(view) || view.payment?.status === 'requires_action' || view.payment?.status === 'canceling'

/** Where the buyer lands: by the first way he uses that the payment offers. */
function payUrlOf({ qr, appLink, banks, redirect }: NextAction, { by }: Means): string | null {
  const links = {
    qr: qr?.payload,
    appLink: appLink?.universal,
    banks: banks?.link,
    redirect: redirect?.url,
    bridge: undefined,
    wait: undefined,
  }
  for (const way of by) {
    const link = links[way]
    if (link !== undefined) return link
  }
  return null
}
