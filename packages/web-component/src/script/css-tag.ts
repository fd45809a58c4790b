/**
 * In the place of Lit's css tag in the script-tag builds. Lit's own falls back to `<style>` elements where style sheets cannot
 * be constructed; an engine without them (Safari before 16.4) cannot parse these ES2022 files to begin with.
 */
interface Css {
  readonly cssText: string
  /** One for all elements that adopt it. */
  readonly styleSheet: CSSStyleSheet
}

/** Takes other results only: nothing else is interpolated in our styles. */
export function css(strings: TemplateStringsArray, ...values: readonly Css[]): Css {
  const cssText = strings.reduce((text, part, i) => text + values[i - 1]?.cssText + part)
  let styleSheet: CSSStyleSheet | undefined
  return {
    cssText,
    get styleSheet() {
      if (!styleSheet) {
        styleSheet = new CSSStyleSheet()
        styleSheet.replaceSync(cssText)
      }
      return styleSheet
    },
  }
}

export function adoptStyles(root: ShadowRoot, styles: readonly Css[]): void {
  root.adoptedStyleSheets = styles.map(({ styleSheet }) => styleSheet)
}
