import type { HttpContext, Route } from './route.ts'

export function hostedRoutes(_context: HttpContext): readonly Route[] {
  return []
}
