import { afterEach, describe, expect, it } from 'vitest'
import { API, type ApiRig, createApiRig, problemOf } from './api-rig.ts'
import { createPaymentApi } from './payment-api.ts'
import type { Store } from './store/store.ts'
import { OptionsError } from './validate-options.ts'

let rig: ApiRig
afterEach(() => rig.close())

describe('createPaymentApi', () => {
  it('answers 503 before the start, and has no engine yet', async () => {
    rig = await createApiRig()
    const api = createPaymentApi(rig.options)
    expect(api.publicUrl).toBe(API)
    expect(api.engine).toBeUndefined()
    const response = await api.fetch(new Request(`${API}/healthz`))
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' })
    await api.stop()
  })

  it('starts once for all who ask, and never again after the stop', async () => {
    rig = await createApiRig()
    const api = createPaymentApi(rig.options)
    await Promise.all([api.start(), api.start()])
    expect(api.engine).toBeDefined()
    await Promise.all([api.stop(), api.stop()])
    await expect(api.start()).rejects.toThrow('was stopped')
  })

  it('leaves a store open that it was given', async () => {
    rig = await createApiRig()
    let closed = 0
    const database: Store = { ...rig.store, close: async () => void closed++ }
    const api = createPaymentApi({ ...rig.options, database })
    await api.start()
    await api.stop()
    expect(closed).toBe(0)
  })

  it('tells at once what is wrong with the options', async () => {
    rig = await createApiRig()
    expect(() => createPaymentApi({ ...rig.options, publicUrl: 'shop' })).toThrow(OptionsError)
  })

  it('fails to start when the database cannot be reached, in one line', async () => {
    rig = await createApiRig()
    const api = createPaymentApi({ ...rig.options, database: 'postgres://nobody:CANARY@127.0.0.1:1/none' })
    await expect(api.start()).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' })
    await expect(api.start()).rejects.toThrow(expect.not.stringContaining('CANARY'))
    await api.stop()
  })
})
