import { beforeEach, describe, expect, it } from 'vitest'
import { createTestClock, type TestClock } from '../engine/engine-rig.ts'
import { StoreError } from '../store/store.ts'
import { createLeases, LEASE_MS, type Leases } from './leases.ts'

const AWAY = new StoreError('unavailable', 'the database cannot be reached (ECONNREFUSED)')
const logger = { info: () => {}, warn: () => {}, error: () => {} }

let clock: TestClock
let renewals: { readonly at: number; readonly rows: readonly string[] }[]
let answer: (row: string) => boolean
/** How long the database takes for a renewal, and how far this process's clock was set back. */
let renewalMs: number
let setBackMs: number
let leases: Leases<string>
beforeEach(() => {
  clock = createTestClock()
  renewals = []
  answer = () => true
  renewalMs = 0
  setBackMs = 0
  const steady = clock
  leases = createLeases<string>({
    name: 'work',
    async renew(rows) {
      renewals.push({ at: clock.now(), rows })
      if (renewalMs > 0) await clock.sleep(renewalMs)
      return rows.map((row) => answer(row))
    },
    clock: { now: () => steady.now() - setBackMs, sleep: steady.sleep },
    logger,
  })
})

describe('a lease', () => {
  it('costs nothing for work that takes less than a third of it, and is renewed in time for longer work', async () => {
    const short = leases.hold('short', clock.now())
    const long = leases.hold('long', clock.now())
    await clock.advance(LEASE_MS / 3)
    expect(renewals).toEqual([])
    short.release()
    const began = clock.now() - LEASE_MS / 3
    await clock.advance(10 * LEASE_MS)
    expect(renewals.every(({ rows }) => rows.join() === 'long')).toBe(true)
    for (const [index, { at }] of renewals.entries())
      expect(at - (renewals[index - 1]?.at ?? began)).toBeLessThanOrEqual(LEASE_MS / 2)
    expect(long.mayBeOver()).toBe(false)
    long.release()
    const count = renewals.length
    await clock.advance(10 * LEASE_MS)
    expect(renewals).toHaveLength(count)
  })

  it('may be over for whoever stood still', async () => {
    const held = leases.hold('row', clock.now() - LEASE_MS)
    expect(held.mayBeOver()).toBe(true)
    held.release()
  })

  it('is renewed twice in its time at most, however long the work takes', async () => {
    const held = leases.hold('row', clock.now())
    await clock.advance(10 * LEASE_MS)
    expect(renewals.length).toBeLessThanOrEqual(20)
    held.release()
  })

  it('is asked for again while it may still be ours: the row was being changed at that moment', async () => {
    const held = leases.hold('row', clock.now())
    answer = () => renewals.length > 1
    await clock.advance(5 * LEASE_MS)
    expect(renewals.length).toBeGreaterThan(2)
    expect(held.mayBeOver()).toBe(false)
    held.release()
  })

  it('counts from when its renewal was asked for, not from when that was answered', async () => {
    const held = leases.hold('row', clock.now())
    renewalMs = LEASE_MS / 4
    await clock.advance(LEASE_MS / 2 + LEASE_MS / 4)
    const asked = renewals[0]?.at ?? 0
    expect(renewals).toHaveLength(1)
    renewalMs = 10 * LEASE_MS
    await clock.advance(asked + LEASE_MS - clock.now() - 1)
    expect(held.mayBeOver()).toBe(false)
    await clock.advance(1)
    expect(held.mayBeOver()).toBe(true)
    held.release()
    await clock.advance(20 * LEASE_MS)
  })

  it('that could not be renewed is over though the clock of this process was set back', async () => {
    const held = leases.hold('row', clock.now())
    answer = () => false
    setBackMs = 3_600_000
    await clock.advance(2 * LEASE_MS)
    expect(held.mayBeOver()).toBe(true)
    held.release()
  })

  it('is over once it could not be renewed for as long as it lasts', async () => {
    const held = leases.hold('row', clock.now())
    answer = () => false
    await clock.advance(2 * LEASE_MS)
    expect(held.mayBeOver()).toBe(true)
    // Whoever has taken it over answers for it now.
    const tries: number[] = []
    const kept = held.keep(async () => {
      tries.push(clock.now())
      throw AWAY
    })
    await expect(kept).rejects.toBe(AWAY)
    expect(tries).toHaveLength(1)
    held.release()
  })

  it('is not renewed for work that hangs', async () => {
    leases.hold('row', clock.now())
    await clock.advance(200_000)
    const last = renewals.at(-1)?.at ?? 0
    expect(clock.now() - last).toBeGreaterThan(120_000)
  })

  it('is renewed before rows of others are taken when the database was away', async () => {
    answer = () => {
      throw AWAY
    }
    const held = leases.hold('row', clock.now())
    await clock.advance(4 * LEASE_MS)
    await expect(leases.renewOverdue()).rejects.toBe(AWAY)
    expect(held.mayBeOver()).toBe(true)
    answer = () => true
    await leases.renewOverdue()
    expect(held.mayBeOver()).toBe(false)
    held.release()
  })
})

describe('an answer in hand', () => {
  /** A database that is away for so many attempts. */
  const awayFor = (attempts: number) => {
    let tries = 0
    return async () => {
      if (++tries <= attempts) throw AWAY
      return tries
    }
  }

  it('is committed when the database is back', async () => {
    const held = leases.hold('row', clock.now())
    const kept = held.keep(awayFor(40))
    await clock.advance(20_000)
    expect(await kept).toBe(41)
    held.release()
  })

  it('is given up after a minute', async () => {
    const held = leases.hold('row', clock.now())
    const kept = held.keep(awayFor(1e9)).catch((error: unknown) => [clock.now(), error])
    const began = clock.now()
    await clock.advance(70_000)
    const [at, error] = (await kept) as [number, unknown]
    expect(error).toBe(AWAY)
    expect(at - began).toBeGreaterThanOrEqual(60_000)
    held.release()
  })

  it('is given up sooner by a process that is to stop', async () => {
    const held = leases.hold('row', clock.now())
    const kept = held.keep(awayFor(1e9)).catch(() => clock.now())
    const began = clock.now()
    leases.stop()
    await clock.advance(10_000)
    expect((await kept) - began).toBeLessThanOrEqual(3300)
    held.release()
  })

  it('is not tried again after any other error', async () => {
    const held = leases.hold('row', clock.now())
    const wrong = new StoreError('invariant_violated', 'no')
    let tries = 0
    await expect(
      held.keep(async () => {
        tries++
        throw wrong
      }),
    ).rejects.toBe(wrong)
    expect(tries).toBe(1)
    held.release()
  })
})
