import { FAILURE_CODES, UNAVAILABLE_REASONS } from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import { RETURN_TEXTS } from '../return-texts.ts'
import { texts as en } from './en.ts'
import { REASONS, reasonOf } from './reasons.ts'
import { texts as ru } from './ru.ts'
import type { Texts } from './texts.ts'
import { texts as zh } from './zh-hans.ts'

function* stringsOf(value: unknown, path = ''): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [path, value]
  else if (typeof value === 'function') yield [path, value(path.endsWith('.bankOfRussia') ? '2026-11-22' : 5)]
  else if (typeof value === 'object' && value) {
    for (const [key, each] of Object.entries(value)) yield* stringsOf(each, `${path}.${key}`)
  }
}

describe.each([ru, zh, en])('$locale', (texts: Texts) => {
  it('says something everywhere, and the same keys as Russian', () => {
    const found = [...stringsOf(texts)]
    expect(found.filter(([, text]) => !text.trim())).toEqual([])
    expect(found.map(([path]) => path).sort()).toEqual([...stringsOf(ru)].map(([path]) => path).sort())
    expect([...stringsOf(RETURN_TEXTS[texts.locale])]).toHaveLength(7)
  })

  it('claims that nothing was charged in one place only', () => {
    const reasons = { reasons: REASONS[texts.locale] }
    const tables = [texts, RETURN_TEXTS[texts.locale], reasons].flatMap((table) => [...stringsOf(table)])
    const claims = tables.filter(([, text]) => /не списан|未扣款|not charged/i.test(text))
    expect(claims.map(([path]) => path)).toEqual(['.reasons.endings.notCharged'])
  })

  it('has words for every failure and every absence', () => {
    for (const code of FAILURE_CODES) expect(reasonOf(texts, 'failures', code)).toBeTruthy()
    for (const code of UNAVAILABLE_REASONS) expect(reasonOf(texts, 'unavailable', code)).toBeTruthy()
    expect(reasonOf(texts, 'failures', 'constructor')).toBeUndefined()
  })
})

it('declines minutes in Russian', () => {
  expect([1, 2, 5, 11, 21].map(ru.minutesLeft)).toEqual([
    'Осталась 1 минута',
    'Осталось 2 минуты',
    'Осталось 5 минут',
    'Осталось 11 минут',
    'Осталась 21 минута',
  ])
})
