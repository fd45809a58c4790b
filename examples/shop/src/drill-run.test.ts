import { sandboxAccounts } from '@teabrick/sandbox'
import { type PaymentApiOptions, yookassa } from '@teabrick/server'
import { expect, it, vi } from 'vitest'
import { createDrillRun } from './drill-run.ts'
import { drillRoutes } from './routes/drill-routes.ts'

vi.setConfig({ testTimeout: 180_000 })

const { shopId, secretKey } = sandboxAccounts.yookassa
const CONFIG: PaymentApiOptions = {
  publicUrl: 'https://shop.example/pay',
  merchant: {
    id: 'tea',
    name: 'Чайная лавка',
    secretKeys: ['sk_test_0123456789abcdef'],
    origins: ['https://shop.example'],
  },
  providers: [yookassa({ shopId, secretKey })],
  database: 'postgres://nobody@nowhere.invalid/teabrick',
}

it('plays one drill for all who watch, and tells the whole of it to each', async () => {
  const run = createDrillRun(CONFIG, { paceMs: 0 })
  const watch = async () => {
    const days: string[] = []
    const rounds = run.follow()
    for (;;) {
      const next = await rounds.next()
      if (next.done) return { days, report: next.value }
      days.push(next.value.round.at)
    }
  }
  const [first, second] = await Promise.all([watch(), watch()])
  const later = await watch()
  expect(first.days).toHaveLength(37)
  expect(second).toEqual(first)
  expect(second.report).toBe(first.report)
  expect(later).toEqual(first)
})

it('goes on when the one who started it leaves', async () => {
  const run = createDrillRun(CONFIG, { paceMs: 0 })
  const rounds = run.follow()
  await rounds.next()
  await rounds.return(undefined as never)
  await vi.waitFor(() => expect(run.report).toBeDefined(), { timeout: 170_000 })
})

it('ends when the shop closes, and so does the page', async () => {
  const run = createDrillRun(CONFIG, { paceMs: 0 })
  const page = await drillRoutes(run).request('/drill?lang=en')
  const text = page.text()
  await run.stop()
  expect(await text).toContain('the shop is closing')
  expect(run.report).toBeUndefined()
})

it('says on the page why there was no drill', async () => {
  const app = drillRoutes(createDrillRun({ ...CONFIG, providers: [] }))
  const text = await (await app.request('/drill?lang=en')).text()
  expect(text).toContain('The drill could not be held')
  expect(text).toContain('must name at least one provider account')
  expect(text.trimEnd()).toMatch(/<\/html>$/)
})
