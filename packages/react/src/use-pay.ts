import { createPayClient, type PayClientOptions, PayError } from '@teabrick/core'
import { useEffect, useMemo, useRef } from 'react'
import { createLazyCheckout, type LazyCheckout } from './lazy-checkout.ts'
import { usePayConfig } from './pay-provider.ts'
import { type UseCheckoutResult, useCheckout } from './use-checkout.ts'
import { useBrowserEffect } from './use-pay-element.ts'

export interface UsePayOptions extends Pick<PayClientOptions, 'fetch' | 'device' | 'platform'> {
  /** Absent: the provider's. */
  readonly apiUrl?: string | undefined
  /** `ct_…` of one session. Another token is another checkout. */
  readonly clientToken?: string | undefined
  /** Makes a session and resolves with its client token. Called at the first `load` or `pay`, once per purchase. */
  readonly createSession?: (() => Promise<string>) | undefined
}

export interface UsePayResult extends UseCheckoutResult, Pick<LazyCheckout, 'load' | 'reset'> {}

/**
 * A checkout without any markup, for pages that draw it themselves. Nothing is sent before `load` or `pay`; the component
 * follows the payment while it is mounted, and a pay request that has left is left to finish.
 */
export function usePay(options: UsePayOptions): UsePayResult {
  const { clientToken } = options
  const { apiUrl } = usePayConfig(options)
  const latest = useRef(options)
  useBrowserEffect(() => {
    latest.current = options
  })
  const lazy = useMemo(
    () =>
      createLazyCheckout(async () => {
        const { createSession, fetch, device, platform } = latest.current
        if (!apiUrl) throw new PayError('config_invalid', 'usePay needs apiUrl, its own or of a PayProvider')
        const token = clientToken ?? (await createSession?.())
        if (!token) throw new PayError('config_invalid', 'usePay needs clientToken or createSession')
        return createPayClient({ apiUrl, clientToken: token, fetch, device, platform })
      }),
    [apiUrl, clientToken],
  )
  useEffect(() => () => lazy.stop(), [lazy])
  const { state, isBusy, pay, cancel } = useCheckout(lazy)
  return { state, isBusy, pay, cancel, load: lazy.load, reset: lazy.reset }
}
