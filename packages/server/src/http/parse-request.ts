import type * as z from 'zod/mini'
import { ApiProblem } from '../api-problem.ts'
import { looksSensitive } from '../redact.ts'
import { formatPath } from './format-path.ts'

type Schema = z.ZodMiniType<unknown, unknown>
type Issue = Pick<z.core.$ZodRawIssue, 'code' | 'path'> & Readonly<Record<string, unknown>>

/**
 * What a schema of the contract makes of a request's body or query.
 *
 * @throws ApiProblem `invalid_request` about the first thing that is wrong: its path, the value where it is safe to say, and
 * what is wanted instead.
 */
export function parseRequest<S extends Schema>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { error: (issue) => describeIssue(issue as Issue) })
  if (result.success) return result.data
  // Unknown members first: a misspelt name otherwise shows as the absence of the right one.
  const { issues } = result.error
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) throw new ApiProblem('invalid_request', 'the body is not acceptable')
  const isUnknown = issue.code === 'unrecognized_keys'
  const segments = isUnknown ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  const path = formatPath(segments)
  const shown = isUnknown ? '' : showValue(valueAt(value, issue.path), segments)
  throw new ApiProblem('invalid_request', `${path ?? 'the body'} ${issue.message}${shown}`, { path })
}

const ORIGIN_WORDS: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'items',
  record: 'members',
}

function describeIssue(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'is not a member that is known here: remove it or correct its name'
    case 'invalid_type':
      return `${issue['input'] === undefined ? 'is missing: it' : ''} must be ${withArticle(String(issue['expected']))}`.trim()
    case 'invalid_value':
      return `must be one of ${(issue['values'] as readonly unknown[]).map((each) => JSON.stringify(each)).join(', ')}`
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? 'at least' : 'at most'
      const limit = issue.code === 'too_small' ? issue['minimum'] : issue['maximum']
      const unit = ORIGIN_WORDS[String(issue['origin'])]
      return unit ? `must have ${bound} ${limit} ${unit}` : `must be ${bound} ${limit}`
    }
    case 'invalid_format':
      return issue['format'] === 'regex'
        ? `must match ${issue['pattern']}`
        : `must be a valid ${String(issue['format'])}`
    case 'invalid_key':
      return 'has a name that is not allowed here: use letters, digits, "_", "." and "-", at most 40'
    default:
      return 'is not acceptable'
  }
}

function withArticle(type: string): string {
  return type === 'int' ? 'a whole number' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const segment of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment)) return undefined
    at = (at as Record<PropertyKey, unknown>)[segment]
  }
  return at
}

// Values of these members are contacts or may be any text: never repeated.
const PRIVATE_NAME = /^(phone|email|buyer|customer|contact|name|description|reference|reason|metadata)$/

/** `; got "abc"` where the value tells the developer something and nobody anything about a person. */
function showValue(value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined) return ''
  if (value === null || typeof value === 'boolean') return `; got ${value}`
  if (typeof value === 'number')
    return looksSensitive(String(value)) ? '; got a long number' : `; got ${value}`
  if (typeof value !== 'string') return `; got ${Array.isArray(value) ? 'an array' : 'an object'}`
  const isPlain = /^[A-Za-z0-9_.:/+-]{1,32}$/.test(value) && !/\d{7}/.test(value) && !looksSensitive(value)
  return isPlain && !path.some((segment) => PRIVATE_NAME.test(String(segment)))
    ? `; got ${JSON.stringify(value)}`
    : `; got a string of ${value.length} characters`
}
