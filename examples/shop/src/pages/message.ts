import { type Html, html } from '../html.ts'
import { page, type Visit } from './layout.ts'

/** A page that only says something and shows the way back. */
export function messagePage(title: string, text: string, visit: Visit): Html {
  return page({
    visit,
    title,
    main: html`<section class="message"><h1>${title}</h1><p>${text}</p><p><a class="button" href="/">${visit.texts.backToCatalogue}</a></p></section>`,
  })
}
