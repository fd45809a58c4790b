import { afterEach, describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { STATES } from '../fixtures/states.ts'
import { openState } from '../fixtures/states-page.ts'
import type { PaySheet } from './pay-sheet.ts'

type Opened = Awaited<ReturnType<typeof openState>>

afterEach(() => document.body.replaceChildren())

const insideOf = ({ root }: Opened) => (root.querySelector('[exportparts]') as PaySheet).shadowRoot!
const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))

/** What has the focus, once the browser has taken it away from what can have it no more. */
async function focused(opened: Opened): Promise<string> {
  await frame()
  const node = insideOf(opened).activeElement as HTMLInputElement | null
  if (!node) return 'nothing'
  const { localName, type, value, className } = node
  return /^(h3|dialog|section|summary)$/.test(localName)
    ? localName
    : `${localName} ${type === 'radio' ? value : className}`
}

async function turnTo(opened: Opened, name: string): Promise<string> {
  opened.checkout.set(STATES[name]!())
  await (opened.root.querySelector('[exportparts]') as PaySheet).updateComplete
  return focused(opened)
}

async function press(opened: Opened, ...keys: string[]): Promise<string> {
  for (const key of keys) await userEvent.keyboard(`{${key}}`)
  return focused(opened)
}

const paid = ({ checkout }: Opened) => checkout.paid.map(({ method }) => method)

describe.each(['modal', 'inline'] as const)('%s', (presentation) => {
  it('the focus goes through a whole purchase, refusal and all, and is never lost', async () => {
    const before = document.body.appendChild(document.createElement('button'))
    before.focus()
    const opened = await openState('loading', { presentation })
    // An inline checkout takes nobody's focus away; whoever wants it presses Tab.
    if (presentation === 'inline') expect(document.activeElement).toBe(before)
    else expect(await focused(opened)).toBe('dialog')
    opened.checkout.set(STATES['ready']!())
    expect(await press(opened, 'Tab')).toBe('input alipay')
    expect(await press(opened, 'ArrowDown')).toBe('input sbp')
    // Enter where the choice was made. What was chosen can be changed no more, and the button says why.
    await press(opened, 'Enter')
    expect(paid(opened)).toEqual(['sbp'])
    expect(await turnTo(opened, 'starting')).toBe('button action')
    expect(await turnTo(opened, 'action-sbp')).toBe('h3')
    expect(await press(opened, 'Tab')).toBe('button quiet')
    expect(await turnTo(opened, 'action-offline')).toBe('button quiet')
    expect(await turnTo(opened, 'action-time-up')).toBe('h3')
    expect(await turnTo(opened, 'processing')).toBe('h3')
    expect(await turnTo(opened, 'failed')).toBe('h3')
    // With his choice as it was.
    expect(await press(opened, 'Tab')).toBe('input sbp')
    await press(opened, 'Tab', 'Tab')
    // Space on the button, as well as Enter.
    expect(await press(opened, 'Shift>}{Tab}{/Shift')).toMatch(/^(input sbp|summary)$/)
    while ((await press(opened, 'Tab')) !== 'button action');
    await press(opened, ' ')
    expect(paid(opened)).toEqual(['sbp', 'sbp'])
    expect(await turnTo(opened, 'starting')).toBe('button action')
    expect(await turnTo(opened, 'action')).toBe('h3')
    expect(await turnTo(opened, 'succeeded')).toBe('h3')
    opened.flow.dispose()
  })

  it.each(['expired', 'canceled', 'late-success', 'load-error', 'ready-no-methods'])(
    'the focus goes on when it ends as %s',
    async (name) => {
      const opened = await openState('action', { presentation })
      insideOf(opened).querySelector<HTMLElement>('button.link')!.focus()
      expect(await turnTo(opened, name)).not.toBe('nothing')
      opened.flow.dispose()
    },
  )
})

it('goes round in the dialog with Tab and Shift-Tab, and to nothing behind it', async () => {
  const behind = document.body.appendChild(document.createElement('a'))
  behind.href = '#behind'
  const opened = await openState('ready')
  const places = new Set<string>()
  for (const key of [...Array(10).fill('Tab'), ...Array(10).fill('Shift>}{Tab}{/Shift')]) {
    places.add(await press(opened, key))
    expect(document.activeElement).not.toBe(behind)
  }
  expect([...places].filter((place) => place !== 'nothing').sort()).toEqual([
    'button action',
    'button close',
    'input alipay',
    'summary',
  ])
})

it('closes by Escape from every state, and gives the focus back', async () => {
  const before = document.body.appendChild(document.createElement('button'))
  for (const name of Object.keys(STATES)) {
    before.focus()
    const opened = await openState(name)
    await userEvent.keyboard('{Escape}')
    const sheet = opened.root.querySelector<PaySheet>('[exportparts]')
    // One that never loaded goes away altogether.
    expect([name, !!sheet?.renderRoot.querySelector('dialog[open]')]).toEqual([name, false])
    expect([name, document.activeElement === before]).toEqual([name, true])
    opened.flow.dispose()
  }
})
