import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../start-example.ts'
import { DESKTOP, type Engine, missing } from './engine.ts'

const DEBIAN = 'webkit2gtk-driver xvfb'
const BROWSERS = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((machine) =>
  ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].map(
    (name) => `/usr/lib/${machine}/${name}/MiniBrowser`,
  ),
)

/** Driven by WebDriver, through WebKitGTK's own driver and browser, on a screen that nobody sees. */
export const webkitEngine: Engine = {
  name: 'WebKitGTK',
  async open({ phone } = {}) {
    const driver = find(process.env['WEBKIT_DRIVER_PATH'], ['/usr/bin/WebKitWebDriver'])
    const binary = find(process.env['WEBKIT_BROWSER_PATH'], BROWSERS)
    const screen = find(undefined, ['/usr/bin/Xvfb'])
    const home = mkdtempSync(join(tmpdir(), 'teabrick-webkit-'))
    const children: ChildProcess[] = []
    const end = async (): Promise<void> => {
      for (const child of children.reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const ended = once(child, 'exit')
        child.kill()
        await ended
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    }
    try {
      // The X server chooses a free display and says which.
      const server = spawn(screen, ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      })
      children.push(server)
      const [display] = await once(server.stdio[3] as NodeJS.ReadableStream, 'data')
      const port = await freePort()
      children.push(
        spawn(driver, [`--port=${port}`, '--host=127.0.0.1'], {
          stdio: 'ignore',
          env: {
            ...process.env,
            DISPLAY: `:${String(display).trim()}`,
            HOME: home,
            XDG_CACHE_HOME: home,
            XDG_DATA_HOME: home,
            XDG_CONFIG_HOME: home,
            GDK_BACKEND: 'x11',
            LANG: 'C.UTF-8',
            LANGUAGE: 'ru',
            // There is no GPU, and no user namespace for a sandbox inside a container.
            WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
            WEBKIT_DISABLE_DMABUF_RENDERER: '1',
            LIBGL_ALWAYS_SOFTWARE: '1',
          },
        }),
      )
      const send = speakTo(`http://127.0.0.1:${port}`)
      const { width, height } = phone ?? DESKTOP
      const { sessionId } = await send<{ sessionId: string }>('POST', '/session', {
        capabilities: {
          alwaysMatch: {
            browserName: 'MiniBrowser',
            'webkitgtk:browserOptions': {
              binary,
              args: ['--automation', ...(phone ? [`--user-agent=${phone.userAgent}`] : [])],
            },
          },
        },
      })
      const session = `/session/${sessionId}`
      await send('POST', `${session}/window/rect`, { width, height })
      return {
        goto: (url) => send('POST', `${session}/url`, { url }),
        evaluate: async (expression) =>
          JSON.parse(
            await send('POST', `${session}/execute/async`, {
              script: `const done = arguments[0]; Promise.resolve(${expression}).then((value) => done(JSON.stringify(value ?? null)), (error) => done(JSON.stringify('threw ' + error)))`,
              args: [],
            }),
          ),
        press: (x, y) =>
          send('POST', `${session}/actions`, {
            actions: [
              {
                type: 'pointer',
                id: 'hand',
                parameters: { pointerType: 'mouse' },
                actions: [
                  { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) },
                  { type: 'pointerDown', button: 0 },
                  { type: 'pointerUp', button: 0 },
                ],
              },
            ],
          }),
        screenshot: async () => Buffer.from(await send<string>('GET', `${session}/screenshot`), 'base64'),
        async close() {
          await send('DELETE', session).catch(() => {})
          await end()
        },
      }
    } catch (error) {
      await end()
      throw error
    }
  },
}

function find(chosen: string | undefined, places: readonly string[]): string {
  const found = (chosen ? [chosen] : places).find((each) => existsSync(each))
  if (!found) throw missing('WebKitGTK with its driver', DEBIAN, 'WEBKIT_DRIVER_PATH and WEBKIT_BROWSER_PATH')
  return found
}

/** https://www.w3.org/TR/webdriver2/: every answer is `{value}`. The driver needs a moment before it listens. */
function speakTo(driver: string) {
  return async <T = void>(method: string, path: string, body?: unknown): Promise<T> => {
    for (let tried = 1; ; tried++) {
      try {
        const response = await fetch(driver + path, {
          method,
          ...(body !== undefined && {
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
        })
        const { value } = (await response.json()) as { readonly value: { error?: string; message?: string } }
        if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}, ${value?.message}`)
        return value as T
      } catch (error) {
        // Refused: it is not there yet.
        if (!(error instanceof TypeError) || tried === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
}
