import { createContext, createElement, type ReactElement, type ReactNode, useContext, useMemo } from 'react'

/** What the components and hooks below a provider share. */
export interface PayConfig {
  /** The payment API: `https://shop.example/pay`, or a path of the page's own origin. */
  readonly apiUrl?: string | undefined
  /** BCP 47. Absent: the document's language, then the browser's. */
  readonly locale?: string | undefined
  readonly theme?: 'auto' | 'light' | 'dark' | undefined
}

export interface PayProviderProps extends PayConfig {
  readonly children?: ReactNode
}

const PayContext = createContext<PayConfig>({})

/** Sets the payment API, language and theme for everything below. A component's own prop wins. */
export function PayProvider({ apiUrl, locale, theme, children }: PayProviderProps): ReactElement {
  const config = useMemo(() => ({ apiUrl, locale, theme }), [apiUrl, locale, theme])
  return createElement(PayContext.Provider, { value: config }, children)
}

/** The nearest provider's settings, with own ones on top. */
export function usePayConfig(own: PayConfig): PayConfig {
  const shared = useContext(PayContext)
  return {
    apiUrl: own.apiUrl ?? shared.apiUrl,
    locale: own.locale ?? shared.locale,
    theme: own.theme ?? shared.theme,
  }
}
