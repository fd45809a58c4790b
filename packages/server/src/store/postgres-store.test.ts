import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeStore } from './describe-store.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { createPool } from './pool.ts'
import { createPostgresStore } from './postgres-store.ts'
import { type Store, StoreError } from './store.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './testing-postgres.ts'
import {
  eventOf,
  idempotencyRecord,
  operationRecord,
  paymentRecord,
  sessionRecord,
  stateOf,
} from './testing-records.ts'

const databases: TestDatabase[] = []
const stores: Store[] = []
const clients: pg.Client[] = []
const proxies: Server[] = []
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()))
  await Promise.all(clients.splice(0).map((client) => client.end()))
  await Promise.all(databases.splice(0).map((database) => database.drop()))
  for (const proxy of proxies.splice(0)) proxy.close()
})

async function newDatabase(create = createTestDatabase): Promise<string> {
  const database = await create()
  databases.push(database)
  return database.connectionString
}

async function openStore(connectionString: string, pool?: pg.Pool): Promise<Store> {
  const store = await createPostgresStore({ connectionString, pool })
  stores.push(store)
  return store
}

/** A connection beside the store, for looking and for getting in its way. */
async function openClient(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  clients.push(client)
  return client
}

describe('two instances on PostgreSQL', () => {
  let database: TestDatabase
  let both: readonly [Store, Store]
  beforeAll(async () => {
    database = await createTestDatabase()
    const { connectionString } = database
    both = [await createPostgresStore({ connectionString }), await createPostgresStore({ connectionString })]
  })
  afterAll(async () => {
    for (const store of both) await store.close()
    await database.drop()
  })
  describeStore('PostgreSQL', {
    open: async () => {
      await emptyTables(database.connectionString)
      return both
    },
  })
})

describe('the PostgreSQL store', () => {
  let url: string
  beforeEach(async () => {
    url = await newDatabase()
  })

  const version = (next: number) => ({ session: { version: next } })

  const givenSession = async (store: Store) => {
    const session = sessionRecord(await store.now())
    await store.change({ sessionId: session.id }, () => ({ result: undefined, next: stateOf(session) }))
    return session
  }

  const raiseVersion = (store: Store, sessionId: string): Promise<number> =>
    store.change({ sessionId }, ({ current }) => {
      if (!current) throw new Error('gone')
      const session = { ...current.session, version: current.session.version + 1 }
      return { result: session.version, next: { ...current, session } }
    })

  it('changes a session by four statements, whatever is written, and reads by three', async () => {
    const pool = createPool({ connectionString: url })
    const statements: string[] = []
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown
      client.query = ((text: unknown, ...rest: unknown[]) => {
        const sent = typeof text === 'string' ? text : (text as { text: string }).text
        statements.push(sent.trim().slice(0, 20))
        return query(text, ...rest)
      }) as typeof client.query
    })
    const store = await openStore(url, pool)
    const session = sessionRecord(await store.now())
    const payment = paymentRecord(session)
    statements.length = 0
    await store.change({ sessionId: session.id, idempotency: idempotencyRecord(session) }, () => ({
      result: undefined,
      next: stateOf(session, { payments: [payment], operations: [operationRecord(payment)] }),
      events: [eventOf(session)],
      endpoints: ['https://a.example', 'https://b.example'],
      remember: idempotencyRecord(session),
    }))
    expect(statements.splice(0)).toEqual([
      'start transaction is',
      'with locked as mater',
      'with "payment" as (i',
      'commit',
    ])
    await raiseVersion(store, session.id)
    expect(statements.splice(0)).toHaveLength(4)
    await store.change({ sessionId: session.id }, () => ({ result: undefined }))
    expect(statements.splice(0)).toEqual(['start transaction is', 'with locked as mater', 'rollback'])
    await store.claimOperations({ merchantId: 'tea', limit: 10, leaseMs: 1000 })
    expect(statements.splice(0)).toHaveLength(2)
    await store.nextDueAt()
    await store.versions([session.id])
    await store.read(session.id)
    expect(statements).toHaveLength(3)
  })

  it('prepares nothing more on a connection that a pooler has mixed up, and goes on', async () => {
    const pool = createPool({ connectionString: url, maxConnections: 1 })
    const store = await openStore(url, pool)
    const session = await givenSession(store)
    expect(await raiseVersion(store, session.id)).toBe(2)
    // What the next client of a pooler finds: names that are known to the driver and not to the server.
    await pool.query('deallocate all')
    expect(await raiseVersion(store, session.id)).toBe(3)
    await pool.query('deallocate all')
    expect(await raiseVersion(store, session.id)).toBe(4)
    expect((await pool.query('select 1 from pg_prepared_statements')).rows).toEqual([])
    expect(await store.read(session.id)).toMatchObject(version(4))
  })

  it('works with a pool whose connections send one statement at a time', async () => {
    const pool = new pg.Pool({ connectionString: url, max: 2 })
    const store = await openStore(url, pool)
    const session = await givenSession(store)
    expect(await Promise.all([raiseVersion(store, session.id), raiseVersion(store, session.id)])).toEqual(
      expect.arrayContaining([2, 3]),
    )
  })

  it('goes on after all its connections were cut', async () => {
    const store = await openStore(url)
    const session = await givenSession(store)
    await Promise.all(Array.from({ length: 5 }, () => store.read(session.id)))
    const client = await openClient(url)
    const cut = () =>
      client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
      )
    await cut()
    expect(await raiseVersion(store, session.id)).toBe(2)
    await cut()
    expect(await store.read(session.id)).toMatchObject(version(2))
  })

  it('runs a change again when its connection is lost before the commit was sent', async () => {
    const store = await openStore(url)
    const session = await givenSession(store)
    // Two, as what a transaction sees of pg_stat_activity stands still.
    const [blocker, client] = [await openClient(url), await openClient(url)]
    await blocker.query('begin')
    await blocker.query('select 1 from teabrick.session for update')
    const change = raiseVersion(store, session.id)
    await untilWaiting(client, 'Lock')
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`,
    )
    await untilWaiting(client, 'Lock')
    await blocker.query('commit')
    expect(await change).toBe(2)
  })

  it('leaves no transaction open behind, and no session locked, however a change ends', async () => {
    const store = await openStore(url)
    const client = await openClient(url)
    const session = await givenSession(store)
    const target = { sessionId: session.id }
    const nothing = () => {
      throw new Error('decided against')
    }
    const broken = { ...session, status: 'closing' as const, version: 2 }
    await expect(store.change(target, nothing)).rejects.toThrow('decided against')
    await store.change(target, () => ({ result: null }))
    await expect(store.change(target, () => ({ result: null, next: stateOf(broken) }))).rejects.toMatchObject(
      { code: 'invariant_violated' },
    )
    await raiseVersion(store, session.id)
    const { rows } = await client.query(
      `select count(*)::int as open from pg_stat_activity
       where datname = current_database() and state like 'idle in transaction%'`,
    )
    expect(rows).toEqual([{ open: 0 }])
  })

  it('holds what a queue must be by itself, whoever writes it', async () => {
    const store = await openStore(url)
    const client = await openClient(url)
    const session = await givenSession(store)
    await store.change({ sessionId: session.id }, () => ({
      result: null,
      events: [eventOf(session)],
      endpoints: ['https://shop.example/hook'],
    }))
    for (const change of [
      `state = 'done'`,
      `not_before = null`,
      `lease_token = 'x'`,
      `lease_until = now()`,
      `revive_at = now()`,
      `attempts = -1`,
      `state = 'lost', not_before = null`,
    ])
      await expect(client.query(`update teabrick.delivery set ${change}`), change).rejects.toMatchObject({
        code: '23514',
      })
  })

  it('says that a change may have been made when the answer to the commit was lost, and does not repeat it', async () => {
    const { proxyUrl, cutAt } = await startProxy(url)
    const store = await openStore(proxyUrl)
    const session = await givenSession(store)
    // Not the `read committed` of the beginning.
    cutAt('commit\0')
    await expect(raiseVersion(store, session.id)).rejects.toSatisfy(
      (error) =>
        error instanceof StoreError &&
        error.code === 'unavailable' &&
        /may have been made/.test(error.message),
    )
    // It was sent, so the server has it: at once, or as soon as it comes to it.
    await expect.poll(() => store.read(session.id), { timeout: 20_000 }).toMatchObject(version(2))
  })

  it('claims nothing a second time when the answer to a claim was lost: that lease ends by itself', async () => {
    const { proxyUrl, cutAt } = await startProxy(url)
    const store = await openStore(proxyUrl)
    const session = sessionRecord(await store.now())
    const payment = paymentRecord(session)
    await store.change({ sessionId: session.id }, () => ({
      result: undefined,
      next: stateOf(session, { payments: [payment], operations: [operationRecord(payment)] }),
    }))
    cutAt('skip locked')
    await expect(
      store.claimOperations({ merchantId: 'tea', limit: 1, leaseMs: 60_000 }),
    ).rejects.toMatchObject({ code: 'unavailable' })
    await expect
      .poll(async () => (await store.read(session.id))?.operations[0], { timeout: 20_000 })
      .toMatchObject({ attempts: 1, leaseToken: expect.any(String) })
  })

  it('has a notification once when the answer to its storing was lost, and the one who asked holds it', async () => {
    const { proxyUrl, cutAt } = await startProxy(url)
    const store = await openStore(proxyUrl)
    cutAt('teabrick.notification')
    const taken = await store.takeNotification(
      {
        merchantId: 'tea',
        account: 'yookassa',
        eventKey: 'payment.succeeded:1',
        subject: { kind: 'payment', providerRef: '1' },
        rawBody: new Uint8Array([123, 125]),
      },
      { leaseMs: 60_000, sessionId: undefined },
    )
    if (taken === null) throw new Error('it was taken for a duplicate of itself')
    expect(await store.finishNotification(taken.notification, { state: 'done' })).toBe(true)
  })

  it('lets no claim in between the reading of an operation and its writing', async () => {
    const store = await openStore(url)
    const session = sessionRecord(await store.now())
    const payment = paymentRecord(session)
    await store.change({ sessionId: session.id }, () => ({
      result: undefined,
      next: stateOf(session, { payments: [payment], operations: [operationRecord(payment)] }),
    }))
    const client = await openClient(url)
    await client.query(`
      create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return new; end $$;
      create trigger linger before update on teabrick.session for each row execute function linger()`)
    const change = store.change({ sessionId: session.id }, ({ current }) => ({
      result: undefined,
      next: current && { ...current, operations: [operationRecord(payment, { attempts: 7 })] },
    }))
    await untilWaiting(client, 'Timeout')
    const claim = { merchantId: 'tea', limit: 1, leaseMs: 60_000 }
    expect(await store.claimOperations(claim)).toEqual([])
    await change
    expect(await store.claimOperations(claim)).toMatchObject([{ attempts: 8 }])
  })

  it.each(['40001', '40P01'])('runs a change again after SQLSTATE %s', async (state) => {
    const store = await openStore(url)
    const session = await givenSession(store)
    const client = await openClient(url)
    // A sequence is not rolled back, so this fails the first time only.
    await client.query(`
      create sequence tries;
      create function fail_once() returns trigger language plpgsql as $$ begin
        if nextval('tries') = 1 then raise exception 'conflict' using errcode = '${state}'; end if;
        return new;
      end $$;
      create trigger fail_once before update on teabrick.session for each row execute function fail_once()`)
    expect(await raiseVersion(store, session.id)).toBe(2)
    expect((await client.query('select last_value::int from tries')).rows).toEqual([{ last_value: 2 }])
  })

  it('gives up on a conflict that does not end', async () => {
    const store = await openStore(url)
    const session = await givenSession(store)
    const client = await openClient(url)
    await client.query(`
      create function fail() returns trigger language plpgsql as $$ begin
        raise exception 'conflict' using errcode = '40001';
      end $$;
      create trigger fail before update on teabrick.session for each row execute function fail()`)
    await expect(raiseVersion(store, session.id)).rejects.toThrow(/SQLSTATE 40001/)
    expect(await store.read(session.id)).toMatchObject(version(1))
  })

  it('reads moments rightly whatever the server is set to', async () => {
    const client = await openClient(url)
    const database = new URL(url).pathname.slice(1)
    await client.query(`
      alter database ${database} set datestyle = 'SQL, DMY';
      alter database ${database} set timezone = 'Asia/Vladivostok';
      alter database ${database} set default_transaction_isolation = 'serializable'`)
    const store = await openStore(url)
    const session = await givenSession(store)
    expect(await store.read(session.id)).toEqual(stateOf(session))
    expect(Math.abs((await store.now()) - Date.now())).toBeLessThan(3_600_000)
    const page = await store.listSessions({ merchantId: 'tea', limit: 10 })
    expect(page.items).toEqual([stateOf(session)])
    expect(await store.nextDueAt()).toBe(session.dueAt)
  })

  it('keeps contacts and passwords out of its errors', async () => {
    const store = await openStore(url)
    const session = sessionRecord(await store.now(), {
      buyer: { email: 'buyer@example.com' },
      status: 'closing',
    })
    const refused = await store
      .change({ sessionId: session.id }, () => ({ result: undefined, next: stateOf(session) }))
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'invariant_violated',
      message: expect.stringMatching(/session_closing/),
    })
    expect(everythingOf(refused)).not.toContain('buyer@example.com')

    const wrong = (changes: Partial<URL>): string =>
      Object.assign(new URL(url), { password: 'not-this-secret', ...changes }).href
    const failures: readonly [string, RegExp][] = [
      [wrong({ port: '1' }), /ECONNREFUSED/],
      [wrong({ port: '1', hostname: 'localhost' }), /ECONNREFUSED/],
      [wrong({ hostname: 'nowhere.invalid' }), /ENOTFOUND|EAI_AGAIN/],
      [wrong({ username: 'nobody_known' }), /"nobody_known"/],
      ['postgres://x:not-this-secret@[/', /URL cannot be read/],
    ]
    for (const [connectionString, words] of failures) {
      const error = await createPostgresStore({ connectionString }).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(words) })
      expect(everythingOf(error)).not.toContain('not-this-secret')
    }
  })

  it('is unavailable once it is closed', async () => {
    const store = await createPostgresStore({ connectionString: url })
    await store.close()
    await expect(store.read('cs_x')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.change({ sessionId: 'cs_x' }, () => ({ result: 1 }))).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  it('refuses text with U+0000 in a column, and writes nothing', async () => {
    const store = await openStore(url)
    const session = sessionRecord(await store.now(), { returnUrl: 'https://shop.example/\u0000' })
    await expect(
      store.change({ sessionId: session.id }, () => ({ result: undefined, next: stateOf(session) })),
    ).rejects.toMatchObject({ name: 'StoreError', code: 'invariant_violated' })
    expect(await store.read(session.id)).toBeNull()
  })

  it('holds the last line itself: the constraints are there', async () => {
    const client = await openClient(url)
    const store = await openStore(url)
    const session = await givenSession(store)
    const payment = paymentRecord(session, { status: 'processing' })
    await store.change({ sessionId: session.id }, ({ current }) => ({
      result: undefined,
      next: current && { ...current, payments: [payment] },
    }))
    const copy = (id: string, status: string) =>
      client.query(
        `insert into teabrick.payment select p.* from teabrick.payment o,
           json_populate_record(o, json_build_object('id', $1::text, 'status', $2::text)) p`,
        [id, status],
      )
    await expect(copy('pay_2', 'canceling')).rejects.toMatchObject({ constraint: 'payment_one_live' })
    await copy('pay_3', 'succeeded')
    await expect(copy('pay_4', 'succeeded')).rejects.toMatchObject({ constraint: 'payment_one_success' })
    await expect(copy('pay_5', 'paid')).rejects.toMatchObject({ constraint: 'payment_status' })
    await expect(client.query('update teabrick.payment set refunded = 1')).rejects.toMatchObject({
      constraint: 'payment_money',
    })
  })

  it('begins every key of a table that grows with the bucket and the session, and has no triggers', async () => {
    const client = await openClient(url)
    const { rows } = await client.query<{ table: string; columns: string[] }>(`
      select c.relname as table, array(
        select a.attname::text from unnest(i.indkey) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number order by k.place
      ) as columns
      from pg_index i join pg_class c on c.oid = i.indrelid
      where i.indisunique and c.relnamespace = 'teabrick'::regnamespace and c.relkind = 'r'`)
    const small = ['rail', 'rail_set', 'health_report', 'migration']
    const growing = rows.filter(({ table }) => !small.includes(table))
    expect(growing.length).toBeGreaterThan(10)
    for (const { table, columns } of growing) {
      const second = { session: 'id', notification: 'merchant_id' }[table] ?? 'session_id'
      expect([table, ...columns.slice(0, 2)]).toEqual([table, 'bucket', second])
    }
    const triggers = await client.query(`
      select tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = 'teabrick'::regnamespace`)
    expect(triggers.rows).toEqual([])
  })
})

describe('migrations', () => {
  it('run once when several instances start at once', async () => {
    const url = await newDatabase(createEmptyDatabase)
    const opened = await Promise.all(Array.from({ length: 5 }, () => openStore(url)))
    const client = await openClient(url)
    const { rows } = await client.query('select name from teabrick.migration')
    expect(rows).toEqual(MIGRATIONS.map(({ name }) => ({ name })))
    for (const store of opened) expect(await store.nextDueAt()).toBeNull()
  })

  it('need no right to create tables once they have run', async () => {
    const url = await newDatabase()
    const client = await openClient(url)
    const role = `${new URL(url).pathname.slice(1)}_role`
    await client.query(`
      create role ${role} login password 'x';
      grant usage on schema teabrick to ${role};
      grant select, insert, update on all tables in schema teabrick to ${role}`)
    const limited = new URL(url)
    limited.username = role
    limited.password = 'x'
    const store = await openStore(limited.href)
    const session = sessionRecord(await store.now())
    await store.change({ sessionId: session.id }, () => ({ result: undefined, next: stateOf(session) }))
    expect(await store.read(session.id)).toEqual(stateOf(session))
    await store.close()
    stores.pop()
    await client.query(`drop owned by ${role}; drop role ${role}`)
  })

  it('refuse a database that a newer version has changed, in one line', async () => {
    const url = await newDatabase()
    const client = await openClient(url)
    await client.query(`insert into teabrick.migration (name) values ('9999-later')`)
    await expect(createPostgresStore({ connectionString: url })).rejects.toMatchObject({
      code: 'schema_newer',
      message: expect.stringMatching(/^[^\n]*newer version[^\n]*9999-later[^\n]*$/),
    })
  })

  it('leave nothing behind when one fails', async () => {
    const url = await newDatabase(createEmptyDatabase)
    const client = await openClient(url)
    await client.query('create schema teabrick; create table teabrick.rail ()')
    await expect(createPostgresStore({ connectionString: url })).rejects.toThrow(/already exists/)
    const { rows } = await client.query(
      `select relname from pg_class where relnamespace = 'teabrick'::regnamespace`,
    )
    expect(rows).toEqual([{ relname: 'rail' }])
  })
})

async function emptyTables(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(
    [
      'session',
      'payment',
      'refund',
      'operation',
      'event',
      'delivery',
      'idempotency',
      'notification',
      'rail_set',
      'rail',
      'health_report',
    ]
      .map((table) => `delete from teabrick.${table}`)
      .join(';'),
  )
  await client.end()
}

/** Waits until somebody waits for something of that type. */
async function untilWaiting(client: pg.Client, type: 'Lock' | 'Timeout'): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      'select 1 from pg_stat_activity where wait_event_type = $1 and datname = current_database()',
      [type],
    )
    if (rowCount) return
    await sleep(10)
  }
}

/** Between store and server: lets one message with a word in it through and cuts the line before the answer. */
async function startProxy(url: string): Promise<{ proxyUrl: string; cutAt: (word: string) => void }> {
  let word: string | undefined
  const target = new URL(url)
  const proxy = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    const end = (socket: Socket) => () => socket.destroy()
    near.on('error', end(far)).on('close', end(far))
    far.on('error', end(near)).on('close', end(near))
    far.pipe(near)
    near.on('data', (chunk) => {
      if (word !== undefined && chunk.includes(word)) {
        word = undefined
        far.unpipe(near)
        far.once('data', () => near.destroy())
        far.resume()
      }
      far.write(chunk)
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  proxies.push(proxy)
  const proxyUrl = new URL(url)
  proxyUrl.port = String((proxy.address() as { port: number }).port)
  return { proxyUrl: proxyUrl.href, cutAt: (at) => (word = at) }
}

/** All that a logger could find in an error. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return [
    error.stack,
    JSON.stringify(error),
    error.cause === undefined ? '' : everythingOf(error.cause),
  ].join()
}
