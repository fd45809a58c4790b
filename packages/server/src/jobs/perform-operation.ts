import type { Money, Receipt, Split } from '@teabrick/core/contract'
import { knownOf } from '../domain/known.ts'
import type { OperationRecord, PaymentRecord, SessionState } from '../domain/records.ts'
import type { Outcome } from '../domain/settle-operation.ts'
import type { CreateRequest } from '../domain/start-payment.ts'
import { type Provider, type ProviderContext, ProviderFault } from '../provider.ts'

/** What a capture or a refund carries for the provider, as the merchant sent it. */
interface Parts {
  readonly receipt?: Receipt | undefined
  readonly splits?: readonly Split[] | undefined
}

/**
 * Asks the provider what an operation says, and turns whatever comes of it into an outcome. Decides nothing and never throws:
 * a fault nobody foresaw is an outcome that is not known.
 *
 * @param options.isKeyForgotten The provider may take the same request for a new one: a refund asks its books first.
 */
export async function performOperation(
  operation: OperationRecord,
  state: SessionState,
  provider: Provider,
  context: ProviderContext,
  options: { readonly isKeyForgotten: boolean },
): Promise<Outcome> {
  const payment = state.payments.find(({ id }) => id === operation.paymentId)
  if (payment === undefined) return { kind: 'moot' }
  try {
    return await perform(operation, state, payment, provider, context, options)
  } catch (error) {
    const fault =
      error instanceof ProviderFault
        ? error
        : new ProviderFault(
            'unknown',
            'adapter_error',
            error instanceof Error ? error.message : String(error),
            { cause: error },
          )
    return { kind: 'fault', fault }
  }
}

async function perform(
  operation: OperationRecord,
  state: SessionState,
  payment: PaymentRecord,
  provider: Provider,
  context: ProviderContext,
  { isKeyForgotten }: { readonly isKeyForgotten: boolean },
): Promise<Outcome> {
  const { idempotencyKey } = operation
  const providerRef = payment.providerRef ?? undefined
  const repeated = operation.attempts > 1
  switch (operation.kind) {
    case 'create': {
      const request = operation.request as CreateRequest
      return {
        kind: 'payment',
        payment: await provider.createPayment({ ...request, idempotencyKey, repeated }, context),
      }
    }
    case 'query': {
      const known = knownOf(payment, state.refunds)
      const found = await provider.getPayment({ paymentId: payment.id, providerRef, known }, context)
      return found === null ? { kind: 'not_found' } : { kind: 'payment', payment: found }
    }
    case 'capture': {
      if (providerRef === undefined || payment.status === 'succeeded') return { kind: 'moot' }
      const { charge, ...parts } = operation.request as { readonly charge: Money } & Parts
      const captured = await provider.capturePayment(
        {
          paymentId: payment.id,
          providerRef,
          idempotencyKey,
          charge,
          receipt: parts.receipt,
          splits: parts.splits,
          known: knownOf(payment, state.refunds),
        },
        context,
      )
      return { kind: 'payment', payment: captured }
    }
    case 'cancel': {
      const wanted = ['canceling', 'superseded', 'late_success'].includes(payment.status)
      if (!wanted) return { kind: 'moot' }
      // A cancel that overtakes its create could be forgotten before there is anything to cancel.
      const create = state.operations.find(
        ({ paymentId, kind }) => paymentId === payment.id && kind === 'create',
      )
      if (
        create !== undefined &&
        create.notBefore !== null &&
        (create.state === 'pending' || create.state === 'unknown')
      ) {
        return { kind: 'postponed', delayMs: 500 }
      }
      return {
        kind: 'payment',
        payment: await provider.cancelPayment(
          { paymentId: payment.id, providerRef, idempotencyKey, repeated },
          context,
        ),
      }
    }
    case 'refund': {
      const refund = state.refunds.find(({ id }) => id === operation.refundId)
      if (refund === undefined || refund.status !== 'requested' || providerRef === undefined)
        return { kind: 'moot' }
      const known = knownOf(payment, state.refunds)
      if (refund.providerRef !== null) {
        const ref = {
          refundId: refund.id,
          paymentId: payment.id,
          paymentProviderRef: providerRef,
          providerRef: refund.providerRef,
          known,
        }
        const found = await provider.getRefund(ref, context)
        return found === null ? { kind: 'not_found' } : { kind: 'refund', refund: found }
      }
      if (isKeyForgotten) {
        const books = await provider.getPayment({ paymentId: payment.id, providerRef, known }, context)
        const given = books?.refunded
        const isBack =
          given?.currency === payment.charge.currency &&
          given.minorUnits >= known.refunded.minorUnits + refund.charge
        if (books && isBack) return { kind: 'payment', payment: books }
      }
      const { receipt, splits } = operation.request as Parts
      const made = await provider.refundPayment(
        {
          refundId: refund.id,
          paymentId: payment.id,
          providerRef,
          idempotencyKey,
          charge: { currency: payment.charge.currency, minorUnits: refund.charge },
          reason: refund.reason ?? undefined,
          receipt,
          splits,
          repeated,
          known,
        },
        context,
      )
      return { kind: 'refund', refund: made }
    }
  }
}
