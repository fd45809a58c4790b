const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  'а:a б:b в:v г:g д:d е:e ж:zh з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:h ц:k ч:h ш:sh щ:sh ъ: ы:i ь: э:e ю:iu я:ia'
    .split(' ')
    .map((pair) => pair.split(':')),
)

/**
 * What a name is compared by, so that "сбер", "Сбёр" and "sber" are one: lower case, е for ё, Cyrillic in a coarse Latin in
 * which what people spell in several ways is the same (kh and h, c and k, y and i, ph and f, double letters). Words are joined by
 * one space.
 */
export function searchKey(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[а-я]/g, (letter) => LATIN[letter] ?? '')
    .replace(/ph/g, 'f')
    .replace(/ts/g, 'k')
    .replace(/[cq]/g, 'k')
    .replace(/kh/g, 'h')
    .replace(/w/g, 'v')
    .replace(/[yj]/g, 'i')
    .replace(/x/g, 'ks')
    .replace(/(.)\1+/g, '$1')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
