import type { Device, OperatingSystem } from './contract/device.ts'
import { inAppBrowser } from './in-app.ts'

/** What a browser says of itself besides its user agent: `navigator.userAgentData`, as far as it helps. */
export interface UserAgentHints {
  readonly platform?: string | undefined
  readonly mobile?: boolean | undefined
}

/**
 * Surface, system and in-app browser from a user agent. Pure: the caller passes `navigator.userAgent`,
 * `navigator.maxTouchPoints`, by which an iPad is told from the Mac that it claims to be, and `navigator.userAgentData`, by
 * which an Android that asks for the desktop's page is told from Linux.
 *
 * A tablet is mobile: its apps can be opened. A television is not: nobody types on it, and its screen shows a code well.
 */
export function deviceFromUserAgent(
  userAgent: string,
  maxTouchPoints = 0,
  { platform, mobile }: UserAgentHints = {},
): Device {
  // On tablets these ask for the desktop's page as if on Linux, where neither exists.
  const hidesAndroid =
    platform === 'Android' || / (SamsungBrowser|Silk)\/|(HeyTap|Miui|Vivo|Huawei)Browser/.test(userAgent)
  const told = operatingSystem(userAgent, maxTouchPoints)
  const os = told === 'linux' && hidesAndroid ? 'android' : told
  const isPhone = os === 'ios' || os === 'android' || mobile || SMALL.test(userAgent)
  const inApp = inAppBrowser(userAgent)
  return { surface: isPhone && !TV.test(userAgent) ? 'mobile' : 'desktop', os, ...(inApp && { inApp }) }
}

/** Of systems that say no more: HarmonyOS, KaiOS, Windows phones, Java phones. */
const SMALL =
  /\bMobile\b|Windows Phone|IEMobile|\((Phone|Tablet);|Opera M(ini|obi)|MIDP|KAIOS|BlackBerry|webOS\//
const TV = /\b(Smart-?TV|TV)\b|GoogleTV|Android ?TV|\bAFT[A-Z]|BRAVIA|CrKey|Roku|Tizen.*TV|Web0S/i

function operatingSystem(userAgent: string, maxTouchPoints: number): OperatingSystem {
  // Windows phones said Android and iPhone as well; WeChat says WindowsWechat on Linux.
  if (/Windows [NP]/.test(userAgent)) return 'windows'
  if (/iP(hone|ad|od)/.test(userAgent)) return 'ios'
  // No Mac has a touch screen, and none says Mobile.
  if (/Mac ?OS|Macintosh/.test(userAgent))
    return maxTouchPoints > 1 || /Mobile\/|iOS\//.test(userAgent) ? 'ios' : 'macos'
  // Before Linux: every Android says Linux too, a desktop Linux never says Android.
  if (/Android/.test(userAgent)) return 'android'
  return /Linux|CrOS/.test(userAgent) ? 'linux' : 'other'
}
