import { BlockList, isIP } from 'node:net'

// Special-purpose blocks that are not globally reachable, https://www.iana.org/assignments/iana-ipv4-special-registry and
// https://www.iana.org/assignments/iana-ipv6-special-registry (2024), with multicast. IPv6 that carries an IPv4 address
// (mapped, NAT64, 6to4, Teredo) could lead back inside and is refused whole.
const BLOCKED_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

const blockedV4 = new BlockList()
for (const [network, prefix] of BLOCKED_V4) blockedV4.addSubnet(network, prefix)

// IPv6: everything but global unicast, and inside that the special blocks.
const globalV6 = new BlockList()
globalV6.addSubnet('2000::', 3, 'ipv6')
const blockedV6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  blockedV6.addSubnet(network, prefix, 'ipv6')

/** Whether an address is on the public internet: the only places webhooks are sent to. */
export function isPublicAddress(address: string): boolean {
  // A zone ("fe80::1%eth0") means a link of this machine.
  switch (address.includes('%') ? 0 : isIP(address)) {
    case 4:
      return !blockedV4.check(address)
    case 6:
      return globalV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6')
    default:
      return false
  }
}
