import {
  cancelRequest,
  captureRequest,
  PAYMENT_ID,
  payment,
  REFUND_ID,
  refund,
  refundRequest,
} from '@teabrick/core/contract'
import { toPayment, toRefund } from '../domain/views.ts'
import { readCommand } from './read-command.ts'
import { requireId } from './require-id.ts'
import { type HttpContext, json, type Route } from './route.ts'

/** `/v1/payments` and `/v1/refunds`: taking, releasing and giving back. */
export function paymentRoutes({ engine }: HttpContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/payments/{id}',
      access: 'merchant',
      operationId: 'getPayment',
      summary: 'Read a payment with its refunds',
      success: { status: 200, description: 'The payment as it is', schema: payment },
      problems: ['not_found'],
      async handle({ params }) {
        const found = await engine.getPayment(requireId(params['id'], PAYMENT_ID))
        return json(toPayment(found.state, found.payment))
      },
    },
    {
      method: 'POST',
      path: '/v1/payments/{id}/capture',
      access: 'merchant',
      operationId: 'capturePayment',
      summary: 'Take reserved money, whole or in part; once per payment',
      body: captureRequest,
      success: { status: 200, description: 'The payment as it is', schema: payment },
      problems: ['not_found', 'invalid_state', 'amount_exceeds_remaining', 'idempotency_key_reused'],
      async handle({ request, params }) {
        const id = requireId(params['id'], PAYMENT_ID)
        const { body, key } = await readCommand(request, captureRequest())
        const captured = await engine.capturePayment(id, body, key)
        return json(toPayment(captured.state, captured.payment))
      },
    },
    {
      method: 'POST',
      path: '/v1/payments/{id}/cancel',
      access: 'merchant',
      operationId: 'cancelPayment',
      summary: 'Release reserved money or end a pending payment',
      body: cancelRequest,
      success: { status: 200, description: 'The payment as it is', schema: payment },
      problems: ['not_found', 'invalid_state', 'idempotency_key_reused'],
      async handle({ request, params }) {
        const id = requireId(params['id'], PAYMENT_ID)
        const { body, key } = await readCommand(request, cancelRequest())
        const canceled = await engine.cancelPayment(id, body, key)
        return json(toPayment(canceled.state, canceled.payment))
      },
    },
    {
      method: 'POST',
      path: '/v1/payments/{id}/refunds',
      access: 'merchant',
      operationId: 'refundPayment',
      summary: 'Give money back, whole or in parts',
      body: refundRequest,
      success: { status: 201, description: 'The refund', schema: refund },
      problems: ['not_found', 'invalid_state', 'amount_exceeds_remaining', 'idempotency_key_reused'],
      async handle({ request, params }) {
        const id = requireId(params['id'], PAYMENT_ID)
        const { body, key } = await readCommand(request, refundRequest())
        const made = await engine.refundPayment(id, body, key)
        return json(toRefund(made.state, made.refund), 201)
      },
    },
    {
      method: 'GET',
      path: '/v1/refunds/{id}',
      access: 'merchant',
      operationId: 'getRefund',
      summary: 'Read a refund',
      success: { status: 200, description: 'The refund as it is', schema: refund },
      problems: ['not_found'],
      async handle({ params }) {
        const found = await engine.getRefund(requireId(params['id'], REFUND_ID))
        return json(toRefund(found.state, found.refund))
      },
    },
  ]
}
