import { createHash } from 'node:crypto'
import { type Html, html } from './html.ts'

/** `<pay-button>` over the plain page. */
export interface HostedElement {
  /** Absolute address of the element's ES module; its parts lie beside it. */
  readonly script: string
  /** `sha384-…` of the module. */
  readonly integrity?: string | undefined
  readonly apiUrl: string
  /** `ct_…` */
  readonly clientToken: string
  readonly locale: string
  /** The same page without a script, where the element leads when a part of it does not load. */
  readonly plainPath: string
}

// The plain page stays until the element has something to show, and for good once the buyer has touched it. Then it reloads
// itself, as it does without a script. No module: it must not wait for the element's.
const STARTER = `const d=document.documentElement,b=document.querySelector('pay-button'),s=+document.body.dataset.refresh;let t;
for(const e of['pointerdown','keydown'])addEventListener(e,()=>t=1,{once:true});
b.addEventListener('pay-status',()=>t||d.classList.add('live'),{once:true});
customElements.whenDefined('pay-button').then(()=>t||b.click());
s&&setTimeout(()=>d.classList.contains('live')||location.reload(),s*1e3)`

export const ELEMENT_STYLES = `
.top{display:none}.live .layout{display:none}.live .top{display:block}
.top .inner{max-width:30rem;margin:0 auto}.top pay-button{display:block}.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}pay-button::part(button),pay-button::part(close){display:none}`

/**
 * What is shown in place of the plain page once it is there. Its module is named last, when everything that can be used without
 * it has come: on a connection that freezes it takes nothing away.
 */
export function elementBody(element: HostedElement, title: string, back: Html): Html {
  const { script, integrity, apiUrl, clientToken, locale, plainPath } = element
  return html`<div class="top"><div class="inner"><header>${back}</header><main><h1 class="heard">${title}</h1><pay-button api-url="${apiUrl}" client-token="${clientToken}" locale="${locale}" presentation="inline"><a href="${plainPath}" hidden></a></pay-button></main></div></div><script>${{ text: STARTER }}</script><script type="module" src="${script}"${
    integrity && html` integrity="${integrity}" crossorigin`
  }></script>`
}

/** For the page's policy: the module, its parts beside it, and the starter. */
export function elementPolicy({ script }: Pick<HostedElement, 'script'>): readonly string[] {
  const hash = createHash('sha256').update(STARTER).digest('base64')
  return [
    `script-src ${new URL('.', script).href} 'sha256-${hash}'`,
    "connect-src 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ]
}
