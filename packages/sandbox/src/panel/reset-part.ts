import { type Html, html } from '../html.ts'
import type { View } from './view.ts'

/** Asked for twice: the button stands behind a summary. */
export function resetPart({ texts, action }: View): Html {
  return html`<details class="card reset" id="reset"><summary>${texts.reset}</summary>
<form method="post" action="${action}"><p class="note">${texts.resetNote}</p><input type="hidden" name="reset" value="true"><button class="grave">${texts.reset}</button></form></details>`
}
