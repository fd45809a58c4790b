export { isPayError, PayError, type PayErrorCode } from '../errors.ts'
export {
  createMerchantClient,
  MERCHANT_RETRY_RULES,
  type MerchantClient,
  type MerchantClientOptions,
  type ReadOptions,
  type SessionQuery,
  type WriteOptions,
} from './merchant-client.ts'
export { type VerifyWebhookOptions, verifyWebhook } from './verify-webhook.ts'
export { signWebhook, type WebhookContent } from './webhook-signature.ts'
