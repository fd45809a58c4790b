import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { createEngineRig, type EngineRig } from '../engine/engine-rig.ts'
import { ProviderFault } from '../provider.ts'
import { createProviderHttp, readJson } from '../provider-http.ts'
import { NO_FAULTS } from '../simulation/faults.ts'
import { runSeed } from '../simulation/simulated-world.ts'

/** Real adapters and doubles on virtual time, with one thing wrong all the time. */
async function overBadNetwork(fault: Partial<typeof NO_FAULTS>, from: number) {
  let payments = 0
  for (let seed = from; seed < from + 12; seed++) {
    const report = await runSeed(seed, { wire: true, faults: { ...NO_FAULTS, ...fault } })
    expect(report.violations, `seed ${seed}\n${report.trace.join('\n')}`).toEqual([])
    payments += report.payments
  }
  expect(payments).toBeGreaterThan(5)
}

describe('a provider', { timeout: 120_000 }, () => {
  it('whose every answer takes seconds charges once (NW-01)', () => overBadNetwork({ slow: 1 }, 1000))

  it('that takes requests and never answers is asked, not charged again (NW-02)', () =>
    overBadNetwork({ answerLost: 0.7 }, 2000))

  it('whose connections are refused or broken in the middle loses nothing', () =>
    overBadNetwork({ outage: 0.5, requestLost: 0.3 }, 3000))

  it('whose answer is cut after 100 bytes leaves an outcome that is not known (NW-05)', async () => {
    const whole = JSON.stringify({
      id: 'p1',
      status: 'succeeded',
      amount: { value: '10.00', currency: 'RUB' },
      more: 'x'.repeat(200),
    })
    const http = createProviderHttp({ fetch: async () => new Response(whole.slice(0, 100)) })
    const response = await http.send({ method: 'GET', url: 'https://api.example/p1', headers: {} })
    const read = () => readJson(response, z.object({ id: z.string() }))
    expect(read).toThrow(ProviderFault)
    expect(read).toThrow(expect.objectContaining({ kind: 'unknown' }))
  })
})

describe('an answer in one-byte slices', () => {
  const slices = (text: string, everyMs: number) =>
    new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const byte of new TextEncoder().encode(text)) {
          controller.enqueue(Uint8Array.of(byte))
          await new Promise((resolve) => setTimeout(resolve, everyMs))
        }
        controller.close()
      },
    })

  it('is read whole, and never waited for longer than the call may take (NW-06)', async () => {
    const http = (everyMs: number) =>
      createProviderHttp({ fetch: async () => new Response(slices('{"id":"p1"}', everyMs)) })
    const call = { method: 'GET', url: 'https://api.example/p1', headers: {} } as const
    const response = await http(1).send(call)
    expect(new TextDecoder().decode(response.rawBody)).toBe('{"id":"p1"}')
    await expect(http(200).send({ ...call, timeoutMs: 300 })).rejects.toMatchObject({
      kind: 'unknown',
      code: 'timeout',
    })
  })
})

describe('a create', () => {
  let rig: EngineRig
  afterEach(() => rig.close())

  it('that is answered by 500 three times is repeated with one key and charges once (NW-10)', async () => {
    const keys: (string | null)[] = []
    rig = await createEngineRig({
      http: createProviderHttp({
        async fetch(input, init) {
          const request = new Request(input, init)
          if (request.method !== 'POST') return await rig.sandbox.fetch(request)
          keys.push(request.headers.get('idempotence-key'))
          const response = await rig.sandbox.fetch(request)
          return keys.length <= 3 ? new Response(null, { status: 500 }) : response
        },
      }),
    })
    const { session } = await rig.session()
    await rig.pay(session.id, 'sbp')
    await rig.clock.advance(30_000)
    expect(keys).toHaveLength(4)
    expect(new Set(keys).size).toBe(1)
    expect(rig.sandbox.control.state().doubles.flatMap(({ ledger }) => ledger.payments)).toHaveLength(1)
    expect((await rig.state(session.id)).payments[0]?.status).toBe('requires_action')
  })
})
