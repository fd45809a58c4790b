import { formatMoney, formatRemaining } from '@teabrick/core'
import type { CheckoutMethod, CheckoutView, Money } from '@teabrick/core/contract'
import { html, nothing, type TemplateResult } from 'lit'
import { cutText } from '../cut-text.ts'
import type { Texts } from '../locales/texts.ts'
import { glyph, methodGlyph } from './glyphs.ts'

/** What the buyer chooses and types before paying. */
export interface Choice {
  readonly method: string | undefined
  readonly contact: Readonly<Record<string, string>>
}

export interface MethodsOptions {
  readonly view: CheckoutView
  /** The view's methods that this element offers, in its order. */
  readonly methods: readonly CheckoutMethod[]
  readonly choice: Choice
  readonly texts: Texts
  /** Since the view arrived. */
  readonly elapsedMs: number
  readonly busy: boolean
  /** What was to be charged before the rate changed. */
  readonly oldCharge?: Money | undefined
  /** The merchant's own mark of a method, the same node every time. */
  readonly markOf: (method: string) => Element | undefined
  /** Why a method is not offered; undefined until somebody asked. */
  readonly whyNot: (reason: string) => string | undefined
  readonly onExplain: () => void
  readonly onChoose: (choice: Choice) => void
}

/** The method's name in the buyer's language, or the one that the server gives. */
export function methodName(
  { methodNames }: Texts,
  id: string,
  methods: readonly { readonly id: string; readonly name?: string | undefined }[],
): string {
  if (Object.hasOwn(methodNames, id)) return methodNames[id as keyof typeof methodNames]
  return cutText(methods.find((method) => method.id === id)?.name ?? id)
}

/** The methods as a radio group, with the quote and the contacts of the chosen one. */
export function renderMethods(options: MethodsOptions): TemplateResult {
  const { methods, choice, texts, busy, whyNot, onChoose, onExplain, view } = options
  const { weave = html } = texts
  const chosen = methods.find(({ id }) => id === choice.method)
  return html`
    <fieldset part="methods" .disabled=${busy}>
      <legend>${texts.chooseMethod}</legend>
      <div class="list">${methods.map(
        (method) => html`<label class="method" part="method">
          <span class="tile">${options.markOf(method.id) ?? glyph(methodGlyph(method.id))}</span>
          <span class="name"><b>${methodName(texts, method.id, methods)}</b><span class="muted">${hint(method, texts)}</span></span>
          <input type="radio" name="method" .value=${method.id} .checked=${method === chosen}
            @change=${() => onChoose({ ...choice, method: method.id })} />
        </label>
        ${method === chosen && method.quote ? renderQuote(method.quote, options) : nothing}`,
      )}</div>
    </fieldset>
    ${(['phone', 'email'] as const).map((kind) =>
      chosen?.requires.includes(kind)
        ? html`<label class="field">${texts[kind]}
            <input required name=${kind} placeholder=${kind === 'phone' ? '+7 900 123-45-67' : nothing} type=${kind === 'phone' ? 'tel' : kind} autocomplete=${kind === 'phone' ? 'tel' : kind}
              .value=${choice.contact[kind] ?? ''}
              @input=${(event: Event) =>
                onChoose({
                  ...choice,
                  contact: { ...choice.contact, [kind]: (event.target as HTMLInputElement).value },
                })} />
          </label>`
        : nothing,
    )}
    ${
      view.unavailable.length
        ? html`<details class="muted" @toggle=${onExplain}>
            <summary>${texts.notOffered}</summary>
            <ul>${view.unavailable.map(
              ({ id, reason }) =>
                html`<li>${weave`${methodName(texts, id, view.unavailable)}: ${whyNot(reason) ?? whyNot('down')}`}</li>`,
            )}</ul>
          </details>`
        : nothing
    }
  `
}

function hint({ health, presentations, id }: CheckoutMethod, { degraded, hints }: Texts): string {
  if (health === 'degraded') return degraded
  if (presentations.includes('banks') || id === 'sbp') return hints.bank
  if (presentations.includes('qr') || presentations.includes('appLink')) return hints.app
  return presentations.includes('redirect') ? hints.page : hints.wait
}

function renderQuote(
  { charge, rate, marginBps, reference, validForMs }: NonNullable<CheckoutMethod['quote']>,
  { view, texts, elapsedMs, oldCharge }: MethodsOptions,
): TemplateResult {
  const { quote, decimalPoint, locale, weave = html } = texts
  const decimal = (text: string) => text.replace('.', decimalPoint)
  // In the currency's own writing, of a number that is not money: a rate has more places.
  const write = (currency: string, number: string) =>
    formatMoney({ currency, minorUnits: 0 }, locale).replace(/\d[.,\d]*/, number)
  const leftMs = validForMs - elapsedMs
  const margin = quote.margin(decimal(String(marginBps / 100)))
  // As the contract writes it. What a merchant writes otherwise is his to say in the buyer's language.
  const [, date] = /^Bank of Russia (\d{4}-\d\d-\d\d)$/.exec(reference ?? '') ?? []
  const source = date ? quote.bankOfRussia(date) : reference && cutText(reference)
  return html`<div class="quote">
    <dl>
      <dt>${quote.charge}</dt>
      <dd class="charge">${oldCharge && oldCharge.minorUnits !== charge.minorUnits ? html`<s class="muted">${formatMoney(oldCharge, locale)}</s> ` : nothing}${formatMoney(charge, locale)}</dd>
      <dt>${quote.rate}</dt>
      <dd>${write(charge.currency, '1')} = ${write(view.amount.currency, decimal(rate))}</dd>
    </dl>
    <p class="muted">${source ? weave`${margin} · ${source}` : margin}</p>
    <p class="muted">${leftMs > 0 ? quote.valid(formatRemaining(leftMs)) : quote.renewing}</p>
  </div>`
}
