// Under this name the build takes the blanks out. Lit's would tie this part to the sheet's.
const css = String.raw

/** Added to the sheet's styles: colours and controls are its. Its title goes before the time that is left. */
export const BANK_STYLES = css`
.banks { display: contents; }
.banks h3 { order: -1; }
.banks h4 { margin: 0; font-size: .875em; font-weight: 600; color: var(--_muted); }
.banks ul { list-style: none; }
.banks .all { max-height: max(14em, 38vh); overflow-y: auto; overscroll-behavior: contain; border: 1px solid var(--_line); border-radius: var(--_radius); }
.banks li { display: flex; align-items: center; }
.banks .all li { content-visibility: auto; contain-intrinsic-height: auto 48px; }
.banks li + li { border-top: 1px solid var(--_line); }
.banks li a { display: flex; align-items: center; gap: 12px; min-height: 48px; padding: 6px 14px; color: inherit; text-decoration: none; }
.banks li a:first-child { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.banks li a:nth-child(2) { flex: none; max-width: 40%; color: var(--_accent); font-size: .875em; text-decoration: underline; text-underline-offset: 3px; }
.banks li a:focus-visible { outline-offset: -2px; border-radius: var(--_radius); }
.banks li a:hover { background: var(--_tint); }
.banks i { flex: none; display: grid; place-items: center; width: 32px; height: 32px; border-radius: 50%; background: var(--_tint); color: var(--_accent); font-style: normal; font-weight: 600; }
.banks p:empty { margin-top: -12px; }
.banks [hidden] { display: none; }
.banks input { background: none; outline-offset: 2px; appearance: none; }
.banks input:focus-visible { outline: 2px solid var(--_accent); }
@media (forced-colors: active) { .banks i { border: 1px solid; } }
`
