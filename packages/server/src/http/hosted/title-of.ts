/** `vk_pay` → `Vk Pay`, for a method that is not offered and has no word of its own. */
export function titleOf(method: string): string {
  return method.replace(
    /(^|_)([a-z])/g,
    (_, gap: string, letter: string) => `${gap && ' '}${letter.toUpperCase()}`,
  )
}
