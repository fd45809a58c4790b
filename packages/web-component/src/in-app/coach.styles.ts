// Under this name the build takes the blanks out. Lit's would tie this part to the sheet's.
const css = String.raw

/** Added to the sheet's styles: colours and controls are its. */
export const COACH_STYLES = css`
.way-out { display: contents; }
.way-out h3 { order: -1; }
.coach ol { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin: 0; padding: 0; list-style: none; counter-reset: step; }
.coach li { display: grid; justify-items: center; align-content: start; gap: 6px; text-align: center; counter-increment: step; }
.coach li > span::before { content: counter(step) '. '; font-weight: 600; }
.coach li svg { width: 64px; color: var(--_muted); }
.coach .mark { stroke: var(--_accent); stroke-width: 2.4; }
.coach p { font-weight: 500; }
.coach input { user-select: all; }
`
