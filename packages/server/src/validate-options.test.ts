import { describe, expect, it } from 'vitest'
import type { PaymentApiOptions } from './config.ts'
import type { Provider } from './provider.ts'
import { OptionsError, validateOptions } from './validate-options.ts'

const provider = (account: string, mode: 'test' | 'live') =>
  ({ id: 'acme', account, mode, rails: [{ method: 'sbp' }] }) as unknown as Provider
const SECRET = `whsec_${Buffer.from('a-secret-of-at-least-24-bytes').toString('base64')}`
const options: PaymentApiOptions = {
  publicUrl: 'https://shop.example/pay',
  merchant: {
    id: 'tea',
    name: 'Чайная лавка',
    secretKeys: ['sk_test_0123456789'],
    origins: ['https://shop.example'],
    webhooks: [{ url: 'https://shop.example/hooks', secrets: [SECRET] }],
  },
  providers: [provider('acme', 'test')],
  database: 'postgres://localhost/tea',
}
const live: PaymentApiOptions = {
  ...options,
  providers: [provider('acme', 'live')],
  merchant: { ...options.merchant, secretKeys: ['sk_live_0123456789abcdef0123'] },
}
const problemsOf = (change: object, base: PaymentApiOptions = options): readonly string[] => {
  try {
    validateOptions({ ...base, ...change })
  } catch (error) {
    if (error instanceof OptionsError) return error.problems
    throw error
  }
  return []
}
const merchantProblems = (change: object, base = options) =>
  problemsOf({ merchant: { ...base.merchant, ...change } }, base)

describe('validateOptions', () => {
  it('fills defaults in and takes the URL apart', () => {
    expect(validateOptions({ ...options, publicUrl: 'https://shop.example/pay/' })).toMatchObject({
      publicUrl: 'https://shop.example/pay',
      basePath: '/pay',
      publicOrigin: 'https://shop.example',
      graceSeconds: 900,
      latePayments: 'refund',
      trustProxy: 0,
      allowInsecureWebhooks: false,
    })
    expect(validateOptions({ ...options, publicUrl: 'http://localhost:4242' }).basePath).toBe('')
    expect(problemsOf({}, live)).toEqual([])
  })

  it.each([
    ['publicUrl', { publicUrl: 'shop.example/pay' }, 'publicUrl must be an absolute URL'],
    ['publicUrl', { publicUrl: 'http://shop.example/pay' }, 'publicUrl must be https'],
    ['publicUrl', { publicUrl: 'https://shop.example/pay?x=1' }, 'publicUrl must have no query'],
    ['database', { database: 42 }, 'database must be a postgres:// url, a folder, or a store'],
    ['providers', { providers: [] }, 'providers must name at least one provider account'],
    ['banks', { banks: { file: '' } }, 'banks.file'],
    ['banks', { banks: { url: 'https://x' } }, 'banks invalid input: url'],
    ['hostedPage', { hostedPage: { script: '/pay-button.js' } }, 'hostedPage.script must be an absolute URL'],
    [
      'hostedPage',
      { hostedPage: { script: 'https://a.example/x; script-src *' } },
      'hostedPage.script must be',
    ],
    ['hostedPage', { hostedPage: { script: 'http://a.example/x.js' } }, 'hostedPage.script must be https'],
    [
      'hostedPage',
      { hostedPage: { script: 'https://a.example/x.js', integrity: 'sha256-x' } },
      'hostedPage.integrity must be "sha384-"',
    ],
    ['graceSeconds', { graceSeconds: -1 }, 'graceSeconds'],
    ['trustProxy', { trustProxy: 1.5 }, 'trustProxy'],
    ['latePayments', { latePayments: 'keep' }, 'latePayments'],
    ['metricsToken', { metricsToken: 'short' }, 'metricsToken must have at least 16 characters'],
    ['a misspelt option', { publicURL: 'x' }, 'publicURL'],
  ])('names %s', (_, change, words) => {
    expect(problemsOf(change).join('\n')).toContain(words)
  })

  it.each([
    [{ id: 'Tea Shop' }, 'merchant.id'],
    [{ secretKeys: [] }, 'merchant.secretKeys'],
    [{ secretKeys: ['pk_live_x'] }, 'must begin with "sk_"'],
    [{ secretKeys: ['sk_test_0123456789', 'sk_test_0123456789'] }, 'the same key twice'],
    [{ origins: ['https://shop.example/path'] }, 'merchant.origins[0] must be an origin'],
    [{ origins: ['http://shop.example'] }, 'merchant.origins[0] must be https'],
    [{ origins: ['*'] }, 'merchant.origins[0] must be an origin'],
    [
      { webhooks: [{ url: 'http://shop.example/', secrets: [SECRET] }] },
      'merchant.webhooks[0].url must be https',
    ],
    [{ webhooks: [{ url: 'https://shop.example:9000/', secrets: [SECRET] }] }, 'port 443 or 8443'],
    [{ webhooks: [{ url: 'https://a:b@shop.example/', secrets: [SECRET] }] }, 'must not hold credentials'],
    [{ webhooks: [{ url: 'https://shop.example/', secrets: ['whsec_c2hvcnQ='] }] }, 'secrets[0] must be'],
    [{ webhooks: [options.merchant.webhooks?.[0], options.merchant.webhooks?.[0]] }, 'the same URL twice'],
  ])('refuses the merchant %j', (change, words) => {
    expect(merchantProblems(change).join('\n')).toContain(words)
  })

  it('never mixes test and live: keys, accounts, insecure webhooks (T44)', () => {
    expect(problemsOf({ providers: [provider('a', 'test'), provider('b', 'live')] }).join()).toContain(
      'play money',
    )
    expect(merchantProblems({ secretKeys: ['sk_sandbox_demo'] }, live).join()).toContain('is a test key')
    expect(merchantProblems({ secretKeys: ['sk_test_0123456789'] }, live).join()).toContain('is a test key')
    expect(merchantProblems({ secretKeys: ['sk_live_0123456789abcdef0123'] }).join()).toContain(
      'is a live key',
    )
    expect(merchantProblems({ secretKeys: ['sk_short_key'] }, live).join()).toContain(
      'short enough to be guessed',
    )
    expect(problemsOf({ allowInsecureWebhooks: true }, live).join()).toContain('for development')
    expect(problemsOf({ providers: [provider('a', 'test'), provider('a', 'test')] }).join()).toContain(
      'twice',
    )
  })

  it('never repeats a secret', () => {
    const problems = merchantProblems({
      secretKeys: ['CANARY_KEY', 'sk_live_CANARY'],
      webhooks: [{ url: 'https://u:CANARY@shop.example/', secrets: ['whsec_CANARY'] }],
    })
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.join()).not.toContain('CANARY')
  })
})
