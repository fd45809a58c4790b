import { type Device, deviceFromUserAgent } from '@teabrick/core/contract'

/** More of a header is not read. */
const MAX_HEADER = 512

/**
 * What the headers of a page request tell about the device, by the element's own table: enough to leave out methods that cannot
 * work there.
 */
export function hostedDevice(headers: Headers): Device {
  // `"Android"`, with the quotes of a structured header.
  const platform = headers.get('sec-ch-ua-platform')?.replaceAll('"', '')
  return deviceFromUserAgent((headers.get('user-agent') ?? '').slice(0, MAX_HEADER), 0, {
    platform,
    mobile: headers.get('sec-ch-ua-mobile') === '?1',
  })
}
