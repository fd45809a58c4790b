/** In the place of Lit's css tag in the script-tag builds. */
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

/** Safari before 16.4 and Firefox before 101 have no style sheets of scripts: there a policy must allow `<style>`. */
export function adoptStyles(root: ShadowRoot, styles: readonly Css[]): void {
  if (root.adoptedStyleSheets) root.adoptedStyleSheets = styles.map(({ styleSheet }) => styleSheet)
  else
    for (const { cssText } of styles) root.appendChild(document.createElement('style')).textContent = cssText
}
