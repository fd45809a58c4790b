/**
 * Takes out of minified code what lit leaves for polyfills of shadow DOM, for pages drawn by it on a server, and for counting its own versions on a page. The
 * browsers that can run these files have shadow DOM, and 200 bytes are many here.
 *
 * @throws Error where lit looks different than this knows.
 */
export function withoutLitHooks(code: string): string {
  const found = [
    ...code.matchAll(/([\w$]+)=[\w$]+\.(?:reactiveElement|litHtml|litElement)PolyfillSupport\b/g),
  ]
  let rest = code.replace(
    /\([\w$]+\.(?:reactiveElement|litHtml|litElement)Versions\?\?=\[\]\)\.push\((["'`])[\d.]+\1\)/g,
    '0',
  )
  for (const [assignment, name = ''] of found) {
    const escaped = name.replaceAll('$', '\\$')
    rest = rest
      .replace(assignment, `${name}=0`)
      .replace(new RegExp(`(?<![\\w$.])${escaped}\\?\\.\\([^()]*\\)`), '0')
  }
  rest = rest.replace(/[\w$]+\.litElementHydrateSupport\?\.\([^()]*\)/g, '0')
  if (/HydrateSupport|PolyfillSupport|(?:Element|Html)Versions/.test(rest))
    throw new Error('lit’s hooks are not where they were: see without-lit-hooks.ts')
  return rest
}
