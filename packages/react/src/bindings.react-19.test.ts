import { describe } from 'vitest'
import { describeBindings } from './testing/describe-bindings.ts'

describe('React 19', () => describeBindings(19))
