import { expect, it } from 'vitest'
import { createSecretKeyCheck } from './secret-key.ts'

const keys = ['sk_sandbox_first_0123456789', 'sk_sandbox_second_0123456789']
const position = createSecretKeyCheck(keys)

it('tells which key a text is', () => {
  expect(keys.map(position)).toEqual([1, 2])
})

it('takes no text for a key that is only like one', () => {
  for (const key of keys) {
    const near = ['', ' ', key.slice(0, -1), `${key}0`, ` ${key}`, `${key} `, key.toUpperCase(), key.slice(1)]
    for (let place = 0; place < key.length; place++)
      near.push(`${key.slice(0, place)}${key[place] === 'x' ? 'y' : 'x'}${key.slice(place + 1)}`)
    expect(near.filter((text) => position(text) !== 0)).toEqual([])
  }
})

it('takes none of 200,000 guesses for a key', () => {
  const taken: string[] = []
  for (let guess = 0; guess < 200_000; guess++)
    if (position(`sk_sandbox_${guess}`) !== 0) taken.push(`${guess}`)
  expect(taken).toEqual([])
})
