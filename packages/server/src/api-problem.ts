import { type CheckoutView, PROBLEM_STATUS, type ProblemCode } from '@teabrick/core/contract'

/** A request that is refused, as the client will read it. Thrown by decisions, written by the HTTP layer as RFC 9457. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly code: ProblemCode
  readonly status: number
  /** The bad field: `order.lines[2].quantity`. */
  readonly path: string | undefined
  readonly retryAfterSeconds: number | undefined
  /** The checkout as it is, for conflicts a client can go on from. */
  readonly view: CheckoutView | undefined

  /** @param detail What is wrong, with the offending value, and the remedy. */
  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      path?: string | undefined
      retryAfterSeconds?: number | undefined
      view?: CheckoutView | undefined
    } = {},
  ) {
    super(detail)
    this.code = code
    this.status = PROBLEM_STATUS[code]
    this.path = options.path
    this.retryAfterSeconds = options.retryAfterSeconds
    this.view = options.view
  }
}
