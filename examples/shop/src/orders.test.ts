import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebhookEvent } from '@teabrick/core/contract'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseCart } from './cart.ts'
import { openJournal } from './journal.ts'
import { createOrders, type Orders } from './orders.ts'

let folder: string
const file = () => join(folder, 'orders.jsonl')
const open = (): Orders => createOrders(openJournal(file()))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-orders-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const GAIWAN = { lines: parseCart('gaiwan:1'), locale: 'ru', key: 'k'.repeat(22) } as const

/** An event as verifyWebhook gives it, with what the shop reads of it. */
function event(id: string, type: string, reference: string, minorUnits = 168_000): WebhookEvent {
  const session = {
    id: 'cs_1',
    status: 'complete',
    order: { reference },
    amount: { currency: 'RUB', minorUnits },
  }
  return { id, type, timestamp: '', sequence: 1, data: { session } } as unknown as WebhookEvent
}

it('places one order for one key, also after a restart', () => {
  const first = open()
  expect(first.place(GAIWAN)?.reference).toBe('A-1001')
  expect(first.place({ ...GAIWAN, key: 'l'.repeat(22) })?.reference).toBe('A-1002')
  const key = first.find('A-1001')?.sessionKey
  first.close()
  const second = open()
  expect(second.place(GAIWAN)).toMatchObject({ reference: 'A-1001', sessionKey: key })
  expect(second.place({ ...GAIWAN, key: 'm'.repeat(22) })?.reference).toBe('A-1003')
  second.close()
})

it('refuses a key that stands for other goods', () => {
  const orders = open()
  orders.place(GAIWAN)
  expect(orders.place({ ...GAIWAN, lines: parseCart('gaiwan:2') })).toBeNull()
  orders.close()
})

it('sends goods to packing once, however often and in whatever order the news come', () => {
  const orders = open()
  orders.place(GAIWAN)
  orders.receive(event('evt_2', 'session.completed', 'A-1001'))
  orders.receive(event('evt_1', 'payment.succeeded', 'A-1001'))
  orders.receive(event('evt_2', 'session.completed', 'A-1001'))
  orders.close()
  const again = open()
  again.receive(event('evt_2', 'session.completed', 'A-1001'))
  expect(again.find('A-1001')).toMatchObject({
    status: 'paid',
    fulfilledCount: 1,
    events: [
      { id: 'evt_2', count: 3 },
      { id: 'evt_1', count: 1 },
    ],
  })
  again.close()
})

it('stays paid when another session of the order expires', () => {
  const orders = open()
  orders.place(GAIWAN)
  orders.receive(event('evt_1', 'session.completed', 'A-1001'))
  orders.receive(event('evt_2', 'session.expired', 'A-1001'))
  expect(orders.find('A-1001')?.status).toBe('paid')
  orders.close()
})

it('does not send goods for a session of another amount under the same reference', () => {
  const orders = open()
  orders.place(GAIWAN)
  orders.receive(event('evt_1', 'session.completed', 'A-1001', 100))
  expect(orders.find('A-1001')).toMatchObject({ status: 'awaiting_payment', fulfilledCount: 0 })
  orders.close()
})

it('shows what arrived about a session that was made without the shop, and gives its reference to nobody else', () => {
  const orders = open()
  orders.receive(event('evt_1', 'session.completed', 'A-1001', 5_000))
  expect(orders.find('A-1001')).toMatchObject({ status: 'paid', items: null, fulfilledCount: 1 })
  expect(orders.place(GAIWAN)?.reference).toBe('A-1002')
  orders.close()
})

it('forgets the half line that a crash left', () => {
  const orders = open()
  orders.place(GAIWAN)
  orders.close()
  appendFileSync(file(), '{"kind":"placed","reference":"A-1002","it')
  const again = open()
  expect(again.find('A-1002')).toBeUndefined()
  expect(again.place({ ...GAIWAN, key: 'n'.repeat(22) })?.reference).toBe('A-1002')
  again.close()
  const third = open()
  expect(third.find('A-1002')).toBeDefined()
  third.close()
})
