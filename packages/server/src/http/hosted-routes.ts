import { randomUUID } from 'node:crypto'
import { type Bank, type CheckoutView, payRequest } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { Capability } from '../capability.ts'
import type { SessionRecord } from '../domain/records.ts'
import { REQUEST_LIMITS } from '../request-limits.ts'
import { fingerprintOf } from './canonical-json.ts'
import { compress } from './compress.ts'
import { hostedDevice } from './hosted/hosted-device.ts'
import type { HostedElement } from './hosted/hosted-element.ts'
import { hostedLink } from './hosted/hosted-link.ts'
import { renderHostedPage, renderMessagePage } from './hosted/hosted-page.ts'
import { hostedCsp } from './hosted/hosted-styles.ts'
import type { Html } from './hosted/html.ts'
import type { HostedTexts, NoticeCode } from './hosted/locales/texts.ts'
import { NOTICE_CODES } from './hosted/locales/texts.ts'
import { pickTexts } from './hosted/pick-texts.ts'
import { parseRequest } from './parse-request.ts'
import { toApiProblem } from './problem-response.ts'
import { readBody } from './read-body.ts'
import type { Call, HttpContext, Route } from './route.ts'

/**
 * `/c/{token}`: the hosted checkout page. A GET only shows; the forms post and come back by 303. All that can go wrong is said
 * as a page in the buyer's language, with the status that the API would have answered.
 */
export function hostedRoutes(context: HttpContext): readonly Route[] {
  const { engine, capabilities, links, banks, options, clock, logger, addressRate, sessionRate } = context

  function readToken({ params, remoteAddress, facts }: Call): Capability {
    const capability = capabilities.read(params['token'] ?? '', clock.now())
    if (typeof capability === 'string' || capability.scope !== 'lt') {
      addressRate.take(remoteAddress ?? 'unknown')
      throw new ApiProblem(
        capability === 'expired' ? 'token_expired' : 'unauthorized',
        'the link is not valid',
      )
    }
    facts['session'] = capability.sessionId
    sessionRate.take(capability.sessionId)
    return capability
  }

  /** Whatever goes wrong becomes a page. */
  async function asPage(call: Call, work: () => Promise<Response>): Promise<Response> {
    try {
      return await work()
    } catch (error) {
      const problem = toApiProblem(error)
      if (problem.status >= 500) logger.error({ requestId: call.requestId, error }, 'a hosted page failed')
      const texts = pickTexts(null, call.request.headers.get('accept-language'))
      const [title, help] = wordsFor(problem, texts)
      return toPage(
        call,
        renderMessagePage(texts, title, help),
        problem.status,
        problem.retryAfterSeconds === undefined
          ? {}
          : { 'retry-after': String(Math.ceil(problem.retryAfterSeconds)) },
      )
    }
  }

  function elementOf(call: Call, session: SessionRecord): HostedElement | undefined {
    if (!options.hostedPage) return undefined
    const { script, integrity } = options.hostedPage
    const { locale } = pickTexts(session.locale, call.request.headers.get('accept-language'))
    return {
      script,
      integrity,
      apiUrl: options.publicUrl,
      clientToken: links.clientToken(session),
      locale,
      plainPath: hostedLink({ path: pagePath(call), isPlain: true }),
    }
  }

  function banksOf({ payment }: CheckoutView): readonly Bank[] {
    const list = payment?.nextAction?.banks?.list
    return list === undefined ? [] : (banks.find(list) ?? banks.current()).banks
  }

  const placeOf = (call: Call) => ({ path: pagePath(call), isPlain: call.url.searchParams.has('plain') })
  const pagePath = ({ params }: Call): string => `${options.basePath}/c/${params['token']}`

  function backTo(call: Call, notice?: NoticeCode): Response {
    const link = hostedLink(placeOf(call), { query: notice && `notice=${notice}` })
    const location = `${options.publicOrigin}${link}`
    return new Response(null, { status: 303, headers: { location, 'referrer-policy': 'no-referrer' } })
  }

  /** Runs what a form asked for; a conflict is shown by the page as it is then. */
  async function submit(
    call: Call,
    work: (form: Form, sessionId: string) => Promise<unknown>,
  ): Promise<Response> {
    refuseForeignForm(call.request.headers, options.publicOrigin)
    const { sessionId } = readToken(call)
    try {
      await work(await readForm(call.request), sessionId)
    } catch (error) {
      const problem = toApiProblem(error)
      if (problem.status === 409 || problem.status === 422 || problem.code === 'invalid_request')
        return backTo(call, noticeFor(problem))
      throw error
    }
    return backTo(call)
  }

  return [
    {
      method: 'GET',
      path: '/c/{token}',
      access: 'public',
      operationId: 'hostedCheckout',
      summary: 'The hosted checkout page of a session, for browsers with and without scripts',
      success: { status: 200, description: 'The page', contentType: 'text/html' },
      problems: ['unauthorized', 'token_expired'],
      handle: (call) =>
        asPage(call, async () => {
          const { sessionId } = readToken(call)
          const device = hostedDevice(call.request.headers)
          const { state, view } = await engine.readCheckout(sessionId, { device })
          const notice = call.url.searchParams.get('notice')
          const place = placeOf(call)
          const element = place.isPlain ? undefined : elementOf(call, state.session)
          const { html, refreshSeconds } = renderHostedPage({
            element,
            view,
            texts: pickTexts(state.session.locale, call.request.headers.get('accept-language')),
            isMobile: device.surface === 'mobile',
            ...place,
            backUrl: links.merchantReturnUrl(state.session),
            key: randomUUID(),
            notice: NOTICE_CODES.find((code) => code === notice),
            showQr: call.url.searchParams.has('qr'),
            os: device.os ?? 'other',
            isInApp: device.inApp !== undefined,
            banks: banksOf(view),
            bankQuery: call.url.searchParams.get('bank')?.slice(0, 60),
          })
          return toPage(call, html, 200, refreshSeconds ? { refresh: String(refreshSeconds) } : {}, element)
        }),
    },
    {
      method: 'POST',
      path: '/c/{token}/pay',
      access: 'public',
      operationId: 'hostedPay',
      summary: 'The form of the hosted page',
      success: { status: 303, description: 'Back to the page' },
      problems: ['unauthorized', 'token_expired', 'origin_not_allowed', 'payload_too_large'],
      handle: (call) =>
        asPage(call, () =>
          submit(call, async (form, sessionId) => {
            const device = hostedDevice(call.request.headers)
            const method = form.get('method') ?? ''
            const phone = form.get('phone')?.replace(/[\s()-]/g, '')
            const email = form.get('email')?.trim()
            const quoteId = form.get(`quote.${method}`)
            const request = parseRequest(payRequest(), {
              method,
              ...(quoteId ? { quoteId } : {}),
              ...(phone || email
                ? { contact: { ...(phone ? { phone } : {}), ...(email ? { email } : {}) } }
                : {}),
              device,
            })
            await engine.startPayment(sessionId, request, keyOf(form, request), { device })
          }),
        ),
    },
    {
      method: 'POST',
      path: '/c/{token}/cancel',
      access: 'public',
      operationId: 'hostedCancel',
      summary: 'The button for another method on the hosted page',
      success: { status: 303, description: 'Back to the page' },
      problems: ['unauthorized', 'token_expired', 'origin_not_allowed', 'payload_too_large'],
      handle: (call) =>
        asPage(call, () =>
          submit(call, (form, sessionId) => engine.cancelCheckout(sessionId, keyOf(form, {}), {})),
        ),
    },
  ]
}

type Form = URLSearchParams

async function readForm(request: Request): Promise<Form> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get('content-type') ?? ''))
    throw new ApiProblem('unsupported_media_type', 'this address takes the page’s own form')
  return new URLSearchParams(new TextDecoder().decode(await readBody(request, REQUEST_LIMITS.bodyBytes)))
}

function keyOf(form: Form, body: unknown): { key: string; fingerprint: string } {
  const key = form.get('key') ?? ''
  if (!/^[!-~]{22,255}$/.test(key))
    throw new ApiProblem('invalid_request', 'the form has no key', { path: 'key' })
  return { key, fingerprint: fingerprintOf(body) }
}

/**
 * The token in the address is the credential, so a foreign page cannot forge a form; this only keeps a page that was given the
 * link from paying in the buyer's name unseen. `null` is our own page: it sends no referrer, and so no origin.
 */
function refuseForeignForm(headers: Headers, publicOrigin: string): void {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const isForeign = site === 'cross-site' || site === 'same-site'
  if (isForeign || (origin !== null && origin !== 'null' && origin !== publicOrigin))
    throw new ApiProblem('origin_not_allowed', 'the form was sent by another page')
}

function noticeFor({ code, path }: ApiProblem): NoticeCode | undefined {
  switch (code) {
    case 'quote_changed':
    case 'method_unavailable':
    case 'attempts_exhausted':
      return code
    // The page as it is says it: the live payment, or that the session is over.
    case 'payment_in_progress':
    case 'session_not_open':
      return undefined
    default:
      return path?.startsWith('contact') ? 'contact_invalid' : 'not_done'
  }
}

function wordsFor({ code, status }: ApiProblem, texts: HostedTexts): readonly [title: string, help: string] {
  if (code === 'rate_limited') return [texts.busy, texts.busyHelp]
  if (status >= 500) return [texts.broken, texts.brokenHelp]
  return [code === 'token_expired' ? texts.linkExpired : texts.linkInvalid, texts.linkHelp]
}

function toPage(
  { request }: Call,
  page: Html,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
  element?: HostedElement,
): Response {
  const { body, encoding } = compress(page.text, request.headers.get('accept-encoding'))
  return new Response(body, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(encoding && { 'content-encoding': encoding }),
      // A page that waits loads itself again and again. Where a connection freezes after 16 KB, each needs one of its own.
      connection: 'close',
      'content-security-policy': hostedCsp(element),
      'referrer-policy': 'no-referrer',
      // For the browsers of old apps, which do not read frame-ancestors.
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex, nofollow',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
      vary: 'Accept-Encoding, Accept-Language, User-Agent',
      ...headers,
    },
  })
}
