/** A request the shop refuses, as RFC 9457 problem details. Nothing was changed. */
export class ShopProblem extends Error {
  override readonly name = 'ShopProblem'
  readonly status: 400 | 403 | 404 | 413 | 415 | 422 | 502
  readonly code: string
  /** The bad field: `data.sku`. */
  readonly path: string | undefined

  /** @param detail What is wrong, with the offending value, and the remedy. */
  constructor(status: ShopProblem['status'], code: string, detail: string, path?: string) {
    super(detail)
    this.status = status
    this.code = code
    this.path = path
  }

  toResponse(): Response {
    const { status, code, message: detail, path } = this
    return Response.json(
      { type: 'about:blank', title: code.replaceAll('_', ' '), status, code, detail, ...(path && { path }) },
      { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
    )
  }
}
