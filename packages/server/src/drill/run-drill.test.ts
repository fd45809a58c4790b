import { describe, expect, it, vi } from 'vitest'
import type { Provider } from '../provider.ts'
import { OptionsError } from '../validate-options.ts'
import { ANTOM, configOf, shop, TBANK } from './drill-configs.ts'
import type { DrillReport, DrillRound } from './drill-report.ts'
import { runDrill } from './run-drill.ts'

// Hundreds of purchases each, on whatever machine.
vi.setConfig({ testTimeout: 180_000 })

const CARDS = configOf([shop(['bank_card'])])
const CARDS_AND_SBP = configOf([shop(['sbp', 'bank_card'])])
const ALL = configOf([ANTOM, shop(['sbp', 'bank_card'])])

const roundAt = ({ rounds }: DrillReport, at: string): DrillRound =>
  rounds.find((round) => round.at.startsWith(at))!
const outcome = (round: DrillRound, buyer: string) =>
  round.purchases.find((purchase) => purchase.buyer === buyer)!

const all = await runDrill({ config: ALL })

describe('a shop with Alipay, SBP and cards', () => {
  const report = all

  it('meets every day from 24 February to 31 March, and the minute of 10 March', () => {
    expect(report.rounds.filter(({ kind }) => kind === 'day')).toHaveLength(36)
    expect(report.rounds.filter(({ kind }) => kind === 'minute').map(({ at }) => at)).toEqual([
      '2022-03-10T00:01:00+03:00',
    ])
    expect(report.events.map(({ id }) => id)).toEqual([
      'phone-wallets',
      'visa-mastercard',
      'clearing',
      'jcb',
      'certificates',
      'bank-apps',
    ])
  })

  it('goes on selling to everybody but foreign cards', () => {
    expect(roundAt(report, '2022-03-09').reach).toBe(100)
    const after = roundAt(report, '2022-03-10T12')
    expect(after.purchases.filter((each) => each.outcome !== 'paid').map(({ buyer }) => buyer)).toEqual([
      'foreign-card',
    ])
    expect(outcome(after, 'foreign-card').tries).toEqual([
      { method: 'bank_card', result: 'failed', reason: 'method_restricted' },
    ])
    expect(outcome(after, 'ru-card').outcome).toBe('paid')
  })

  it('keeps the order of a buyer whose bank app is gone', () => {
    expect(outcome(roundAt(report, '2022-03-21'), 'ru-iphone')).toMatchObject({
      outcome: 'paid',
      kept: true,
      tries: [
        { method: 'sbp', result: 'app_missing' },
        { method: 'bank_card', result: 'paid' },
      ],
    })
  })

  it('loses the buyer with nothing but a card on the day of the certificate', () => {
    expect(outcome(roundAt(report, '2022-03-15'), 'ru-card')).toMatchObject({
      outcome: 'lost',
      tries: [{ result: 'unreachable' }],
    })
    expect(outcome(roundAt(report, '2022-03-16'), 'ru-card').outcome).toBe('paid')
  })

  it('has the same books as the providers, charged nobody twice, and was told of each paid order once', () => {
    expect(report.ledger).toMatchObject({ chargedTwice: 0, differences: 0, fulfilmentFaults: 0 })
    expect(report.ledger.orders).toBe(37 * report.buyers.length)
  })

  it('is the same again', async () => {
    expect(await runDrill({ config: ALL })).toEqual(report)
  })
})

it('scores a shop with cards alone low, higher with SBP, and higher still with Alipay', async () => {
  const cards = await runDrill({ config: CARDS })
  const withSbp = await runDrill({ config: CARDS_AND_SBP })
  expect(cards.score.value).toBeLessThan(60)
  expect(withSbp.score.value).toBeGreaterThan(cards.score.value)
  expect(all.score.value).toBeGreaterThan(withSbp.score.value)
})

describe('a departure in the configuration', async () => {
  const report = await runDrill({
    config: {
      ...CARDS_AND_SBP,
      departures: [
        { rail: 'yookassa:bank_card', from: '2022-03-05T18:30:00+03:00', reason: 'the bank closes cards' },
      ],
    },
  })
  const minute = roundAt(report, '2022-03-05T18:30')

  it('stops the offer on the minute', () => {
    expect(minute).toMatchObject({
      kind: 'minute',
      events: ['departures:yookassa:bank_card'],
      offeredBefore: ['sbp', 'bank_card'],
      offered: ['sbp'],
      unavailable: [{ method: 'bank_card', reason: 'departed' }],
    })
    expect(roundAt(report, '2022-03-05T12').offered).toContain('bank_card')
    expect(roundAt(report, '2022-03-06').offered).not.toContain('bank_card')
  })

  it('refuses who pressed with an old page, and takes no money', () => {
    expect(outcome(minute, 'ru-card')).toEqual({
      buyer: 'ru-card',
      outcome: 'lost',
      kept: false,
      tries: [{ method: 'bank_card', result: 'refused', reason: 'departed' }],
    })
    expect(report.ledger).toMatchObject({ chargedTwice: 0, differences: 0 })
  })

  it('leads nobody to it afterwards', () => {
    expect(outcome(roundAt(report, '2022-03-06'), 'ru-card').outcome).toBe('not_served')
  })
})

it('names accounts that have no double, and scores the shop without them', async () => {
  const acme: Provider = { ...shop(['bank_card']), id: 'acme', account: 'acme' }
  const report = await runDrill({ config: configOf([acme, shop(['sbp'])]) })
  expect(report.notRehearsed).toEqual([
    { account: 'acme', provider: 'acme', methods: ['bank_card'], why: 'there is no double of "acme"' },
  ])
  expect(report.rehearsed.map(({ account }) => account)).toEqual(['yookassa'])
  expect(report.rounds.every(({ offered }) => offered.join() === 'sbp')).toBe(true)
})

it('rehearses three providers, and several accounts of one', async () => {
  const report = await runDrill({
    config: configOf([shop(['bank_card'], 'first'), shop(['yoomoney'], 'second'), TBANK, ANTOM], {
      departures: [{ rail: 'first:*', from: '2022-03-01T00:00:00+03:00', reason: 'contract ends' }],
    }),
  })
  expect(report.rehearsed.map(({ account }) => account)).toEqual(['first', 'second', 'tbank', 'antom'])
  const methods = ['bank_card', 'yoomoney', 'sbp', 't_pay', 'alipay']
  expect(roundAt(report, '2022-02-28').offered.toSorted()).toEqual(methods.toSorted())
  // Cards go on through the other acquirer.
  expect(roundAt(report, '2022-03-02').offered.toSorted()).toEqual(methods.toSorted())
  expect(outcome(roundAt(report, '2022-03-02'), 'ru-card').outcome).toBe('paid')
  expect(report.ledger).toMatchObject({ chargedTwice: 0, differences: 0, fulfilmentFaults: 0 })
})

it('refuses what cannot be rehearsed', async () => {
  await expect(runDrill({ config: ALL, scenario: '1998-08' })).rejects.toThrow(/known: 2022-03/)
  await expect(runDrill({ config: { ...ALL, publicUrl: 'nowhere' } })).rejects.toThrow(OptionsError)
  const acme: Provider = { ...shop(['bank_card']), id: 'acme' }
  await expect(runDrill({ config: configOf([acme]) })).rejects.toThrow(/nothing to rehearse/)
})
