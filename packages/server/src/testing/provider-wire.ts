import type { ProviderContext } from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'

/** What happens to the exchanges of one test with the provider's double. */
export interface ProviderWire {
  readonly context: ProviderContext
  /** The next request that changes something arrives and is done; its answer is lost. */
  loseNextAnswer(): void
  /** No request arrives: the connection is refused. Until `restore`. */
  refuse(): void
  /** Every request is answered by this, unseen by the double. Until `restore`. */
  answerAll(make: () => Response): void
  /** Every answer of the double is replaced. Until `restore`. */
  changeAnswers(change: (request: Request, answer: Response) => Promise<Response>): void
  restore(): void
}

/** An adapter's way to its provider's double, with the accidents of a network at hand. */
export function createProviderWire(
  double: (request: Request) => Promise<Response>,
  isReading: (request: Request) => boolean = () => false,
): ProviderWire {
  let around = pass

  async function pass(request: Request): Promise<Response> {
    return double(request)
  }

  return {
    context: {
      http: createProviderHttp({ fetch: (input, init) => around(new Request(input, init)) }),
      now: () => Date.now(),
    },
    loseNextAnswer() {
      around = async (request) => {
        if (isReading(request)) return double(request)
        around = pass
        await double(request)
        throw networkError('ECONNRESET')
      }
    },
    refuse() {
      around = () => Promise.reject(networkError('ECONNREFUSED'))
    },
    answerAll(make) {
      around = () => Promise.resolve(make())
    },
    changeAnswers(change) {
      around = async (request) => change(request.clone(), await double(request))
    },
    restore() {
      around = pass
    },
  }
}

/** As Node's fetch throws it. */
function networkError(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}
