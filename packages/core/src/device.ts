import type { Device, OperatingSystem } from './contract/device.ts'

// The first match wins. Apps that name another app in their user agent come before it.
const IN_APP: Readonly<Record<string, RegExp>> = {
  wechat: /MicroMessenger/,
  alipay: /AlipayClient|AliApp\(AP/,
  taobao: /AliApp\(TB/,
  dingtalk: /DingTalk/,
  douyin: /aweme/,
  weibo: /Weibo/,
  qq: / QQ\//,
  vk: /VKAndroidApp|com\.vk\.|\bVK\/\d/,
  ok: /OkApp|ru\.ok\./,
  telegram: /Telegram/,
  max: /\bMAX\/\d|ru\.oneme\./,
  yandex: /YaApp_|YandexSearch|YaSearchApp/,
  facebook: /FB[AI][NV]|FB_IAB/,
  instagram: /Instagram/,
}

/**
 * Surface, system and in-app browser from a user agent. Pure: the caller passes `navigator.userAgent` and
 * `navigator.maxTouchPoints`, by which an iPad is told from the Mac that it claims to be.
 */
export function deviceFromUserAgent(userAgent: string, maxTouchPoints = 0): Device {
  const os = operatingSystem(userAgent, maxTouchPoints)
  const mobile = os === 'ios' || os === 'android' || (os === 'other' && /Mobile|Phone/.test(userAgent))
  const inApp = Object.entries(IN_APP).find(([, pattern]) => pattern.test(userAgent))?.[0]
  return { surface: mobile ? 'mobile' : 'desktop', os, ...(inApp && { inApp }) }
}

function operatingSystem(userAgent: string, maxTouchPoints: number): OperatingSystem {
  if (/Windows/.test(userAgent)) return 'windows'
  if (/iP(hone|ad|od)/.test(userAgent)) return 'ios'
  if (/Mac OS/.test(userAgent)) return maxTouchPoints > 1 ? 'ios' : 'macos'
  // Before Linux: every Android says Linux too, a desktop Linux never says Android.
  if (/Android/.test(userAgent)) return 'android'
  return /Linux|CrOS/.test(userAgent) ? 'linux' : 'other'
}
