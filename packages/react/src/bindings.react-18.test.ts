import { describe } from 'vitest'
import { describeBindings } from './testing/describe-bindings.ts'

describe('React 18', () => describeBindings(18))
