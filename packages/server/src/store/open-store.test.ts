import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isRunning, markOf } from './embedded/processes.ts'
import { openStore } from './open-store.ts'
import { type Store, StoreError } from './store.ts'
import { createTestDatabase } from './testing-postgres.ts'
import { operationRecord, paymentRecord, sessionRecord, stateOf } from './testing-records.ts'

let parent: string
let folder: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'teabrick-open-'))
  folder = join(parent, 'database')
})
afterEach(() => rm(parent, { recursive: true, force: true, maxRetries: 10 }))

async function givenSession(store: Store): Promise<string> {
  const session = sessionRecord(await store.now())
  await store.change({ sessionId: session.id }, () => ({ result: undefined, next: stateOf(session) }))
  return session.id
}

function raiseVersion(store: Store, sessionId: string): Promise<number> {
  return store.change({ sessionId }, ({ current }) => {
    if (!current) throw new Error('gone')
    const session = { ...current.session, version: current.session.version + 1 }
    return { result: session.version, next: { ...current, session } }
  })
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0])
}

/** The record may still be that of the server before, which is gone. */
async function killPostmaster(): Promise<void> {
  for (;;) {
    try {
      process.kill(await postmasterPid(), 'SIGKILL')
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      await sleep(10)
    }
  }
}

it('opens a database by its URL', async () => {
  const { connectionString, drop } = await createTestDatabase()
  const store = await openStore({ database: connectionString })
  const sessionId = await givenSession(store)
  await store.close()
  const again = await openStore({ database: connectionString.replace('postgres:', 'postgresql:') })
  expect(await again.read(sessionId)).toMatchObject({ session: { id: sessionId } })
  await again.close()
  await drop()
})

it('opens a folder, keeps what was written there, and leaves no process behind', async () => {
  const store = await openStore({ database: folder })
  const sessionId = await givenSession(store)
  const pid = await postmasterPid()
  await store.close()
  expect(await isRunning(await markOf(pid))).toBe(false)
  const again = await openStore({ database: folder })
  expect(await again.read(sessionId)).toMatchObject({ session: { id: sessionId } })
  await again.close()
})

it('gives what a former process of the folder had claimed to the next at once', async () => {
  const store = await openStore({ database: folder })
  const now = await store.now()
  const session = sessionRecord(now)
  const payment = paymentRecord(session)
  const operation = operationRecord(payment, { notBefore: now })
  const next = stateOf(session, { payments: [payment], operations: [operation] })
  await store.change({ sessionId: session.id }, () => ({ result: undefined, next }))
  const claim = { merchantId: session.merchantId, limit: 10, leaseMs: 3_600_000 }
  expect(await store.claimOperations(claim)).toHaveLength(1)
  expect(await store.claimOperations(claim)).toHaveLength(0)
  await store.close()
  const again = await openStore({ database: folder })
  expect(await again.claimOperations(claim)).toMatchObject([{ id: operation.id, attempts: 2 }])
  await again.close()
})

it('loses no answered change when the server in the folder is killed again and again', async () => {
  const store = await openStore({ database: folder })
  const sessionId = await givenSession(store)
  let answered = 1
  for (let kills = 0; kills < 3; kills++) {
    const target = answered + 40
    const killed = sleep(30).then(killPostmaster)
    while (answered < target) {
      // What was not answered may have happened, so the version may be further than the last answer.
      const version = await raiseVersion(store, sessionId).catch((error: unknown) => {
        if (error instanceof StoreError && error.code === 'unavailable') return undefined
        throw error
      })
      if (version === undefined) await sleep(20)
      else expect(version).toBeGreaterThan(answered)
      answered = version ?? answered
    }
    await killed
    for (;;) {
      const state = await store.read(sessionId).catch(() => sleep(20))
      if (!state) continue
      expect(state.session.version).toBeGreaterThanOrEqual(answered)
      break
    }
  }
  await store.close()
})

it('keeps contacts out of the log of the server in the folder', async () => {
  const store = await openStore({ database: folder })
  const session = sessionRecord(await store.now(), {
    status: 'closing',
    buyer: { email: 'buyer@example.com' },
  })
  await expect(
    store.change({ sessionId: session.id }, () => ({ result: undefined, next: stateOf(session) })),
  ).rejects.toMatchObject({ code: 'invariant_violated' })
  await store.close()
  const log = await readFile(join(folder, 'postgres.log'), 'utf8')
  expect(log).toContain('session_closing')
  expect(log).not.toContain('buyer@example.com')
})

it('refuses the URL of another database', async () => {
  await expect(openStore({ database: 'mysql://root@localhost/teabrick' })).rejects.toThrow(
    /postgres:\/\/ URL/,
  )
})
