/**
 * What runs in the browser: asks for the page again each second while it is looked at, changes what has changed, sends
 * the forms without leaving, copies, and lets the clocks tick. Without it the page is the same, with a link to refresh.
 * It is sent as text, so it may use nothing from outside.
 */
export function runPanel(): void {
  const PAUSE_MS = 1_000
  const LONGEST_PAUSE_MS = 10_000
  const root = document.documentElement
  const pulse = document.getElementById('pulse')
  let tag = root.dataset['tag'] ?? ''
  let failures = 0
  let clocksReadAt = performance.now()

  root.classList.add('scripted')
  document.getElementById('refresh')?.setAttribute('hidden', '')
  pulse?.removeAttribute('hidden')

  function morph(from: Node, to: Node): void {
    if (from.isEqualNode(to)) return
    if (!(from instanceof Element && to instanceof Element)) {
      if (from.nodeType === to.nodeType) from.nodeValue = to.nodeValue
      return
    }
    if (from.matches('input:not([type=hidden]), select')) return // what somebody types stays
    for (const { name } of [...from.attributes]) {
      if (!to.hasAttribute(name) && name !== 'open') from.removeAttribute(name)
    }
    for (const { name, value } of [...to.attributes]) {
      if (name !== 'open' && from.getAttribute(name) !== value) from.setAttribute(name, value)
    }
    morphChildren(from, to)
  }

  function morphChildren(from: Element, to: Element): void {
    const named = new Map([...from.children].flatMap((child) => (child.id ? [[child.id, child]] : [])))
    let place = from.firstChild
    for (const wanted of [...to.childNodes]) {
      const id = wanted instanceof Element ? wanted.id : ''
      const isAlike = place?.nodeName === wanted.nodeName && !(place instanceof Element && place.id)
      const kept = id ? named.get(id) : isAlike ? place : null
      if (!kept) {
        if (wanted instanceof Element && wanted.matches('[data-row]')) wanted.classList.add('fresh')
        from.insertBefore(wanted, place)
        continue
      }
      if (kept === place) place = place.nextSibling
      else from.insertBefore(kept, place)
      morph(kept, wanted)
    }
    while (place) {
      const next: ChildNode | null = place.nextSibling
      place.remove()
      place = next
    }
  }

  function show(page: Document): void {
    const body = page.getElementById('body')
    const old = document.getElementById('body')
    if (!body || !old) return
    tag = page.documentElement.dataset['tag'] ?? ''
    clocksReadAt = performance.now()
    morph(old, body)
    tick()
  }

  /** A page by XMLHttpRequest, because it parses HTML where Trusted Types let nothing else do it. Rejects without answer. */
  function ask(method: 'GET' | 'POST', url: string, body?: URLSearchParams): Promise<XMLHttpRequest> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(method, url)
      request.responseType = 'document'
      request.setRequestHeader('accept', 'text/html')
      if (method === 'GET') request.setRequestHeader('if-none-match', tag)
      request.onload = () => resolve(request)
      request.onerror = reject
      request.send(body ?? null)
    })
  }

  function say(isLive: boolean): void {
    if (!pulse) return
    pulse.classList.toggle('lost', !isLive)
    const text = (isLive ? pulse.dataset['live'] : pulse.dataset['lost']) ?? ''
    if (pulse.textContent !== text) pulse.textContent = text
    document.getElementById('refresh')?.toggleAttribute('hidden', isLive)
  }

  async function look(): Promise<void> {
    try {
      const { status, responseXML } = await ask('GET', location.href)
      if (status === 200 && responseXML) show(responseXML)
      failures = status === 200 || status === 304 ? 0 : failures + 1
    } catch {
      failures += 1 // the server is away, or the host's policy lets nothing connect
    }
    say(failures === 0)
  }

  async function watch(): Promise<void> {
    if (document.visibilityState === 'visible') await look()
    setTimeout(watch, Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS))
  }

  function tick(): void {
    for (const clock of document.querySelectorAll<HTMLTimeElement>('time[data-now]')) {
      const at = Date.parse(clock.dataset['now'] ?? '') + (performance.now() - clocksReadAt)
      const format = new Intl.DateTimeFormat(root.dataset['locale'], {
        dateStyle: 'medium',
        timeStyle: 'medium',
        timeZone: 'UTC',
      })
      const text = format.format(at)
      if (clock.textContent !== text) clock.textContent = text
    }
  }

  async function send(form: HTMLFormElement): Promise<void> {
    const data = new URLSearchParams()
    for (const [name, value] of new FormData(form)) data.append(name, String(value))
    const { responseXML } = await ask('POST', form.action, data)
    if (responseXML) show(responseXML)
    else await look()
  }

  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || failures > 0) return
    event.preventDefault()
    form.setAttribute('aria-busy', 'true')
    send(form)
      .catch(() => form.submit())
      .finally(() => form.removeAttribute('aria-busy'))
  })

  document.addEventListener('click', async (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null
    if (!(button instanceof HTMLButtonElement)) return
    const code = button.parentElement?.querySelector('code')
    try {
      await navigator.clipboard.writeText(button.dataset['copy'] ?? '')
    } catch {
      if (code) getSelection()?.selectAllChildren(code) // no permission: at least it is selected
      return
    }
    const label = button.querySelector('span')
    const text = label?.textContent ?? ''
    if (label) label.textContent = button.dataset['done'] ?? ''
    button.classList.add('done')
    setTimeout(() => {
      if (label) label.textContent = text
      button.classList.remove('done')
    }, 1_500)
  })

  tick()
  setInterval(tick, 1_000)
  setTimeout(watch, PAUSE_MS)
}
