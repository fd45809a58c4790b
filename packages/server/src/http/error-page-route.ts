import { PROBLEM_STATUS, type ProblemCode } from '@teabrick/core/contract'
import { CLIENT_ERROR_DOCS } from './client-error-docs.ts'
import { html } from './hosted/html.ts'
import { PROBLEM_DOCS } from './problem-docs.ts'
import type { Route } from './route.ts'

/** `/errors`: what each code means. `docUrl` of every problem and the console lines of the elements lead here. */
export function errorPageRoute(): Route {
  return {
    method: 'GET',
    path: '/errors',
    access: 'public',
    operationId: 'errorReference',
    summary: 'Every code of a problem or of the elements, explained',
    success: { status: 200, description: 'A page with an anchor for each code', contentType: 'text/html' },
    async handle() {
      const sections = Object.entries(PROBLEM_DOCS).map(
        ([code, { title, remedy }]) =>
          html`<h2 id="${code}">${code}</h2><p>${PROBLEM_STATUS[code as ProblemCode]}. ${title}.</p><p>${remedy}</p>`,
      )
      const ofClients = Object.entries(CLIENT_ERROR_DOCS).map(
        ([code, text]) => html`<h2 id="${code}">${code}</h2><p>${text}</p>`,
      )
      const page = html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Codes</title><h1>Problem codes</h1>${sections}<h1>Codes of the elements and the client</h1>${ofClients}</html>`
      return new Response(page.text, {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'public, max-age=3600',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'referrer-policy': 'no-referrer',
        },
      })
    },
  }
}
