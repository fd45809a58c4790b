import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { root } from './pnpm.mjs'

/** Code in the documents that is a whole file: it imports something and leaves nothing out. Imports resolve as in the shop. */
const snippets = new Map(
  documents().flatMap((path) => {
    const blocks = [...readFileSync(join(root, path), 'utf8').matchAll(/^```(tsx?)\n(.*?)^```/gms)]
    return blocks
      .filter(([, , code = '']) => /^import /m.test(code) && !code.includes('…'))
      .map(([, language, code = ''], index): [string, string] => [
        join(root, 'examples/shop/src', `${path.replace(/\W/g, '-')}-${index + 1}.${language}`),
        // Where a secret comes from is not what a snippet shows.
        code.replaceAll(/process\.env\.\w+/g, "''"),
      ])
  }),
)

/** Names that a snippet leaves to the reader: cannot find name, in two wordings. */
const OF_THE_READER = new Set([2304, 2552])

it('shows code that compiles', () => {
  expect(snippets.size).toBeGreaterThan(3)
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  options.jsx = ts.JsxEmit.ReactJSX
  options.types = ['node']
  options.noPropertyAccessFromIndexSignature = false
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (path) => snippets.has(path) || fileExists(path)
  host.readFile = (path) => snippets.get(path) ?? readFile(path)
  host.getSourceFile = (path, target) => {
    const code = snippets.get(path)
    return code === undefined ? getSourceFile(path, target) : ts.createSourceFile(path, code, target)
  }
  const program = ts.createProgram([...snippets.keys()], options, host)
  const problems = [...snippets.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].filter(
      ({ code }) => !OF_THE_READER.has(code),
    )
    return found.map(
      (problem) => `${basename(path)}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`,
    )
  })
  expect(problems).toEqual([])
})

it('links to files that exist', () => {
  const missing = documents().flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const targets = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      ([, target = '']) => target,
    )
    return targets
      .filter(
        (target) =>
          !ts.sys.fileExists(join(root, dirname(path), target)) &&
          !ts.sys.directoryExists(join(root, dirname(path), target)),
      )
      .map((target) => `${path}: ${target}`)
  })
  expect(missing).toEqual([])
})

/** Every Markdown file that a reader may open, by its path from the root. */
function documents(): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.startsWith('reference'))
      .map((name) => join(folder, name))
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md'))
  return [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...packages.filter((path) => ts.sys.fileExists(join(root, path))),
    ...inFolder('docs'),
  ]
}
