/** An error answer of YooKassa: https://yookassa.ru/developers/using-api/response-handling/response-format */
export class YookassaRefusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 429 | 500
  readonly code: string
  /** The request field at fault. */
  readonly parameter: string | undefined

  constructor(
    status: YookassaRefusal['status'],
    code: string,
    message: string,
    parameter?: string | undefined,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.parameter = parameter
  }
}

export function invalid(parameter: string, why: string): YookassaRefusal {
  return new YookassaRefusal(400, 'invalid_request', why, parameter)
}

export function refusalBody({ code, message, parameter }: YookassaRefusal, id: string): object {
  return {
    type: 'error',
    id,
    code,
    description: message,
    ...(parameter === undefined ? {} : { parameter }),
  }
}
