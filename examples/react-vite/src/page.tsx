import { PayButton, PayProvider, PayReturn } from '@teabrick/react'
import { type ReactElement, useState } from 'react'
import { TEA } from './tea.ts'

export interface PageProps {
  readonly path: string
  /** The payment API, as the server was told. */
  readonly apiUrl: string
}

/** The whole site: a tea, and the page that the buyer comes back to. Rendered by the server and taken over by the browser. */
export function Page({ path, apiUrl }: PageProps): ReactElement {
  return (
    <PayProvider apiUrl={apiUrl} locale="en">
      <main>{path === '/return' ? <Returned /> : <Tea />}</main>
    </PayProvider>
  )
}

function Tea(): ReactElement {
  const [news, setNews] = useState('')
  return (
    <article>
      <h1>{TEA.name}</h1>
      <p>{TEA.priceText}</p>
      <PayButton
        sessionUrl="/api/checkout"
        type="buy"
        data={{ sku: TEA.sku }}
        onPayStatus={({ status }) => setNews(status)}
        onPaySuccess={({ paymentId }) => setNews(`paid: ${paymentId}`)}
        onPayFailure={({ failureCode }) => setNews(`declined: ${failureCode}`)}
        onPayError={({ error }) => setNews(`${error.code}: ${error.message}`)}
      >
        <a href={`/buy/${TEA.sku}`}>Buy</a>
      </PayButton>
      <p className="after">Sent on the day it is paid.</p>
      <output>{news}</output>
    </article>
  )
}

function Returned(): ReactElement {
  const [isPaid, setPaid] = useState(false)
  return (
    <article>
      <h1>{isPaid ? 'Thank you' : 'Your order'}</h1>
      <PayReturn onPaySuccess={() => setPaid(true)}>
        <a href="/">Back to the tea</a>
      </PayReturn>
    </article>
  )
}
