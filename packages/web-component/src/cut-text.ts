/** More than any name or description has, and not too much to be read aloud. */
const MOST = 200

// For Firefox before 125, which has no Intl.Segmenter: a flag, or anything with its accents, skin tone and joined emoji.
const CHARACTER = /\p{RI}{2}|.(\u200d.|\p{M}|\p{EMod}){0,20}/gsu

/** A text of at most 200 characters as its reader counts them: an emoji of seven code points is one, and never cut in two. */
export function cutText(text: string): string {
  if (text.length <= MOST) return text
  // One character can have any number of accents. The last one of the head may go on behind it, and is not kept.
  const head = text.slice(0, 20 * MOST)
  const characters: Iterable<{ readonly index: number }> = Intl.Segmenter
    ? new Intl.Segmenter().segment(head)
    : head.matchAll(CHARACTER)
  const starts = Array.from(characters, ({ index }) => index)
  return head === text && starts.length <= MOST ? text : `${text.slice(0, starts.slice(0, MOST).pop())}…`
}
