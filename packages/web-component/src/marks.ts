const marks = new Map<string, () => Element>()

/**
 * Shows a merchant's own mark for a method in place of the neutral glyph. No third-party logos ship with this package: a
 * merchant who holds the right to one registers it. The function makes a new node each time, so no markup is parsed.
 *
 * @param method Method id, such as `alipay`.
 */
export function registerMark(method: string, create: () => Element): void {
  marks.set(method, create)
}

/** A fresh node of the registered mark, if there is one. */
export function markOf(method: string): Element | undefined {
  return marks.get(method)?.()
}
