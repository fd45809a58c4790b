import type { Device } from '@teabrick/core/contract'

/** WAP must name an operating system that Antom knows; a phone with another one gets the web's links. */
export function toAntomEnv(device: Device | undefined): { terminalType: string; osType?: string } {
  if (device?.surface !== 'mobile') return { terminalType: 'WEB' }
  if (device.os === 'ios') return { terminalType: 'WAP', osType: 'IOS' }
  if (device.os === 'android') return { terminalType: 'WAP', osType: 'ANDROID' }
  return { terminalType: 'WEB' }
}
