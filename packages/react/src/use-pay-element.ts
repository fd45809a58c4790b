import { PayError } from '@teabrick/core'
import type {
  PayActionEvent,
  PayCancelEvent,
  PayClickEvent,
  PayErrorEvent,
  PayExpireEvent,
  PayFailureEvent,
  PayPendingEvent,
  PayReadyEvent,
  PayStatusEvent,
  PaySuccessEvent,
} from '@teabrick/web-component'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

/** The elements' events as props. */
export interface PayEventProps {
  readonly onPayReady?: ((event: PayReadyEvent) => void) | undefined
  /** Cancelable: `event.preventDefault()` stops the click. */
  readonly onPayClick?: ((event: PayClickEvent) => void) | undefined
  readonly onPayStatus?: ((event: PayStatusEvent) => void) | undefined
  /** Cancelable: keeps the buyer from leaving for the wallet or bank. */
  readonly onPayAction?: ((event: PayActionEvent) => void) | undefined
  /** Cancelable: keeps the buyer on the page. Fulfil on the webhook, never on this event. */
  readonly onPaySuccess?: ((event: PaySuccessEvent) => void) | undefined
  /** The outcome is not known yet. */
  readonly onPayPending?: ((event: PayPendingEvent) => void) | undefined
  readonly onPayFailure?: ((event: PayFailureEvent) => void) | undefined
  readonly onPayCancel?: ((event: PayCancelEvent) => void) | undefined
  readonly onPayExpire?: ((event: PayExpireEvent) => void) | undefined
  /** Also when the element itself could not be loaded: then `event.error.code` is `chunk_failed`. */
  readonly onPayError?: ((event: Pick<PayErrorEvent, 'error'>) => void) | undefined
}

const EVENT_PROPS = {
  'pay-ready': 'onPayReady',
  'pay-click': 'onPayClick',
  'pay-status': 'onPayStatus',
  'pay-action': 'onPayAction',
  'pay-success': 'onPaySuccess',
  'pay-pending': 'onPayPending',
  'pay-failure': 'onPayFailure',
  'pay-cancel': 'onPayCancel',
  'pay-expire': 'onPayExpire',
  'pay-error': 'onPayError',
} as const satisfies Record<string, keyof PayEventProps>

/** Attributes of an element: undefined is an attribute that is not there. */
export type PayAttributes = Readonly<Record<string, string | undefined>>

// React warns about layout effects on the server, where no effect runs anyway.
export const useBrowserEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/**
 * Keeps an element's attributes and listeners as the props say, and registers its tag in the browser.
 * Attributes are set here as well as rendered: React 19 turns props into properties where an element has one.
 */
export function usePayElement(
  ref: RefObject<HTMLElement | null>,
  attributes: PayAttributes,
  events: PayEventProps,
): void {
  const latest = useRef(events)

  useBrowserEffect(() => {
    latest.current = events
    const element = ref.current
    if (!element) return
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined) element.removeAttribute(name)
      else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
    }
  })

  useBrowserEffect(() => {
    const element = ref.current
    if (!element) return
    const ends = Object.entries(EVENT_PROPS).map(([type, prop]) => {
      const listener = (event: Event) =>
        (latest.current[prop] as ((event: Event) => void) | undefined)?.(event)
      element.addEventListener(type, listener)
      return () => element.removeEventListener(type, listener)
    })
    let isMounted = true
    import('@teabrick/web-component').then(
      ({ defineElements }) => defineElements(),
      (cause: unknown) => {
        // The fallback link inside stays: the element is never upgraded.
        const error = new PayError('chunk_failed', '@teabrick/web-component did not load', { cause })
        if (isMounted) latest.current.onPayError?.({ error })
      },
    )
    return () => {
      isMounted = false
      for (const end of ends) end()
    }
  }, [ref])
}
