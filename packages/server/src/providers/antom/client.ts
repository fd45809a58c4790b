import * as z from 'zod/mini'
import { type ProviderContext, ProviderFault, type ProviderHttpResponse } from '../../provider.ts'
import { readJson, retryAfterMs } from '../../provider-http.ts'
import { isLocalHttp } from '../../provider-url.ts'
import { signAntom, verifyAntom } from '../../signatures/antom.ts'
import { type RsaKey, toRsaPrivateKey, toRsaPublicKey } from '../../signatures/rsa-key.ts'
import { FAILURE_CODE } from './failure-code.ts'

/** Who speaks to Antom, and where. */
export interface AntomCredentials {
  /** Ids that begin with `SANDBOX_` use Antom's sandbox, on the same gateway. */
  readonly clientId: string
  /** The merchant's RSA key: PKCS#8 or PKCS#1, PEM or bare base64. */
  readonly privateKey: RsaKey
  /** Antom's RSA key for this client id, from the dashboard. */
  readonly antomPublicKey: RsaKey
  /** `keyVersion` of requests, when the merchant has changed keys. Default 1. */
  readonly keyVersion?: number | undefined
  /** `keyVersion` that answers and notifications must name, when Antom has changed keys. Default 1. */
  readonly antomKeyVersion?: number | undefined
  /** Default Singapore. Others: `https://open-na-global.alipay.com`, `https://open-de-global.alipay.com`. */
  readonly gatewayUrl?: string | undefined
}

/** What Antom says about a request, believed; the rest of the answer is read where its form is known. */
export interface AntomAnswer {
  readonly resultStatus: 'S' | 'F' | 'U'
  readonly resultCode: string
  readonly response: ProviderHttpResponse
}

/** Signed requests to Antom, and what Antom signed. */
export interface AntomClient {
  readonly isSandbox: boolean
  /** Without a trailing slash. */
  readonly gateway: string
  /**
   * Sends one request.
   *
   * @param operation The path of a live client: `/ams/api/v1/payments/pay`.
   * @throws ProviderFault `not_done` or `unknown`. A refusal is an answer.
   */
  call(operation: string, body: object, context: ProviderContext): Promise<AntomAnswer>
  /** Whether what came is Antom's for this client id, by its headers. `timeHeader`: the one that names its time. */
  verify(
    message: { readonly path: string; readonly body: Uint8Array },
    headers: Headers,
    timeHeader: 'request-time' | 'response-time',
  ): boolean
}

const wireResult = z.object({
  result: z.object({ resultStatus: z.enum(['S', 'F', 'U']), resultCode: z.string() }),
})

/** @throws TypeError if a key is no RSA key, or a live client id is to call anything but Antom over https. */
export function createAntomClient({
  clientId,
  privateKey,
  antomPublicKey,
  keyVersion = 1,
  antomKeyVersion = 1,
  gatewayUrl = 'https://open-sea-global.alipay.com',
}: AntomCredentials): AntomClient {
  const isSandbox = clientId.startsWith('SANDBOX_')
  const gateway = checkGateway(gatewayUrl, isSandbox)
  // A point would make the border to the time movable in the signed text.
  if (!/^[!-\-/-~]{1,64}$/.test(clientId)) {
    throw new TypeError('antom: clientId must be 1 to 64 ASCII characters without a point')
  }
  for (const [name, version] of Object.entries({ keyVersion, antomKeyVersion })) {
    if (!Number.isSafeInteger(version) || version < 0) {
      throw new TypeError(`antom: ${name} must be a whole number, not ${version}`)
    }
  }
  const merchantKey = toRsaPrivateKey(privateKey)
  const antomKey = toRsaPublicKey(antomPublicKey)

  const verify: AntomClient['verify'] = ({ path, body }, headers, timeHeader) => {
    // Ours is what was signed; a header that names another one was meant for another, or changed.
    if ((headers.get('client-id') ?? clientId) !== clientId) return false
    const message = { path, clientId, time: headers.get(timeHeader) ?? '', body }
    return verifyAntom(message, headers.get('signature'), antomKey, { keyVersion: antomKeyVersion })
  }

  return {
    isSandbox,
    gateway,
    verify,

    async call(operation, body, { http, now }) {
      // The gateway's own path, where it has one, is not part of the API's and is not signed.
      const path = isSandbox ? operation.replace('/ams/api', '/ams/sandbox/api') : operation
      const time = String(now())
      const text = JSON.stringify(body)
      const signature = signAntom({ path, clientId, time, body: text }, merchantKey)
      const response = await http.send({
        method: 'POST',
        url: `${gateway}${path}`,
        headers: {
          'content-type': 'application/json; charset=UTF-8',
          'client-id': clientId,
          'request-time': time,
          signature: `algorithm=RSA256,keyVersion=${keyVersion},signature=${signature}`,
        },
        body: text,
      })
      const { status, headers, rawBody } = response
      if (status === 429) {
        throw new ProviderFault('not_done', 'http_429', 'Antom asks to slow down', {
          retryAfterMs: retryAfterMs(headers, now()),
        })
      }
      if (status !== 200)
        throw new ProviderFault('unknown', `http_${status}`, `Antom answered HTTP ${status}`)

      const { result } = readJson(response, wireResult)
      // What Antom refuses before it knows who asks, it cannot sign. Nothing good is believed without a signature.
      if (headers.has('signature') || result.resultStatus !== 'F') {
        if (!verify({ path, body: rawBody }, headers, 'response-time')) {
          throw new ProviderFault(
            'unknown',
            'signature_invalid',
            `the answer to ${path} is not signed by Antom with version ${antomKeyVersion} of its key`,
          )
        }
      }
      const { resultStatus, resultCode } = result
      if (resultCode === 'REQUEST_TRAFFIC_EXCEED_LIMIT') {
        throw new ProviderFault('not_done', resultCode, 'Antom asks to slow down')
      }
      // The id is known with another content: what was asked first exists, and may be paid.
      if (resultCode === 'UNKNOWN_EXCEPTION' || resultCode === 'REPEAT_REQ_INCONSISTENT') {
        throw new ProviderFault('unknown', resultCode, `Antom answered ${resultCode} to ${path}`)
      }
      return { resultStatus, resultCode, response }
    },
  }
}

/** What an answer means that is no success. */
export function toAntomFault({ resultStatus, resultCode }: AntomAnswer, operation: string): ProviderFault {
  return new ProviderFault(
    resultStatus === 'F' ? 'rejected' : 'unknown',
    resultCode,
    `Antom answered ${resultStatus} ${resultCode} to ${operation}`,
    { failureCode: FAILURE_CODE.get(resultCode) ?? 'declined' },
  )
}

/** @throws ProviderFault unless the answer is `S`. */
export function requireSuccess(answer: AntomAnswer, operation: string): void {
  if (answer.resultStatus !== 'S') throw toAntomFault(answer, operation)
}

function checkGateway(gatewayUrl: string, isSandbox: boolean): string {
  const url = new URL(gatewayUrl)
  const isAntom = url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.alipay.com')
  const isAllowed = isSandbox ? url.protocol === 'https:' || isLocalHttp(url) : isAntom
  if (!isAllowed) {
    throw new TypeError(
      isSandbox
        ? `antom: gatewayUrl ${url.origin} must be https, or http on this machine`
        : `antom: a live clientId calls Antom only, not ${url.origin}; use https://open-sea-global.alipay.com or a SANDBOX_ client id`,
    )
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}
