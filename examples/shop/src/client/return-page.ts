/**
 * A success inside the page needs no question: without the token that a return from a bank carries, the order's own page is
 * the place to be. Runs before the element, which takes the token out of the address.
 */
const order = document.querySelector<HTMLAnchorElement>('#order-link')
if (order && !location.hash.includes('teabrick=')) location.replace(order.href)

export {}
