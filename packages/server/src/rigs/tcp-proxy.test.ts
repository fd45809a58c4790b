import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTcpProxy, type TcpProxy, type Toxics } from './tcp-proxy.ts'

let echo: Server
let proxy: TcpProxy
beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await createTcpProxy((echo.address() as AddressInfo).port)
})
afterEach(async () => {
  await proxy.close()
  echo.close()
})

/** Sends a text through the proxy and an end after it; what comes back, and how it ended. */
function send(
  text: string,
  toxics: Toxics,
): Promise<{ readonly got: string; readonly how: string; readonly pieces: number }> {
  proxy.poison(() => toxics)
  return new Promise((resolve) => {
    let got = ''
    let pieces = 0
    let how = 'closed'
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
    // Only silence can be told by time alone.
    const quiet =
      toxics.hangAfterBytes === undefined
        ? undefined
        : setTimeout(() => {
            how = 'silence'
            socket.destroy()
          }, 1000)
    socket.on('data', (chunk) => {
      got += chunk.toString()
      pieces++
      quiet?.refresh()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      how = error.code ?? 'error'
    })
    socket.on('close', () => {
      clearTimeout(quiet)
      resolve({ got, how, pieces })
    })
    socket.on('end', () => socket.end())
    socket.end(text)
  })
}

const TEXT = 'x'.repeat(1000)

it('passes everything on where nothing is wrong, however it is cut', async () => {
  expect(await send(TEXT, {})).toMatchObject({ got: TEXT, how: 'closed' })
  const sliced = await send(TEXT, { sliceBytes: 100, latencyMs: 5 })
  expect(sliced).toMatchObject({ got: TEXT, how: 'closed' })
  expect(await send(TEXT, { bytesPerSecond: 50_000 })).toMatchObject({ got: TEXT, how: 'closed' })
  expect([proxy.connections, proxy.poisoned]).toEqual([3, 2])
})

it('falls silent, resets or closes after the bytes that were asked for', async () => {
  // Both ways are counted: the text went out, and comes back in part.
  const slices = { sliceBytes: 100 }
  expect(await send(TEXT, { ...slices, hangAfterBytes: 1200 })).toEqual({
    got: expect.stringMatching(/^x{0,200}$/),
    how: 'silence',
    pieces: expect.any(Number),
  })
  expect(await send(TEXT, { ...slices, resetAfterBytes: 500 })).toMatchObject({ how: 'ECONNRESET' })
  const closed = await send(TEXT, { ...slices, closeAfterBytes: 1200 })
  expect(closed.how).toBe('closed')
  expect(closed.got.length).toBeLessThan(TEXT.length)
})

it('leads elsewhere from one connection to the next, and nowhere when told so', async () => {
  proxy.retarget(null)
  expect(await send('a', {})).toMatchObject({ got: '', how: 'ECONNRESET' })
  proxy.retarget((echo.address() as AddressInfo).port)
  expect(await send('a', {})).toMatchObject({ got: 'a', how: 'closed' })
})
