import type { BothTexts } from './locales/compose-texts.ts'

/** An element with attributes and children. No markup is parsed. */
export function makeNode<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children.map(nodeOf))
  return node
}

/** A text in two languages is none for the DOM: see `BothTexts`. */
export function nodeOf(child: Node | string): Node | string {
  return typeof child === 'object' && 'toNode' in child ? (child as unknown as BothTexts).toNode() : child
}

/** Adds styles to those of a root that is drawn by another part. */
export function adoptStyles(root: ShadowRoot, styles: string): void {
  if (!root.adoptedStyleSheets) return void root.append(makeNode('style', {}, styles))
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(styles)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}
