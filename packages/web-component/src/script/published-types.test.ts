// @vitest-environment node
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'

const page = fileURLToPath(new URL('../../fixtures/typed-page.ts', import.meta.url))

/** What a compiler says that finds the package by its name, as it does in a project of somebody else. */
function compile(options: ts.CompilerOptions): string[] {
  const program = ts.createProgram([page], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    ...options,
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ messageText, file, start }) =>
        `${file?.fileName}:${start} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
}

it.each([
  ['bundlers', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
  ['Node', { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
])(
  'types elements and events after one import, for %s',
  (_, options) => {
    expect(compile(options)).toEqual([])
  },
  60_000,
)
