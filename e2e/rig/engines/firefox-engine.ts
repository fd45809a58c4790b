import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DESKTOP, type Engine, type EngineOptions, missing } from './engine.ts'

const PLACES = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
]

function findFirefox(): string {
  const chosen = process.env['FIREFOX_PATH']
  const found = chosen ? [chosen] : PLACES
  const path = found.find((each) => existsSync(each))
  if (!path) throw missing('Firefox', 'firefox-esr', 'FIREFOX_PATH')
  return path
}

/** Driven by WebDriver BiDi, which Firefox speaks itself: https://w3c.github.io/webdriver-bidi/. */
export const firefoxEngine: Engine = {
  name: 'Firefox',
  async open({ phone } = {}) {
    const profile = mkdtempSync(join(tmpdir(), 'teabrick-firefox-'))
    writeFileSync(join(profile, 'user.js'), preferences(phone))
    const child = spawn(
      findFirefox(),
      ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', profile, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } },
    )
    const ended = once(child, 'exit')
    const end = async (): Promise<void> => {
      if (child.exitCode === null) child.kill()
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    }
    try {
      const send = await connect(await addressOf(child))
      await send('session.new', { capabilities: {} })
      const { contexts } = await send<{ contexts: [{ context: string }] }>('browsingContext.getTree', {})
      const [{ context }] = contexts
      const { width, height } = phone ?? DESKTOP
      await send('browsingContext.setViewport', { context, viewport: { width, height } })
      return {
        goto: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
        async evaluate(expression) {
          const { result, exceptionDetails } = await send<{
            result?: { value?: string }
            exceptionDetails?: { text: string }
          }>('script.evaluate', {
            expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
            target: { context },
            awaitPromise: true,
          })
          if (exceptionDetails) throw new Error(exceptionDetails.text)
          return JSON.parse(result?.value ?? 'null')
        },
        press: (x, y) =>
          send('input.performActions', {
            context,
            actions: [
              {
                type: 'pointer',
                id: 'hand',
                parameters: { pointerType: phone ? 'touch' : 'mouse' },
                actions: [
                  { type: 'pointerMove', x: Math.round(x), y: Math.round(y) },
                  { type: 'pointerDown', button: 0 },
                  { type: 'pointerUp', button: 0 },
                ],
              },
            ],
          }),
        async screenshot() {
          const { data } = await send<{ data: string }>('browsingContext.captureScreenshot', { context })
          return Buffer.from(data, 'base64')
        },
        async close() {
          await send('browser.close', {}).catch(() => {})
          await end()
        },
      }
    } catch (error) {
      await end()
      throw error
    }
  },
}

function preferences(phone: EngineOptions['phone']): string {
  const all: Record<string, string | number | boolean> = {
    'app.update.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.enabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'intl.accept_languages': 'ru',
    ...(phone && {
      'general.useragent.override': phone.userAgent,
      'dom.w3c_touch_events.enabled': 1,
      'dom.maxtouchpoints.testing.value': 5,
    }),
  }
  return Object.entries(all)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('')
}

function addressOf(child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(text) ?? []
      if (address) resolve(`${address}/session`)
    })
    child.on('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${text}`)))
    child.on('error', reject)
  })
}

type Send = <T = void>(method: string, params: unknown) => Promise<T>

interface Reply {
  readonly id?: number
  readonly result?: unknown
  readonly error?: string
  readonly message?: string
}

async function connect(address: string): Promise<Send> {
  const socket = new WebSocket(address)
  await once(socket, 'open')
  const waiting = new Map<number, (reply: Reply) => void>()
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply)
  })
  let last = 0
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, ({ result, error, message }) => {
        waiting.delete(id)
        if (error) reject(new Error(`${method}: ${error}, ${message}`))
        else resolve(result as never)
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
}
