import { optionalText, requiredText } from './fields.ts'
import { TbankRefusal } from './refusal.ts'
import type { TbankCall } from './store.ts'

/** Somebody a shop knows by its own key. */
export interface TbankCustomer {
  readonly email: string | undefined
  readonly phone: string | undefined
}

/** A card that a customer has paid with. */
export interface TbankCard {
  readonly cardId: string
  readonly customerKey: string
  readonly rebillId: string | undefined
  status: 'A' | 'D'
}

export function customerKeyOf(terminalKey: string, customerKey: string): string {
  return `${terminalKey}\n${customerKey}`
}

/** POST /v2/AddCustomer: https://developer.tbank.ru/eacq/api/add-customer */
export function addCustomer({ body, store, terminal }: TbankCall): object {
  const customerKey = requiredText(body, 'CustomerKey', 36)
  const customer = { email: optionalText(body, 'Email', 64), phone: optionalText(body, 'Phone', 64) }
  store.customers.set(customerKeyOf(terminal.terminalKey, customerKey), customer)
  return { CustomerKey: customerKey }
}

/** POST /v2/GetCustomer: https://developer.tbank.ru/eacq/api/get-customer */
export function getCustomer(call: TbankCall): object {
  const customerKey = requiredText(call.body, 'CustomerKey', 36)
  const { email, phone } = findCustomer(call, customerKey)
  return {
    CustomerKey: customerKey,
    ...(email === undefined ? {} : { Email: email }),
    ...(phone === undefined ? {} : { Phone: phone }),
  }
}

/** POST /v2/RemoveCustomer: https://developer.tbank.ru/eacq/api/remove-customer */
export function removeCustomer(call: TbankCall): object {
  const customerKey = requiredText(call.body, 'CustomerKey', 36)
  findCustomer(call, customerKey)
  call.store.customers.delete(customerKeyOf(call.terminal.terminalKey, customerKey))
  return { CustomerKey: customerKey }
}

/** POST /v2/GetCardList: https://developer.tbank.ru/eacq/api/get-card-list. A bare list, removed cards among them. */
export function getCardList(call: TbankCall): readonly object[] {
  const customerKey = requiredText(call.body, 'CustomerKey', 36)
  findCustomer(call, customerKey)
  return cardsOf(call, customerKey).map((card) => ({
    CardId: card.cardId,
    Pan: '220138******4477',
    Status: card.status,
    ...(card.rebillId === undefined ? {} : { RebillId: card.rebillId }),
    CardType: 0,
    ExpDate: '1230',
  }))
}

/** POST /v2/RemoveCard: https://developer.tbank.ru/eacq/api/remove-card */
export function removeCard(call: TbankCall): object {
  const customerKey = requiredText(call.body, 'CustomerKey', 36)
  const cardId = requiredText(call.body, 'CardId', 40)
  const card = cardsOf(call, customerKey).find((one) => one.cardId === cardId && one.status === 'A')
  if (!card) throw new TbankRefusal('231', 'Для данного клиента такая карта не существует')
  card.status = 'D'
  return { Status: card.status, CustomerKey: customerKey, CardId: cardId, CardType: 0 }
}

function cardsOf({ store, terminal }: TbankCall, customerKey: string): TbankCard[] {
  return store.cards.get(customerKeyOf(terminal.terminalKey, customerKey)) ?? []
}

function findCustomer({ store, terminal }: TbankCall, customerKey: string): TbankCustomer {
  const customer = store.customers.get(customerKeyOf(terminal.terminalKey, customerKey))
  if (!customer) throw new TbankRefusal('503')
  return customer
}
