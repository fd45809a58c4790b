import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { signWebhook } from './sign-webhook.ts'

it('signs the vector of the specification’s reference library', () => {
  // standard-webhooks/standard-webhooks, libraries/javascript: "sign function works".
  const webhook = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  }
  expect(signWebhook(webhook, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
})

it('verifies with the standardwebhooks package under each secret, Cyrillic and emoji included', () => {
  const secrets = ['first', 'other'].map(
    (name) => `whsec_${Buffer.from(`${name}-secret-of-32-bytes-000000000`).toString('base64')}`,
  )
  const body = '{"data":{"name":"Чай 🍵"}}'
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = signWebhook({ id: 'evt_1', timestamp, body }, secrets)
  for (const secret of secrets)
    expect(
      new Webhook(secret).verify(body, {
        'webhook-id': 'evt_1',
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signature,
      }),
    ).toEqual({ data: { name: 'Чай 🍵' } })
})
