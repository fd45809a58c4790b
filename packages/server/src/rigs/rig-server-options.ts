/** What a server process of the rigs is told, as JSON in its environment. */
export interface RigServerOptions {
  readonly publicUrl: string
  readonly database: string
  readonly yookassaUrl: string
  readonly antomUrl: string
  readonly tbankUrl: string
  readonly webhookUrl: string
  /** 0 takes a free one. */
  readonly port: number
}

export const RIG_SECRET_KEY = 'sk_sandbox_rigs_0123456789abcdef'
export const RIG_WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
export const RIG_METRICS_TOKEN = 'rig-metrics-token-0123456789abcdef'
