'use client'

import { PayButton } from '@teabrick/react'
import { useState } from 'react'

/** The button with its events as typed props. */
export function BuyWithNews({ apiUrl, sku }: { readonly apiUrl: string; readonly sku: string }) {
  const [news, setNews] = useState('')
  return (
    <>
      <PayButton
        apiUrl={apiUrl}
        locale="en"
        sessionUrl="/api/checkout"
        type="buy"
        data={{ sku }}
        onPayStatus={({ status }) => setNews(status)}
        onPayFailure={({ failureCode }) => setNews(`declined: ${failureCode}`)}
        onPayError={({ error }) => setNews(`${error.code}: ${error.message}`)}
      >
        <a href="/buy">Buy</a>
      </PayButton>
      <output>{news}</output>
    </>
  )
}
