import { PayReturn } from '@teabrick/react'
import { PAY_API_URL } from '../payments'

export const dynamic = 'force-dynamic'

export default function Returned() {
  return (
    <article>
      <h1>Your order</h1>
      <PayReturn apiUrl={PAY_API_URL} locale="en">
        <a href="/">Back to the tea</a>
      </PayReturn>
    </article>
  )
}
