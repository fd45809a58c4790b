import { valueAt } from '../json.ts'
import { uuid } from '../random.ts'
import { optionalText } from './fields.ts'
import { invalid, YookassaRefusal } from './refusal.ts'
import type { YookassaCall } from './store.ts'

/** Where one kind of news goes, as an OAuth application set it up. */
export interface YookassaWebhook {
  readonly id: string
  readonly shopId: string
  readonly event: string
  readonly url: string
}

const EVENTS = [
  'payment.waiting_for_capture',
  'payment.succeeded',
  'payment.canceled',
  'payment_method.active',
  'refund.succeeded',
  'payout.succeeded',
  'payout.canceled',
  'deal.closed',
]

/** POST /v3/webhooks: https://yookassa.ru/developers/api#create_webhook */
export function createWebhook(call: YookassaCall): object {
  requireOauth(call)
  const { body, store, shop, world } = call
  const event = valueAt(body, 'event')
  if (typeof event !== 'string' || !EVENTS.includes(event))
    throw invalid('event', `The event is one of ${EVENTS.join(', ')}`)
  const url = optionalText(body, 'url', 2048)
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw invalid('url', 'The parameter url must be an absolute URL')
  const webhook = { id: `wh-${uuid(world.random)}`, shopId: shop.shopId, event, url }
  store.webhooks.set(webhook.id, webhook)
  return toObject(webhook)
}

/** GET /v3/webhooks */
export function listWebhooks(call: YookassaCall): object {
  requireOauth(call)
  const mine = [...call.store.webhooks.values()].filter(({ shopId }) => shopId === call.shop.shopId)
  return { type: 'list', items: mine.map(toObject) }
}

/** DELETE /v3/webhooks/{id} */
export function removeWebhook(call: YookassaCall, id: string): object {
  requireOauth(call)
  if (call.store.webhooks.get(id)?.shopId !== call.shop.shopId)
    throw new YookassaRefusal(404, 'not_found', "Webhook doesn't exist or access denied", 'webhook_id')
  call.store.webhooks.delete(id)
  return {}
}

function requireOauth({ isOauth }: YookassaCall): void {
  if (isOauth) return
  throw new YookassaRefusal(
    403,
    'forbidden',
    'Webhooks are managed with an OAuth token, or in the shop’s settings',
  )
}

function toObject({ id, event, url }: YookassaWebhook): object {
  return { id, event, url }
}
