import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig } from '../api-rig.ts'

let rig: ApiRig
afterEach(() => rig.close())

const notify = (
  account: string,
  body: BodyInit,
  headers: Record<string, string> = {},
  address = '185.71.76.1',
) => rig.fetch(`/v1/providers/${account}/notifications`, { method: 'POST', body, headers }, address)

describe('notifications', () => {
  it('of an unknown account are 404', async () => {
    rig = await createApiRig()
    expect((await notify('nobody', '{}')).status).toBe(404)
  })

  it('are refused with one body for every reason, and the reason in the log', async () => {
    rig = await createApiRig()
    const refusals = await Promise.all(
      [notify('antom', '{}'), notify('antom', '[]', { signature: 'algorithm=RSA256, signature=x' })].map(
        async (sent) => {
          const response = await sent
          expect(response.status).toBeGreaterThanOrEqual(400)
          return response.text()
        },
      ),
    )
    expect(new Set(refusals).size).toBe(1)
    expect(rig.logs.some(({ message }) => message === 'notification refused')).toBe(true)
  })

  it.each([
    ['WB-01', ''],
    ['WB-02', '[]'],
    ['WB-04', '{"event":"payment.succeeded","event":"x","object":{"id":"p1"}}'],
    ['WB-05', '{"__proto__":{"status":"succeeded"}}'],
    ['WB-06', '['.repeat(10_000)],
  ])('that cannot be read are 400: %s', async (_, body) => {
    rig = await createApiRig()
    expect((await notify('yookassa', body)).status).toBe(400)
  })

  it('are read up to 256 KiB', async () => {
    rig = await createApiRig()
    expect((await notify('yookassa', ' '.repeat(262_145))).status).toBe(413)
    expect((await notify('yookassa', ' '.repeat(262_144))).status).toBe(400)
  })

  it('that are refused are limited by address; good ones are not', async () => {
    rig = await createApiRig()
    const statuses = await Promise.all(
      Array.from({ length: 130 }, async () => (await notify('antom', '{}', {}, '192.0.2.9')).status),
    )
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(20)
  })
})
