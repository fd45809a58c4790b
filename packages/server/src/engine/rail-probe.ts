import { type Provider, type ProviderContext, ProviderFault } from '../provider.ts'

/** Of nobody's payment. In the form of each provider's ids, so that it is looked up and not found. */
const NOBODYS = '00000000-0000-5000-8000-000000000000'

/**
 * Whether a provider answers a question about a payment that never was. Moves nothing, and a refusal is an answer.
 */
export async function probeProvider(provider: Provider, context: ProviderContext): Promise<boolean> {
  try {
    await provider.getPayment({ paymentId: 'probe', providerRef: NOBODYS }, context)
    return true
  } catch (error) {
    return error instanceof ProviderFault && error.kind === 'rejected'
  }
}
