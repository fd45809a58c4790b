import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from './accounts.ts'
import { DEPARTURE_2022_03 } from './departure-2022-03.ts'
import { isConnectionReset } from './interfere.ts'
import { valueAt } from './json.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { tbankToken } from './tbank/token.ts'
import { antomMerchant, antomPay, cardHold, sbpPayment, yookassaMerchant } from './testing.ts'

const BASE = 'http://sandbox.example'
const NAME = 'departure-2022-03'
const DAY_SECONDS = 86_400

let sandbox: Sandbox
let antom: ReturnType<typeof antomMerchant>
let yookassa: ReturnType<typeof yookassaMerchant>
let made = 0

beforeEach(() => {
  sandbox = createSandbox({ seed: 1, publicUrl: BASE })
  antom = antomMerchant(sandbox.fetch, `${BASE}/antom`)
  yookassa = yookassaMerchant(sandbox.fetch, `${BASE}/yookassa`)
})
afterEach(() => sandbox.close())

const standAt = (from: string) => sandbox.control.apply({ scenario: { name: NAME, from } })
const payments = (id: string) => sandbox.control.state().doubles.find((one) => one.id === id)!.ledger.payments

async function approve(id: string, issuer?: string) {
  const body = issuer === undefined ? '' : `issuer=${issuer}`
  const { payUrl } = payments(id).at(-1)!
  const answer = await sandbox.fetch(new Request(`${payUrl}/approve`, { method: 'POST', body }))
  return isConnectionReset(answer) ? 'reset' : valueAt(await answer.json(), 'status')
}

/** A payment abroad by card, where Antom is the acquirer. */
async function cardAbroad(issuer?: string, fields: Record<string, unknown> = {}) {
  made += 1
  await antom('pay', antomPay(`pay_${made}`, { paymentMethod: { paymentMethodType: 'CARD' }, ...fields }))
  return approve('antom', issuer)
}

async function alipay() {
  made += 1
  await antom('pay', antomPay(`pay_${made}`))
  return approve('antom')
}

/** A payment in Russia by card. */
async function cardAtHome(issuer?: string) {
  made += 1
  await yookassa('POST', '/payments', `key-${made}`, cardHold({ capture: true }))
  return approve('yookassa', issuer)
}

/** A payment in Russia by card, where T-Bank is the acquirer. */
async function cardAtTbank(issuer?: string) {
  made += 1
  const { terminalKey, password } = sandboxAccounts.tbank
  const params = { TerminalKey: terminalKey, Amount: 1000, OrderId: `pay_${made}` }
  const body = JSON.stringify({ ...params, Token: tbankToken(params, password) })
  await sandbox.fetch(new Request(`${BASE}/tbank/v2/Init`, { method: 'POST', body }))
  return approve('tbank', issuer)
}

async function sbp() {
  made += 1
  await yookassa('POST', '/payments', `key-${made}`, sbpPayment())
  return approve('yookassa')
}

describe('10 March 2022, 00:01 in Moscow', () => {
  it('cards stop at the border to the minute, and nothing else stops', async () => {
    await standAt('2022-03-10T00:00:00+03:00')
    expect([await cardAbroad(), await cardAtHome('abroad')]).toEqual(['succeeded', 'succeeded'])
    await sandbox.control.apply({ advanceSeconds: 60 })
    expect([await cardAbroad(), await cardAtHome('abroad')]).toEqual(['failed', 'failed'])
    expect([await cardAbroad('abroad'), await cardAtHome('RU'), await cardAtHome()]).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ])
    expect([await alipay(), await sbp()]).toEqual(['succeeded', 'succeeded'])
  })

  it('each provider says it in its own words', async () => {
    await standAt('2022-03-10T12:00:00+03:00')
    await cardAbroad()
    const { body } = await antom('inquiryPayment', { paymentRequestId: `pay_${made}` })
    expect(body['paymentResultCode']).toBe('SELECTED_CARD_BRAND_NOT_AVAILABLE')
    expect([await cardAtTbank(), await cardAtTbank('abroad')]).toEqual(['succeeded', 'pending'])
    expect(payments('tbank').at(-1)!.nativeStatus).toBe('AUTH_FAIL')
    await cardAtHome('abroad')
    const read = await yookassa('GET', `/payments/${payments('yookassa').at(-1)!.id}`)
    expect(valueAt(read.body, 'cancellation_details.reason')).toBe('country_forbidden')
  })
})

it('after the clearing has ended, what was held can neither be taken nor given back', async () => {
  const hold = { paymentFactor: { isAuthorization: true, captureMode: 'MANUAL' } }
  await standAt('2022-03-09T12:00:00+03:00')
  await cardAbroad('RU', hold)
  const { id: paymentId } = payments('antom').at(-1)!
  const amount = { currency: 'CNY', value: '100' }
  const capture = (captureRequestId: string) =>
    antom('capture', { captureRequestId, paymentId, captureAmount: amount })
  expect(valueAt((await capture('cap_1')).body, 'result.resultStatus')).toBe('S')
  await sandbox.control.apply({ advanceSeconds: 2 * DAY_SECONDS })
  expect(valueAt((await capture('cap_2')).body, 'result.resultStatus')).toBe('F')
  const refund = { refundRequestId: 're_1', paymentId, refundAmount: amount }
  expect(valueAt((await antom('refund', refund)).body, 'result.resultStatus')).toBe('F')
})

it('for a day nobody opens the card page of a Russian provider', async () => {
  await standAt('2022-03-14T23:00:00+03:00')
  expect(await cardAtHome()).toBe('succeeded')
  await sandbox.control.apply({ advanceSeconds: 3_600 })
  expect([await cardAtHome(), await cardAtTbank(), await sbp()]).toEqual(['reset', 'reset', 'succeeded'])
  await sandbox.control.apply({ advanceSeconds: DAY_SECONDS })
  expect(await cardAtHome()).toBe('succeeded')
})

describe('the timeline', () => {
  it('begins a day before the first event, wherever virtual time is', async () => {
    const { departure } = await sandbox.control.apply({ scenario: { name: NAME } })
    expect(departure!.now).toMatch(/^2022-02-25T21:00:00/)
    expect(departure!.steps.map(({ state }) => state)).toEqual(DEPARTURE_2022_03.map(() => 'ahead'))
    const ahead = Date.parse(departure!.steps[0]!.virtualAt) - Date.now()
    expect(Math.round(ahead / 1000 / DAY_SECONDS)).toBe(1)
  })

  it('is virtual time itself in 2022', async () => {
    sandbox.close()
    sandbox = createSandbox({ now: () => Date.UTC(2022, 2, 12) })
    const { departure } = await sandbox.control.apply({ scenario: { name: NAME } })
    expect(departure!.now).toBe('2022-03-12T00:00:00.000Z')
    expect(departure!.steps.filter(({ state }) => state === 'on').map(({ id }) => id)).toEqual([
      'phone-wallets',
      'visa-mastercard',
      'clearing',
    ])
  })

  it('moves with virtual time and ends with the scenario', async () => {
    await standAt('2022-03-15T12:00:00+03:00')
    const after = await sandbox.control.apply({ advanceSeconds: DAY_SECONDS })
    expect(after.departure!.steps.at(-1)).toMatchObject({ id: 'certificates', state: 'over' })
    expect((await sandbox.control.apply({ clear: NAME })).departure).toBeNull()
  })

  it('keeps to one double', async () => {
    await sandbox.control.apply({
      scenario: { name: NAME, double: 'yookassa', from: '2022-03-10T12:00:00+03:00' },
    })
    expect([await cardAbroad(), await cardAtHome('abroad')]).toEqual(['succeeded', 'failed'])
  })
})

it('is in order, dated with an offset, sourced, in three languages', () => {
  const times = DEPARTURE_2022_03.map(({ at }) => Date.parse(at))
  expect(times).toEqual([...times].sort((a, b) => a - b))
  for (const { at, source, title } of DEPARTURE_2022_03) {
    expect(at).toMatch(/\+03:00$/)
    expect([source, title.en, title.ru, title.zh].every((text) => text.length > 0)).toBe(true)
  }
})
