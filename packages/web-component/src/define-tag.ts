/**
 * Registers an element that only we create, under the first free name: another copy of the package on the page may have
 * taken the plain one for its own class.
 *
 * @returns The name under which the class is known.
 */
export function defineTag(name: string, element: CustomElementConstructor): string {
  for (let n = 1; ; n++) {
    const tag = n === 1 ? name : `${name}-${n}`
    const known = customElements.get(tag)
    if (known === element) return tag
    if (!known) {
      customElements.define(tag, element)
      return tag
    }
  }
}
