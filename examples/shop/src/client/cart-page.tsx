import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { CartView, type CartViewProps } from './cart-view.tsx'

const root = document.getElementById('cart')
const props = document.getElementById('cart-props')?.textContent
if (root && props) {
  hydrateRoot(
    root,
    <StrictMode>
      <CartView {...(JSON.parse(props) as CartViewProps)} />
    </StrictMode>,
  )
}
