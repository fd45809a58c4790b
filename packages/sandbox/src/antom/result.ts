/** Every Antom answer carries one: S done, F refused, U nobody knows yet. */
export interface AntomResult {
  readonly resultStatus: 'S' | 'F' | 'U'
  readonly resultCode: string
  readonly resultMessage: string
}

export const SUCCESS: AntomResult = {
  resultStatus: 'S',
  resultCode: 'SUCCESS',
  resultMessage: 'success',
}

export const PAYMENT_IN_PROCESS: AntomResult = {
  resultStatus: 'U',
  resultCode: 'PAYMENT_IN_PROCESS',
  resultMessage: 'payment in process',
}

/** U: nobody knows, so the same request is to be sent again. */
export const TRAFFIC_EXCEEDS_LIMIT: AntomResult = {
  resultStatus: 'U',
  resultCode: 'REQUEST_TRAFFIC_EXCEED_LIMIT',
  resultMessage: 'The request traffic exceeds the limit.',
}

export function refused(resultCode: string, resultMessage: string): AntomResult {
  return { resultStatus: 'F', resultCode, resultMessage }
}

/** Thrown where an operation finds that it must refuse; becomes the answer. */
export class AntomRefusal extends Error {
  readonly result: AntomResult

  constructor(resultCode: string, message: string) {
    super(message)
    this.result = refused(resultCode, message)
  }
}
