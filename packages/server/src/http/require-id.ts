import { ApiProblem } from '../api-problem.ts'

/** @throws ApiProblem `not_found` for text that is no id of this kind: the same as for an id that does not exist. */
export function requireId(text: string | undefined, form: RegExp): string {
  if (text === undefined || !form.test(text)) throw new ApiProblem('not_found', 'no such id')
  return text
}
