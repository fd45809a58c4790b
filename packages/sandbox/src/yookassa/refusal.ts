/** An error answer of YooKassa: https://yookassa.ru/developers/using-api/response-handling/response-format */
export class YookassaRefusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 500,
    readonly code: string,
    message: string,
    /** The request field at fault. */
    readonly parameter?: string | undefined,
  ) {
    super(message)
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
