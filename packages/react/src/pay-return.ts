import type { PayReturn as PayReturnElement } from '@teabrick/web-component'
import { type CSSProperties, createElement, type ReactElement, type ReactNode, useRef } from 'react'
import { type PayConfig, usePayConfig } from './pay-provider.ts'
import { type PayEventProps, usePayElement } from './use-pay-element.ts'

export interface PayReturnProps
  extends PayConfig,
    Pick<
      PayEventProps,
      'onPaySuccess' | 'onPayPending' | 'onPayFailure' | 'onPayCancel' | 'onPayExpire' | 'onPayError'
    > {
  readonly id?: string | undefined
  readonly className?: string | undefined
  readonly style?: CSSProperties | undefined
  /** The page's own links, below the result. */
  readonly children?: ReactNode
}

/** `<pay-return>` as a component: the result on the page that a buyer comes back to, asked from the payment API. */
export function PayReturn(props: PayReturnProps): ReactElement {
  const { id, className, style, children } = props
  const { apiUrl, locale, theme } = usePayConfig(props)
  const ref = useRef<PayReturnElement>(null)
  const attributes = { 'api-url': apiUrl, theme, locale }
  usePayElement(ref, attributes, props)
  return createElement('pay-return', { ...attributes, ref, id, class: className, style }, children)
}
