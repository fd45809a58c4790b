import { expect, it } from 'vitest'
import { formatWeights, parseWeights, staleWeights } from './readme-weights.ts'

const OUTPUT = `gzip -9, bytes                            size   budget
clickable: pay-button.js                      7952     8000
  chunks/flow-9hv2jr2_.js                    11761    12000
classic one-file build                       36265    36000  TOO HEAVY
`
const weights = parseWeights(OUTPUT)

it('takes the sums of a measurement and leaves the chunks', () => {
  expect(weights).toEqual([
    { name: 'clickable: pay-button.js', bytes: 7952, budget: 8000 },
    { name: 'classic one-file build', bytes: 36265, budget: 36000 },
  ])
})

it('finds figures that are no longer true, and nothing in what it has written itself', () => {
  const readme = formatWeights(weights)
  expect(staleWeights(readme, weights)).toEqual([])
  expect(staleWeights(readme, [{ name: 'clickable: pay-button.js', bytes: 7200, budget: 8000 }])).toEqual([
    'README.md says 8 kB for "clickable: pay-button.js", measured 7.2 kB',
  ])
  expect(staleWeights(readme, [{ name: 'new', bytes: 1, budget: 2 }])).toEqual([
    'README.md says nothing for "new", measured 0.0 kB',
  ])
})
