import type { CheckoutView, RailList } from '@teabrick/core/contract'
import { afterEach, expect, it } from 'vitest'
import { type ApiRig, createApiRig } from '../api-rig.ts'
import { type OptionsError, validateOptions } from '../validate-options.ts'

let rig: ApiRig
afterEach(() => rig.close())

const methods = async (query = '', request: Parameters<ApiRig['session']>[0] = {}) => {
  const { clientToken } = await rig.session(request)
  const response = await rig.checkout(clientToken, 'GET', `/v1/checkout?${query}`)
  return ((await response.json()) as CheckoutView).methods.map(({ id }) => id)
}

it('goes by what the browser says of the buyer: last method, device, language', async () => {
  rig = await createApiRig()
  expect(await methods()).toEqual(['sbp', 'bank_card', 'alipay'])
  expect(await methods('last=bank_card')).toEqual(['bank_card', 'sbp', 'alipay'])
  expect(await methods('surface=desktop')).toEqual(['sbp', 'alipay', 'bank_card'])
  expect(await methods('locale=zh-Hans')).toEqual(['alipay', 'sbp', 'bank_card'])
  expect(await methods('last=unheard_of')).toEqual(['sbp', 'bank_card', 'alipay'])
})

it("takes the session's language where the browser names none", async () => {
  rig = await createApiRig()
  expect((await methods('', { locale: 'zh-Hans' }))[0]).toBe('alipay')
  expect((await methods('locale=ru', { locale: 'zh-Hans' }))[0]).toBe('sbp')
})

it("follows the merchant's order, and a session's own before it", async () => {
  rig = await createApiRig({ routing: { methods: ['bank_card', 'alipay'] } })
  expect(await methods('last=sbp')).toEqual(['bank_card', 'alipay', 'sbp'])
  expect(await methods('', { methods: ['alipay', 'sbp'] })).toEqual(['alipay', 'sbp'])
})

it("goes by the merchant's own prices", async () => {
  rig = await createApiRig({ routing: { costBps: { 'antom:alipay': 10 } } })
  expect((await methods())[0]).toBe('alipay')
  const { items } = (await (await rig.merchant('GET', '/v1/rails')).json()) as RailList
  expect(items.map(({ facts }) => facts?.costBps)).toEqual([10, 70, 300])
})

it('refuses an order of methods and prices of rails that nobody has', async () => {
  rig = await createApiRig()
  const problems = (routing: object): string => {
    try {
      validateOptions({ ...rig.options, routing })
      return 'none'
    } catch (error) {
      return (error as OptionsError).problems.join('\n')
    }
  }
  expect(problems({ methods: ['sbp'], costBps: { 'yookassa:sbp': 40 } })).toBe('none')
  expect(problems({ methods: ['vk_pay'] })).toMatch(
    /routing\.methods\[0\] is "vk_pay".*use some of: alipay, sbp/,
  )
  expect(problems({ costBps: { 'tbank:sbp': 1 } })).toMatch(
    /routing\.costBps\["tbank:sbp"\].*use one of: antom:alipay/,
  )
  expect(problems({ costBps: { 'yookassa:sbp': -1 } })).toMatch(/routing\.costBps/)
  expect(problems({ order: [] })).toMatch(/order/)
})

it('counts how own attempts end, in GET /v1/rails and in the metrics, and not the buyers who leave', async () => {
  const metricsToken = 'metrics-token-0123456789'
  rig = await createApiRig({ metricsToken })
  for (const does of ['approve', 'approve', 'decline', 'abandon'] as const) {
    const { id, clientToken } = await rig.session()
    const { payment } = await rig.pay(clientToken, 'alipay')
    await rig.buyer(payment?.nextAction?.qr?.payload ?? '', does)
    if (does === 'abandon') continue
    const wanted = does === 'approve' ? 'succeeded' : 'failed'
    while (true) {
      const { payments } = (await (await rig.merchant('GET', `/v1/sessions/${id}`)).json()) as {
        payments: readonly { status: string }[]
      }
      if (payments[0]?.status === wanted) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const { items } = (await (await rig.merchant('GET', '/v1/rails')).json()) as RailList
  expect(items.find(({ id }) => id === 'antom:alipay')?.success).toEqual({
    attempts: 3,
    succeeded: 2,
    rate: 2 / 3,
    windowSeconds: 1800,
    isEnough: false,
  })
  expect(items.find(({ id }) => id === 'yookassa:sbp')?.success).toMatchObject({ attempts: 0, rate: null })
  const metrics = await (
    await rig.fetch('/metrics', { headers: { authorization: `Bearer ${metricsToken}` } })
  ).text()
  expect(metrics).toContain('teabrick_rail_attempts_total{rail="antom:alipay",outcome="paid"} 2\n')
  expect(metrics).toContain('teabrick_rail_attempts_total{rail="antom:alipay",outcome="refused"} 1\n')
  expect(metrics).toMatch(/teabrick_rail_success_ratio\{rail="antom:alipay"\} 0\.66/)
  expect(metrics).toContain('teabrick_rail_health{rail="yookassa:sbp"} 1\n')
})
