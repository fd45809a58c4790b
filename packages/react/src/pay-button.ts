import type {
  ButtonPresentation,
  ButtonType,
  CreateSession,
  PayButton as PayButtonElement,
} from '@teabrick/web-component'
import {
  type CSSProperties,
  createElement,
  type ForwardRefExoticComponent,
  forwardRef,
  type ReactNode,
  type RefAttributes,
  useImperativeHandle,
  useRef,
} from 'react'
import { type PayConfig, usePayConfig } from './pay-provider.ts'
import { type PayEventProps, useBrowserEffect, usePayElement } from './use-pay-element.ts'

export interface PayButtonProps extends PayConfig, PayEventProps {
  /** `ct_…` of one session. Pages with a token in them need `no-store`; catalogues use `sessionUrl`. */
  readonly clientToken?: string | undefined
  /** Same-origin address that creates a session: POST, answers `{clientToken}`. */
  readonly sessionUrl?: string | undefined
  /** The page's own way to a session. Called at the click or the first sign of it, once per purchase. */
  readonly createSession?: CreateSession | undefined
  readonly type?: ButtonType | undefined
  /** Method ids to offer, in this order. */
  readonly methods?: readonly string[] | undefined
  readonly presentation?: ButtonPresentation | undefined
  readonly secondLocale?: string | undefined
  /** Where to go after a success, when the session names nothing. */
  readonly returnUrl?: string | undefined
  readonly disabled?: boolean | undefined
  /** In place of the button's text. */
  readonly label?: ReactNode
  /** `data-*` attributes, sent to `sessionUrl`: `{ sku: 'da-hong-pao', quantity: 2 }`. */
  readonly data?: Readonly<Record<string, string | number>> | undefined
  readonly id?: string | undefined
  readonly className?: string | undefined
  readonly style?: CSSProperties | undefined
  /** The fallback link: shown on the server's page, without JavaScript, and when the element cannot work. */
  readonly children?: ReactNode
}

/**
 * `<pay-button>` as a component. On the server it is the bare element with its fallback link; the element itself is loaded
 * in the browser.
 */
export const PayButton: ForwardRefExoticComponent<PayButtonProps & RefAttributes<PayButtonElement>> =
  forwardRef(function PayButton(props, forwarded) {
    const { createSession, label, children, id, className, style, data, methods, disabled } = props
    const { apiUrl, locale, theme } = usePayConfig(props)
    const ref = useRef<PayButtonElement>(null)
    useImperativeHandle(forwarded, () => ref.current as PayButtonElement, [])

    const attributes = {
      'api-url': apiUrl,
      'client-token': props.clientToken,
      'session-url': props.sessionUrl,
      type: props.type,
      methods: methods?.join(' '),
      presentation: props.presentation,
      theme,
      locale,
      'second-locale': props.secondLocale,
      'return-url': props.returnUrl,
      ...Object.fromEntries(
        Object.entries(data ?? {}).map(([name, value]) => [dataAttribute(name), String(value)]),
      ),
    }
    usePayElement(ref, { ...attributes, disabled: disabled ? '' : undefined }, props)

    const create = useRef(createSession)
    const hasCreate = createSession !== undefined
    useBrowserEffect(() => {
      create.current = createSession
    })
    useBrowserEffect(() => {
      // One function for the element's life, so that a new closure at every render is not a new session.
      if (ref.current && hasCreate) ref.current.createSession = () => (create.current as CreateSession)()
      else if (ref.current) ref.current.createSession = undefined
    }, [hasCreate])

    return createElement(
      'pay-button',
      // `class`, not className: React 18 writes unknown names of custom elements as they are. `disabled`: the same, and
      // true where React 19 sets the property.
      { ...attributes, ref, id, class: className, style, disabled: disabled ? true : undefined },
      label === undefined ? null : createElement('span', { slot: 'label' }, label),
      children,
    )
  })

/** `unitCount` → `data-unit-count`, as `dataset` reads it back. */
function dataAttribute(name: string): string {
  return `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
