import { expect, it } from 'vitest'
import { hostedDevice } from './hosted-device.ts'

it.each([
  [
    {
      'user-agent':
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
    },
    { surface: 'mobile', os: 'ios' },
  ],
  [
    // A tablet that asks for the desktop's page.
    {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
      'sec-ch-ua-platform': '"Android"',
    },
    { surface: 'mobile', os: 'android' },
  ],
  [
    {
      'user-agent':
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
      'sec-ch-ua-mobile': '?0',
    },
    { surface: 'desktop', os: 'windows' },
  ],
  [
    {
      'user-agent':
        'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Version/4.0 Chrome/138.0 Mobile Safari/537.36 MicroMessenger/8.0.50',
    },
    { surface: 'mobile', os: 'android', inApp: 'wechat' },
  ],
  [{}, { surface: 'desktop', os: 'other' }],
])('%j is %j', (headers, device) => {
  expect(hostedDevice(new Headers(headers as Record<string, string>))).toEqual(device)
})
