import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { createFakePlatform } from './testing/index.ts'
import {
  type Answer,
  createTransport,
  parseRetryAfter,
  RETRY_RULES,
  type RetryRule,
  type TransportRequest,
} from './transport.ts'

const schema = z.object({ version: z.number() })
const OK = () => json(200, { version: 1 })

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return json(
    status,
    { status, code, detail: 'why', requestId: 'req_1' },
    { 'content-type': 'application/problem+json', ...headers },
  )
}

const FAULTS: Record<string, () => Response | Promise<Response>> = {
  'network error': () => Promise.reject(new TypeError('Failed to fetch')),
  'never answers': () => new Promise(() => undefined),
  '200 in HTML (captive portal)': () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  '200 in broken JSON': () => new Response('{"ver', { headers: { 'content-type': 'application/json' } }),
  '200 that the contract does not know': () => json(200, { nonsense: true }),
  '403 in HTML (a proxy)': () =>
    new Response('no', { status: 403, headers: { 'content-type': 'text/html' } }),
  '408': () => problem(408, 'request_timeout'),
  '425': () => problem(425, 'too_early'),
  '429': () => problem(429, 'rate_limited'),
  '500': () => problem(500, 'internal_error'),
  '502': () => problem(502, 'bad_gateway'),
  '503': () => problem(503, 'unavailable'),
  '504': () => problem(504, 'gateway_timeout'),
  '409 with the key in flight': () => problem(409, 'idempotency_key_in_flight'),
}
const REFUSALS = {
  '400': () => problem(400, 'invalid_request'),
  '401': () => problem(401, 'token_expired'),
  '403': () => problem(403, 'origin_not_allowed'),
  '404': () => problem(404, 'not_found'),
  '409 session': () => problem(409, 'session_not_open'),
  '409 another attempt': () => problem(409, 'payment_in_progress'),
  '410': () => problem(410, 'gone'),
  '422': () => problem(422, 'idempotency_key_reused'),
}

interface Sent {
  readonly atMs: number
  readonly key: string | null
}

/** Sends one request against the given answers in order (the last one repeats) and lets all time pass. */
async function run(
  rule: RetryRule,
  answers: readonly (() => Response | Promise<Response>)[],
  request: Partial<TransportRequest<{ version: number }>> = {},
) {
  const sent: Sent[] = []
  const platform = createFakePlatform({
    async fetch(input, init) {
      const wire = new Request(input, init)
      wire.signal.throwIfAborted()
      sent.push({ atMs: platform.now(), key: wire.headers.get('idempotency-key') })
      const answer = answers[Math.min(sent.length, answers.length) - 1]
      return Promise.race([
        answer?.() ?? OK(),
        new Promise<never>((_, reject) =>
          wire.signal.addEventListener('abort', () => reject(wire.signal.reason)),
        ),
      ])
    },
  })
  const reached: boolean[] = []
  const transport = createTransport({
    apiUrl: 'https://shop.example/pay',
    token: 'ct_x',
    port: platform,
    onReach: (value) => reached.push(value),
  })
  let answer: Answer<{ version: number }> | undefined
  let endedAt: number | undefined
  const isWrite = rule === RETRY_RULES.pay || rule === RETRY_RULES.cancel
  void transport({
    method: isWrite ? 'POST' : 'GET',
    path: '/v1/checkout',
    rule,
    schema,
    ...(isWrite && { idempotencyKey: 'k'.repeat(22), body: {} }),
    ...request,
  }).then((value) => {
    answer = value
    endedAt = platform.now()
  })
  await platform.advance(400_000)
  return {
    answer: answer as unknown as Answer<{ version: number }>,
    endedAt,
    sent,
    platform,
    reached,
    transport,
  }
}

describe('the retry matrix', () => {
  const rows: readonly (readonly [keyof typeof RETRY_RULES, number, number])[] = [
    ['read', 4, 5_000],
    ['poll', 1, 5_000],
    ['longPoll', 1, 35_000],
    ['pay', 4, 15_000],
    ['cancel', 3, 10_000],
  ]
  for (const [name, tries, timeoutMs] of rows) {
    const rule = RETRY_RULES[name]
    for (const [fault, answer] of Object.entries(FAULTS)) {
      it(`${name}: ${fault} is tried ${tries} times at most, with one key`, async () => {
        const { sent, answer: last, platform } = await run(rule, [answer])
        // A pay request that never answers fills its 45 seconds with three tries of 15.
        expect(sent.length).toBe(name === 'pay' && fault === 'never answers' ? 3 : tries)
        expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
        expect(last).toMatchObject({ kind: 'failed', isUnknown: fault !== '429' && fault !== '425' })
        expect(platform.timerCount()).toBe(0)
      })
      if (tries > 1) {
        it(`${name}: ${fault} and then an answer is an answer`, async () => {
          const { sent, answer: last } = await run(rule, [answer, OK])
          expect(sent.length).toBe(2)
          expect(last).toMatchObject({ kind: 'value', value: { version: 1 } })
        })
      }
    }
    for (const [refusal, answer] of Object.entries(REFUSALS)) {
      it(`${name}: ${refusal} is never repeated`, async () => {
        const { sent, answer: last } = await run(rule, [answer])
        expect(sent.length).toBe(1)
        expect(last).toMatchObject({
          kind: 'refused',
          error: {
            status: Number(refusal.slice(0, 3)),
            requestId: 'req_1',
            message: expect.stringContaining('why'),
          },
        })
      })
    }
    it(`${name}: gives up one try after ${timeoutMs} ms`, async () => {
      const { sent, answer, endedAt } = await run({ ...rule, tries: 1 }, [
        FAULTS['never answers'] as () => Promise<Response>,
      ])
      expect([sent.length, endedAt]).toEqual([1, timeoutMs])
      expect(answer).toMatchObject({ kind: 'failed', error: { code: 'timeout' } })
    })
  }

  it('pay: ends within 45 seconds whatever happens', async () => {
    const { sent } = await run(RETRY_RULES.pay, [FAULTS['never answers'] as () => Promise<Response>])
    expect(sent.at(-1)?.atMs).toBeLessThan(45_000)
  })

  it('pauses longer and longer: 300 ms, 600 ms, 1200 ms, with full jitter for reads and equal for writes', async () => {
    const network = FAULTS['network error'] as () => Promise<Response>
    const read = await run(RETRY_RULES.read, [network])
    expect(read.sent.map(({ atMs }) => atMs)).toEqual([0, 150, 450, 1050])
    const pay = await run(RETRY_RULES.pay, [network])
    expect(pay.sent.map(({ atMs }) => atMs)).toEqual([0, 225, 675, 1575])
  })

  it('never pauses longer than 5 seconds by itself', async () => {
    const rule = { ...RETRY_RULES.pay, tries: 9, withinMs: 100_000 }
    const { sent } = await run(rule, [FAULTS['network error'] as () => Promise<Response>])
    const pauses = sent.slice(1).map(({ atMs }, i) => atMs - (sent[i]?.atMs ?? 0))
    expect(Math.max(...pauses)).toBe(3750)
  })

  it('waits as long as Retry-After says', async () => {
    const { sent } = await run(RETRY_RULES.read, [
      () => problem(503, 'unavailable', { 'retry-after': '7' }),
      OK,
    ])
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 7000])
  })

  it('does not wait for a Retry-After beyond its time: the caller hears when', async () => {
    const { sent, answer } = await run(RETRY_RULES.read, [
      () => problem(429, 'rate_limited', { 'retry-after': '90' }),
    ])
    expect(sent.length).toBe(1)
    expect(answer).toMatchObject({ kind: 'failed', isUnknown: false, error: { retryAfterMs: 90_000 } })
  })
})

it('stops retrying when ten retries brought nothing, and again after as many answers', async () => {
  let up = false
  let sent = 0
  const platform = createFakePlatform({
    async fetch() {
      sent++
      if (!up) throw new TypeError('Failed to fetch')
      return OK()
    },
  })
  const transport = createTransport({ apiUrl: 'https://shop.example', token: 'ct_x', port: platform })
  const ask = async () => {
    const before = sent
    void transport({ method: 'GET', path: '/', rule: RETRY_RULES.read, schema })
    await platform.advance(60_000)
    return sent - before
  }
  expect([await ask(), await ask(), await ask(), await ask(), await ask()]).toEqual([4, 4, 4, 2, 1])
  up = true
  expect([await ask(), await ask()]).toEqual([1, 1])
  up = false
  expect([await ask(), await ask()]).toEqual([3, 1])
})

it('calls a write unknown when the token ran out after a lost try', async () => {
  const network = FAULTS['network error'] as () => Promise<Response>
  const { answer } = await run(RETRY_RULES.pay, [network, REFUSALS['401']])
  expect(answer).toMatchObject({ kind: 'failed', isUnknown: true, error: { code: 'token_expired' } })
})

it('calls a write unknown when a try was lost, whatever the last one was', async () => {
  const network = FAULTS['network error'] as () => Promise<Response>
  const { answer } = await run(RETRY_RULES.pay, [network, () => problem(429, 'rate_limited')])
  expect(answer).toMatchObject({ kind: 'failed', isUnknown: true })
})

it('calls a write refused when the API refuses the same body after a lost try', async () => {
  const network = FAULTS['network error'] as () => Promise<Response>
  const { answer } = await run(RETRY_RULES.pay, [network, REFUSALS['400']])
  expect(answer).toMatchObject({ kind: 'refused' })
})

it('takes 304 as an answer', async () => {
  const { answer } = await run(RETRY_RULES.longPoll, [() => new Response(null, { status: 304 })])
  expect(answer).toEqual({ kind: 'unchanged' })
})

it('tells after every try whether the API was reached', async () => {
  const { reached } = await run(RETRY_RULES.read, [FAULTS['network error'] as () => Promise<Response>, OK])
  expect(reached).toEqual([false, true])
})

it('sends what the contract asks for', async () => {
  const requests: Request[] = []
  const platform = createFakePlatform({
    async fetch(input, init) {
      requests.push(new Request(input, init))
      return OK()
    },
  })
  const transport = createTransport({ apiUrl: 'https://shop.example/pay', token: 'ct_x', port: platform })
  await transport({
    method: 'GET',
    path: '/v1/checkout?os=ios',
    rule: RETRY_RULES.longPoll,
    schema,
    etag: 'W/"7.1"',
    waitSeconds: 25,
  })
  await transport({
    method: 'POST',
    path: '/v1/checkout/payments',
    rule: RETRY_RULES.pay,
    schema,
    idempotencyKey: 'k'.repeat(22),
    body: { method: 'sbp' },
  })
  const [get, post] = requests
  expect(get?.url).toBe('https://shop.example/pay/v1/checkout?os=ios')
  expect(Object.fromEntries(get?.headers ?? [])).toMatchObject({
    authorization: 'Bearer ct_x',
    'if-none-match': 'W/"7.1"',
    prefer: 'wait=25',
  })
  expect(get?.headers.get('accept')).toBe('application/json')
  expect([get?.keepalive, get?.cache, get?.credentials]).toEqual([false, 'no-store', 'omit'])
  expect(get?.headers.has('idempotency-key')).toBe(false)
  expect(post?.headers.get('idempotency-key')).toBe('k'.repeat(22))
  expect(post?.headers.get('content-type')).toBe('application/json')
  expect(post?.keepalive).toBe(true)
  expect(post?.credentials).toBe('omit')
  expect(await post?.json()).toEqual({ method: 'sbp' })
})

it('tells all that a problem says', async () => {
  const told = {
    status: 400,
    code: 'invalid_request',
    title: 'Wrong',
    requestId: 'req_1',
    path: 'amount',
    docUrl: 'https://shop.example/pay/errors#invalid_request',
  }
  const { answer } = await run(RETRY_RULES.read, [() => json(400, told, { 'retry-after': '9' })])
  const { status, code, requestId, path, docUrl } = told
  expect(answer).toMatchObject({
    kind: 'refused',
    extra: told,
    error: { status, code, requestId, path, docUrl, retryAfterMs: 9_000 },
  })
  expect(answer.kind === 'refused' && answer.error.message).toBe(
    'GET /v1/checkout: 400 invalid_request: Wrong',
  )
})

it('names what kept an answer away', async () => {
  const codes: unknown[] = []
  for (const fault of ['network error', 'never answers', '403 in HTML (a proxy)', '200 in broken JSON']) {
    const { answer } = await run({ ...RETRY_RULES.read, tries: 1 }, [
      FAULTS[fault] as () => Response | Promise<Response>,
    ])
    codes.push(answer.kind === 'failed' && [answer.error.code, answer.error.status])
  }
  expect(codes).toEqual([
    ['network_error', undefined],
    ['timeout', undefined],
    ['unexpected_response', 403],
    ['network_error', undefined],
  ])
  const gone = await run(RETRY_RULES.read, [OK], { signal: AbortSignal.abort() })
  expect(gone.answer).toMatchObject({ kind: 'failed', error: { code: 'aborted' } })
  // Whoever stops asking has not lost the network.
  expect(gone.reached).toEqual([])
})

it.each(['read', 'pay'] as const)('leaves no listener on the signal of a %s', async (name) => {
  const { signal } = new AbortController()
  const listeners = new Set<unknown>()
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: unknown[]) => {
    listeners.add(args[1])
    Reflect.apply(addEventListener, signal, args)
  }
  signal.removeEventListener = (...args: unknown[]) => {
    listeners.delete(args[1])
    Reflect.apply(removeEventListener, signal, args)
  }
  const network = FAULTS['network error'] as () => Promise<Response>
  const { answer } = await run(RETRY_RULES[name], [network, OK], { signal })
  expect(answer).toMatchObject({ kind: 'value' })
  expect(listeners.size).toBe(0)
})

it('aborts a read at once and leaves a write alone', async () => {
  for (const [rule, isAborted] of [
    [RETRY_RULES.read, true],
    [RETRY_RULES.pay, false],
  ] as const) {
    let wire: Request | undefined
    const platform = createFakePlatform({
      fetch: (input, init) => {
        wire = new Request(input, init)
        return new Promise((_, reject) =>
          wire?.signal.addEventListener('abort', () => reject(wire?.signal.reason)),
        )
      },
    })
    const transport = createTransport({ apiUrl: 'https://shop.example', token: 'ct_x', port: platform })
    const caller = new AbortController()
    void transport({
      method: isAborted ? 'GET' : 'POST',
      path: '/',
      rule,
      schema,
      signal: caller.signal,
      ...(!isAborted && { idempotencyKey: 'k'.repeat(22), body: {} }),
    })
    await platform.settle()
    caller.abort()
    await platform.settle()
    expect(wire?.signal.aborted).toBe(isAborted)
  }
})

it('ends the pauses of a write when the caller stops', async () => {
  let sent = 0
  const platform = createFakePlatform({
    fetch: async () => {
      sent++
      throw new TypeError('Failed to fetch')
    },
  })
  const transport = createTransport({ apiUrl: 'https://shop.example', token: 'ct_x', port: platform })
  const caller = new AbortController()
  const answer = transport({
    method: 'POST',
    path: '/',
    rule: RETRY_RULES.pay,
    schema,
    signal: caller.signal,
    idempotencyKey: 'k'.repeat(22),
  })
  await platform.settle()
  caller.abort()
  expect(await answer).toMatchObject({ kind: 'failed', isUnknown: true })
  expect([sent, platform.timerCount()]).toEqual([1, 0])
})

describe('Retry-After', () => {
  const DATE = 'Tue, 24 Nov 2026 10:00:00 GMT'
  const cases: readonly (readonly [string | null, string | null, number | undefined])[] = [
    ['5', null, 5000],
    ['0', null, undefined],
    ['99999999999999999999', null, 120_000],
    ['-5', DATE, undefined],
    ['5.5', DATE, undefined],
    ['soon', DATE, undefined],
    ['2027', null, 120_000],
    ['Tue, 24 Nov 2026 10:00:30 GMT', DATE, 30_000],
    ['Tue, 24 Nov 2026 09:00:00 GMT', DATE, undefined],
    ['Tue, 24 Nov 2037 10:00:00 GMT', DATE, 120_000],
    // Without the server's own clock a date says nothing.
    ['Tue, 24 Nov 2026 10:00:30 GMT', null, undefined],
    [null, DATE, undefined],
    ['', DATE, undefined],
  ]
  it.each(cases)('%s at %s is %s ms', (value, date, ms) => {
    expect(parseRetryAfter(value, date)).toBe(ms)
  })
})
