import { type Html, html } from '../html.ts'
import { DRILL_TEXTS } from '../texts/drill-texts.ts'
import { page, type Visit } from './layout.ts'

export interface DemoFacts {
  /** `http://127.0.0.1:4242` */
  readonly origin: string
  readonly secretKey: string
  readonly webhookSecret: string
}

/** What a developer wants to know: how a purchase goes, where to look, how to make it go wrong. */
export function howPage({ origin, secretKey, webhookSecret }: DemoFacts, visit: Visit): Html {
  const { demo } = visit.texts
  const places = [
    ['/drill', DRILL_TEXTS[visit.locale].link],
    ['/sandbox/_control', demo.placeSandbox],
    ['/tea/gaiwan', demo.placeModule],
    ['/classic/gaiwan', demo.placeClassic],
    ['/cart', demo.placeReact],
    ['/pay/healthz', demo.placeHealth],
    ['/pay/openapi.json', demo.placeOpenapi],
  ] as const
  const curl = `curl ${origin}/sandbox/_control \\
  -H 'content-type: application/json' \\
  -d '{"scenario":{"name":"slow","delayMs":5000,"times":1}}'`
  return page({
    visit,
    title: demo.title,
    main: html`<article class="prose">
<h1>${demo.title}</h1>
<p class="lead">${demo.lead}</p>
<h2>${demo.steps}</h2>
<ol>${demo.stepList.map((step) => html`<li>${withCode(step)}</li>`)}</ol>
<h2>${demo.places}</h2>
<ul>${places.map(([path, text]) => html`<li><a href="${path}"><code>${path}</code></a> ${text}</li>`)}</ul>
<h2>${demo.keys}</h2>
<p>${demo.keysText}</p>
<dl class="pairs">
<div><dt>${demo.secretKey}</dt><dd><code>${secretKey}</code></dd></div>
<div><dt>${demo.webhookSecret}</dt><dd><code>${webhookSecret}</code></dd></div>
<div><dt>${demo.webhookUrl}</dt><dd>${withCode(demo.webhookUrlText)}</dd></div>
</dl>
<h2>${demo.trouble}</h2>
<p>${demo.troubleText}</p>
<pre tabindex="0"><code>${curl}</code></pre>
<h2>${demo.withoutScript}</h2>
<p>${withCode(demo.withoutScriptText)}</p>
</article>`,
  })
}

/** Paths, package names and variables of an own text in the face of code. */
function withCode(text: string): readonly Html[] {
  return text
    .split(/((?:POST )?\/(?:api|pay|sandbox|buy)[a-z/]*|@teabrick\/[a-z/]+|WEBHOOK_URL)/)
    .map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}
