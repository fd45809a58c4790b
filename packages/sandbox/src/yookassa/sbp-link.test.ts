import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { makeSbpId, sbpCrc, sbpLink } from './sbp-link.ts'

// Links that stand in public documents; the file says where.
const { vectors, negative } = JSON.parse(
  readFileSync(new URL('../../fixtures/sbp-crc.json', import.meta.url), 'utf8'),
) as {
  vectors: { name: string; withoutCrc: string; crc: string }[]
  negative: { name: string; link: string; computed: string }[]
}

it('knows the check value of CRC-16/CCITT-FALSE', () => {
  expect(sbpCrc('123456789')).toBe('29B1')
})

it.each(vectors)('computes the crc of a genuine link: $name', ({ withoutCrc, crc }) => {
  expect(sbpCrc(withoutCrc)).toBe(crc)
})

it.each(negative)('does not confirm an edited link: $name', ({ link, computed }) => {
  const [head = '', printed] = link.split('&crc=')
  expect(sbpCrc(head)).toBe(computed)
  expect(printed).not.toBe(computed)
})

it('makes a dynamic link with the sum in kopecks', () => {
  const id = makeSbpId(createRandom(1))
  expect(id).toMatch(/^AD[0-9A-Z]{30}$/)
  const link = sbpLink(`http://127.0.0.1:4250/yookassa/${id}`, 123456)
  const [head = '', crc] = link.split('&crc=')
  expect(head).toBe(`http://127.0.0.1:4250/yookassa/${id}?type=02&bank=100000000022&sum=123456&cur=RUB`)
  expect(crc).toBe(sbpCrc(head))
})
