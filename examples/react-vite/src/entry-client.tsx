// Holds the button's place until the element is there: nothing moves.
import '@teabrick/web-component/pay-button.css'
import './page.css'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { Page } from './page.tsx'

const root = document.getElementById('root') as HTMLElement
hydrateRoot(
  root,
  <StrictMode>
    <Page path={location.pathname} apiUrl={root.dataset['apiUrl'] ?? ''} />
  </StrictMode>,
)
