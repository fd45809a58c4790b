import { serve } from '../../node.ts'
import { createPaymentApi } from '../../payment-api.ts'
import { type FailoverServerOptions, failoverApiOptions } from './failover-options.ts'

const options = JSON.parse(process.env['FAILOVER_SERVER'] ?? '') as FailoverServerOptions
const api = createPaymentApi(failoverApiOptions(options))
const server = await serve({ api, port: 0, closeTimeoutMs: 500 })
process.send?.(server.port)
const stop = (): void => void server.close().then(() => process.exit(0))
process.once('message', stop)
// An instance never outlives the rig.
process.once('disconnect', stop)
