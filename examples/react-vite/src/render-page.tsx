import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { Page, type PageProps } from './page.tsx'

/** The page inside the document that Vite built. */
export function renderPage(template: string, props: PageProps): string {
  const page = renderToString(
    <StrictMode>
      <Page {...props} />
    </StrictMode>,
  )
  // A function: `$&` in a page is no pattern.
  return template
    .replace('id="root"', () => `id="root" data-api-url="${encodeURI(props.apiUrl)}"`)
    .replace('<!--page-->', () => page)
}
