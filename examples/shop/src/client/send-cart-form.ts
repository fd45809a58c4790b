import type { CartData } from '../cart-data.ts'

/**
 * Sends a cart form as the browser would, with the button that was pressed, and takes the changed cart.
 *
 * @throws Error when there is no connection or the shop refuses.
 */
export async function sendCartForm(form: HTMLFormElement, submitter: HTMLElement | null): Promise<CartData> {
  const body = new URLSearchParams(
    [...new FormData(form, submitter)].map(([name, value]) => [name, String(value)]),
  )
  const response = await fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`the cart answered ${response.status}`)
  const cart = (await response.json()) as CartData
  const count = document.getElementById('cart-count')
  if (count) {
    count.textContent = String(cart.count)
    count.hidden = cart.count === 0
  }
  return cart
}
