import { renderToString } from 'react-dom/server'
import { CartView, type CartViewProps } from '../client/cart-view.tsx'
import { type Html, html, jsonBlock, trusted } from '../html.ts'
import { page, type Visit } from './layout.ts'

/** The cart, drawn by React on the server and taken over by the same component in the browser. */
export function cartPage(props: CartViewProps, visit: Visit): Html {
  return page({
    visit,
    title: visit.texts.cartTitle,
    head: html`<script type="module" src="/client/cart-page.js"></script>`,
    main: html`<div id="cart">${trusted(renderToString(<CartView {...props} />))}</div>
${jsonBlock('cart-props', props)}`,
  })
}
