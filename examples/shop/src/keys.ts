const toSecret = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`

/** The demo's merchant key. Worthless: it opens nothing but a demo on the same machine. */
export const SECRET_KEY = 'sk_sandbox_demo'

/** Signs the webhooks to both endpoints. 32 bytes, and as worthless. */
export const WEBHOOK_SECRET = toSecret('teabrick-demo-webhook-secret-32b')
