import type { Device } from '@teabrick/core/contract'

/** What the headers of a page request tell about the device: enough to leave out methods that cannot work there. */
export function hostedDevice(headers: Headers): Device {
  const agent = (headers.get('user-agent') ?? '').slice(0, 512)
  const os = /iPhone|iPad|iPod/.test(agent)
    ? 'ios'
    : /Android/.test(agent)
      ? 'android'
      : /Windows/.test(agent)
        ? 'windows'
        : /Mac OS/.test(agent)
          ? 'macos'
          : /Linux|CrOS/.test(agent)
            ? 'linux'
            : 'other'
  const isMobile = os === 'ios' || os === 'android' || headers.get('sec-ch-ua-mobile') === '?1'
  return { surface: isMobile ? 'mobile' : 'desktop', os }
}
