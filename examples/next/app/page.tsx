import { PayButton } from '@teabrick/react'
import { BuyWithNews } from './buy-with-news'
import { PAY_API_URL } from './payments'
import { TEA } from './tea'

// The address of the payment API is read when the page is asked for, not when it is built.
export const dynamic = 'force-dynamic'

/** A server component: without events, the button needs no component of your own around it. */
export default function Page() {
  return (
    <article>
      <h1>{TEA.name}</h1>
      <p>{TEA.priceText}</p>
      <BuyWithNews apiUrl={PAY_API_URL} sku={TEA.sku} />
      <p className="after">Sent on the day it is paid.</p>
      <h2>The same, from a server component</h2>
      <PayButton
        apiUrl={PAY_API_URL}
        locale="en"
        sessionUrl="/api/checkout"
        data={{ sku: TEA.sku }}
        type="order"
      >
        <a href="/buy">Order</a>
      </PayButton>
    </article>
  )
}
