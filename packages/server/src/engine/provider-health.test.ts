import { afterEach, describe, expect, it } from 'vitest'
import { createTestClock, type TestClock } from './engine-rig.ts'
import { createProviderHealth, type ProviderCall, type ProviderHealth } from './provider-health.ts'

const SBP = { account: 'acme', method: 'sbp' }
const CARD = { account: 'acme', method: 'bank_card' }

let health: ProviderHealth
afterEach(() => health.stop())

function create(probe?: () => Promise<boolean>): { clock: TestClock; changes: string[] } {
  const clock = createTestClock()
  const changes: string[] = []
  health = createProviderHealth({
    clock,
    onChange: (name, state) => changes.push(`${name} ${state}`),
    probe: probe && (() => probe()),
  })
  return { clock, changes }
}

const begin = (call: Partial<ProviderCall> = {}) => health.began({ ...SBP, isCreate: true, ...call })
const fail = (call?: Partial<ProviderCall>) => begin(call).failed(true)
const answer = (call?: Partial<ProviderCall>) => begin(call).answered()
const ask = { isCreate: false } as const

describe('failures', () => {
  it('takes a rail down after three in a row, however far apart', async () => {
    const { clock } = create()
    for (let failures = 0; failures < 2; failures++) {
      fail()
      await clock.advance(60_000)
    }
    expect(health.of(SBP)).toBe('up')
    fail()
    expect(health.of(SBP)).toBe('down')
    expect(health.of(CARD)).toBe('up')
  })

  it('takes it down after three within ten seconds, answers between them or not', async () => {
    const { clock } = create()
    for (let failures = 0; failures < 2; failures++) {
      fail()
      answer()
      await clock.advance(3000)
    }
    expect(health.of(SBP)).toBe('up')
    fail()
    expect(health.of(SBP)).toBe('down')
  })

  it('are forgotten after ten seconds', async () => {
    const { clock } = create()
    for (let failures = 0; failures < 9; failures++) {
      fail()
      answer()
      await clock.advance(6000)
    }
    expect(health.of(SBP)).toBe('up')
  })

  it('of anything but creates take the account down with all its rails', () => {
    create()
    for (let failures = 0; failures < 3; failures++) fail(ask)
    expect([health.of(SBP), health.of(CARD), health.of({ ...SBP, account: 'other' })]).toEqual([
      'down',
      'down',
      'up',
    ])
  })

  it('to make a connection take the account down with all its rails', () => {
    create()
    for (let failures = 0; failures < 3; failures++) begin().failed(false)
    expect(health.of(CARD)).toBe('down')
  })

  it('to make payments keep a rail down though questions are answered', () => {
    create()
    for (let failures = 0; failures < 3; failures++) fail()
    answer(ask)
    expect(health.of(SBP)).toBe('down')
  })

  it('to make payments take all rails along where not even a question is answered', async () => {
    let isThere = false
    const { clock } = create(async () => isThere)
    for (let failures = 0; failures < 3; failures++) fail()
    await clock.advance(0)
    expect(health.of(CARD)).toBe('down')
    isThere = true
    await clock.advance(2_000)
    expect([health.of(SBP), health.of(CARD)]).toEqual(['degraded', 'degraded'])
  })

  it('are not what was never sent', () => {
    create()
    for (let calls = 0; calls < 9; calls++) begin().dropped()
    expect(health.of(SBP)).toBe('up')
  })
})

describe('the way back', () => {
  it('begins after ten seconds, and the first answer or failure decides', async () => {
    const { clock, changes } = create()
    for (let failures = 0; failures < 3; failures++) fail()
    await clock.advance(10_000)
    expect(health.of(SBP)).toBe('degraded')
    fail()
    expect(health.of(SBP)).toBe('down')
    await clock.advance(10_000)
    answer()
    expect(health.of(SBP)).toBe('up')
    expect(changes).toEqual(['down', 'degraded', 'down', 'degraded', 'up'].map((each) => `acme:sbp ${each}`))
  })

  it('begins with a probe that was answered, and not before', async () => {
    let isThere = false
    const { clock } = create(async () => isThere)
    for (let failures = 0; failures < 3; failures++) begin().failed(false)
    await clock.advance(120_000)
    expect(health.of(SBP)).toBe('down')
    isThere = true
    await clock.advance(2_000)
    expect(health.of(SBP)).toBe('degraded')
  })

  it('ends by itself where nobody tries, and one failure takes it down again', async () => {
    const { clock } = create(async () => true)
    for (let failures = 0; failures < 3; failures++) fail()
    await clock.advance(2_000)
    expect(health.of(SBP)).toBe('degraded')
    await clock.advance(10_000)
    expect(health.of(SBP)).toBe('up')
    fail()
    expect(health.of(SBP)).toBe('down')
  })
})

describe('silence', () => {
  /** Answers that take 50 ms are usual. */
  async function usually(clock: TestClock): Promise<void> {
    for (let calls = 0; calls < 5; calls++) {
      const call = begin()
      await clock.advance(50)
      call.answered()
    }
  }

  it('of three creates is noticed long before they time out', async () => {
    const { clock, changes } = create()
    await usually(clock)
    for (let calls = 0; calls < 3; calls++) begin()
    await clock.advance(299)
    expect(health.of(SBP)).toBe('up')
    await clock.advance(50)
    expect(health.of(SBP)).toBe('down')
    // Not a word of anything: the account with all its rails.
    expect(changes.toSorted()).toEqual(['acme down', 'acme:sbp down'])
    expect(health.of(CARD)).toBe('down')
  })

  it('ends with the first answer', async () => {
    const { clock, changes } = create()
    await usually(clock)
    const [first] = [begin(), begin(), begin()]
    await clock.advance(1000)
    first?.answered()
    expect(health.of(SBP)).toBe('up')
    expect(changes.toSorted()).toEqual(['acme down', 'acme up', 'acme:sbp down', 'acme:sbp up'])
  })

  it('of creates alone is that of their rail', async () => {
    const { clock } = create()
    await usually(clock)
    for (let calls = 0; calls < 3; calls++) begin()
    for (let calls = 0; calls < 10; calls++) {
      await clock.advance(100)
      answer(ask)
    }
    expect([health.of(SBP), health.of(CARD)]).toEqual(['down', 'up'])
  })

  it('is not the slowness that is usual', async () => {
    const { clock } = create()
    for (let calls = 0; calls < 20; calls++) {
      const call = begin()
      await clock.advance(700)
      call.answered()
    }
    for (let calls = 0; calls < 3; calls++) begin()
    await clock.advance(2000)
    expect(health.of(SBP)).toBe('up')
  })

  it('is none while others are answered', async () => {
    const { clock } = create()
    await usually(clock)
    for (let calls = 0; calls < 3; calls++) begin()
    for (let calls = 0; calls < 20; calls++) {
      await clock.advance(100)
      answer()
    }
    expect(health.of(SBP)).toBe('up')
  })

  it('leaves a rail down when the calls time out', async () => {
    const { clock } = create(async () => false)
    await usually(clock)
    const calls = [begin(), begin(), begin()]
    await clock.advance(12_000)
    for (const call of calls) call.failed(true)
    expect(health.of(SBP)).toBe('down')
    await clock.advance(60_000)
    expect(health.of(SBP)).toBe('down')
  })
})

it('knows nothing bad of an account nobody has asked', () => {
  create()
  expect(health.of(SBP)).toBe('up')
})
