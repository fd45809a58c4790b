import type { CheckoutStatus } from '@teabrick/core'
import { PayButton, PayProvider } from '@teabrick/react'
import { type FormEvent, type ReactElement, useState } from 'react'
import type { CartData } from '../cart-data.ts'
import type { Locale } from '../locale.ts'
import { fill } from '../texts/fill.ts'
import type { CartTexts } from './cart-texts.ts'
import { sendCartForm } from './send-cart-form.ts'

export interface CartViewProps {
  readonly cart: CartData
  readonly locale: Locale
  readonly texts: CartTexts
}

const STATUS_TEXTS: Readonly<Partial<Record<CheckoutStatus, keyof CartTexts>>> = {
  requires_action: 'statusWaiting',
  processing: 'statusProcessing',
  failed: 'statusFailed',
  succeeded: 'statusPaid',
  expired: 'statusExpired',
}

/** The cart and its pay button. Every form works as it is without JavaScript; with it, the page stays where it is. */
export function CartView({ cart: first, locale, texts }: CartViewProps): ReactElement {
  const [cart, setCart] = useState(first)
  const [isFailed, setFailed] = useState(false)
  const [status, setStatus] = useState<CheckoutStatus>()

  async function change(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    try {
      setCart(await sendCartForm(event.currentTarget, (event.nativeEvent as SubmitEvent).submitter))
      setFailed(false)
      setStatus(undefined)
    } catch {
      setFailed(true)
    }
  }

  if (cart.items === '') return <EmptyCart texts={texts} />
  const statusText = status && STATUS_TEXTS[status]
  return (
    <PayProvider apiUrl="/pay" locale={locale}>
      <div className="cart">
        <h1 className="cart-title">{texts.cartTitle}</h1>
        <div>
          <ul className="cart-lines">
            {cart.lines.map((line) => (
              <CartRow key={line.sku} line={line} texts={texts} onChange={change} />
            ))}
          </ul>
          <p role="alert">{isFailed ? texts.cartError : ''}</p>
        </div>
        <div className="bill">
          <p className="bill-row small">
            <span>{texts.delivery}</span> <span>{texts.deliveryFree}</span>
          </p>
          <p className="bill-row bill-total">
            <span>{texts.total}</span>
            <span className="price">
              <strong>{cart.total}</strong> <span className="price-other">{cart.totalOther}</span>
            </span>
          </p>
          {/* Another cart is another purchase: its button starts from the beginning. */}
          <PayButton
            key={cart.items}
            type="checkout"
            sessionUrl="/api/checkout"
            data={{ items: cart.items }}
            onPayStatus={(event) => setStatus(event.status)}
          >
            <a className="button button-main" href={`/buy/${cart.items}`}>
              {texts.pay}
            </a>
          </PayButton>
          <p className="status" role="status">
            {statusText ? texts[statusText] : ''}
          </p>
          <p className="small">{texts.payNote}</p>
          <p className="small">{texts.checkoutNote}</p>
        </div>
      </div>
    </PayProvider>
  )
}

interface CartRowProps {
  readonly line: CartData['lines'][number]
  readonly texts: CartTexts
  readonly onChange: (event: FormEvent<HTMLFormElement>) => Promise<void>
}

function CartRow({ line, texts, onChange }: CartRowProps): ReactElement {
  const { sku, name, measure, quantity, total } = line
  return (
    <li className="cart-line">
      <span className="plate cart-picture">
        <img src={`/art/${sku}.svg`} alt="" width={480} height={480} />
      </span>
      <p className="cart-name">
        <a href={`/tea/${sku}`}>{name}</a>
        <span>{measure}</span>
      </p>
      <p className="cart-total">{total}</p>
      <form className="cart-count" method="post" action="/cart" onSubmit={onChange}>
        <input type="hidden" name="sku" value={sku} />
        <span className="stepper">
          <button
            type="submit"
            name="quantity"
            value={quantity - 1}
            disabled={quantity === 1}
            aria-label={fill(texts.less, { name })}
          >
            −
          </button>
          <output aria-label={texts.quantity}>{quantity}</output>
          <button
            type="submit"
            name="quantity"
            value={quantity + 1}
            disabled={quantity === 99}
            aria-label={fill(texts.more, { name })}
          >
            +
          </button>
        </span>
        <button
          type="submit"
          className="plain-button"
          name="quantity"
          value="0"
          aria-label={fill(texts.removeGood, { name })}
        >
          {texts.remove}
        </button>
      </form>
    </li>
  )
}

function EmptyCart({ texts }: { readonly texts: CartTexts }): ReactElement {
  return (
    <section className="message">
      <h1>{texts.cartTitle}</h1>
      <p>{texts.cartEmpty}</p>
      <p>
        <a className="button" href="/#tea">
          {texts.cartEmptyAction}
        </a>
      </p>
    </section>
  )
}
