import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyWebhook } from '@teabrick/core/merchant'

/** The merchant's webhook endpoint. */
export interface MerchantSite {
  readonly webhookUrl: string
  readonly secret: string
  /** How often each event came, by id: once is right. */
  readonly events: ReadonlyMap<string, number>
  /** Sessions told to be complete. */
  readonly completed: ReadonlySet<string>
  /** Resolves when the merchant has been told that this session is complete. */
  whenComplete(sessionId: string): Promise<void>
  close(): void
}

/** Takes webhooks, verifies each signature as a merchant must, and remembers what it was told. */
export async function startMerchantSite(): Promise<MerchantSite> {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const waiting = new Map<string, () => void>()
  const completed = new Set<string>()
  const events = new Map<string, number>()

  async function take(body: Buffer, headers: Record<string, string>): Promise<void> {
    const event = await verifyWebhook({ rawBody: body, headers, secrets: [secret] })
    events.set(event.id, (events.get(event.id) ?? 0) + 1)
    if (event.type !== 'session.completed') return
    const id = event.data.session?.id ?? ''
    completed.add(id)
    waiting.get(id)?.()
    waiting.delete(id)
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      take(Buffer.concat(chunks), request.headers as Record<string, string>)
        .then(() => 204)
        .catch((error: unknown) => {
          console.error('a webhook was refused', error)
          return 400
        })
        .then((status) => response.writeHead(status).end())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    webhookUrl: `http://127.0.0.1:${port}/webhooks`,
    secret,
    events,
    completed,
    whenComplete: (sessionId) =>
      completed.has(sessionId)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.set(sessionId, resolve)),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
