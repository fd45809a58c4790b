// Checks who may import whom (`docs/architecture.md`) and which globals are used where. `node scripts/boundaries.ts`
// prints one line per violation: file, what it does, which rule forbids it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FileUse, readUses } from './read-uses.ts'

/** Says what the files that match may touch. Targets are package names as imported, or paths from the root. */
interface Rule {
  readonly fact: string
  readonly files: RegExp
  readonly except?: RegExp
  /** Every import must match. */
  readonly allowed?: RegExp
  /** No import may match. */
  readonly forbidden?: RegExp
  /** Names that exist without an import, `Date.now` style members included. */
  readonly forbiddenGlobals?: ReadonlySet<string>
  /** Holds for tests too, and for what only tests import. */
  readonly tests?: true
}

const PLATFORM_GLOBALS = (
  'window self document navigator location history localStorage sessionStorage customElements screen ' +
  'addEventListener removeEventListener requestAnimationFrame setTimeout clearTimeout setInterval clearInterval ' +
  'process Buffer require __dirname Deno Bun'
).split(' ')

const IMPURE = (
  'Date.now Math.random crypto.randomUUID crypto.getRandomValues fetch performance setTimeout setInterval ' +
  'setImmediate queueMicrotask process console new-Date()'
).split(' ')

export const RULES: readonly Rule[] = [
  {
    fact: 'core knows ky, zod/mini and itself',
    files: /^packages\/core\/src\//,
    allowed: /^(packages\/core\/src\/|ky$|zod\/mini$|zod\/v4\/core$)/,
  },
  {
    fact: 'only browser.ts of core touches the browser, timers or Node',
    files: /^packages\/core\/src\//,
    except: /^packages\/core\/src\/(browser\.ts$|testing\/)/,
    forbiddenGlobals: new Set(PLATFORM_GLOBALS),
  },
  {
    fact: 'the web component knows core, lit and a QR encoder',
    files: /^packages\/web-component\/src\//,
    allowed:
      /^(packages\/web-component\/src\/|@teabrick\/core(\/(contract|banks))?$|lit(\/|$)|@lit\/reactive-element|lean-qr|zod\/mini$)/,
  },
  {
    fact: 'the React bindings know the web component, core and React',
    files: /^packages\/react\/src\//,
    allowed:
      /^(packages\/react\/src\/|@teabrick\/(web-component|core)(\/|$)|react(-dom)?(\/|$)|@lit\/react$)/,
  },
  {
    fact: 'of our packages the server knows the contract and the banks only; the drill plays with the sandbox, an optional peer',
    files: /^packages\/server\/src\//,
    except: /^packages\/server\/src\/drill\//,
    forbidden: /^@teabrick\/(?!core\/(contract|banks)$)/,
  },
  {
    fact: 'the drill knows the contract and the sandbox',
    files: /^packages\/server\/src\/drill\//,
    forbidden: /^@teabrick\/(?!(core\/contract|sandbox)$)/,
  },
  {
    fact: 'the sandbox knows none of our packages',
    files: /^packages\/sandbox\//,
    forbidden: /^@teabrick\//,
    tests: true,
  },
  {
    fact: 'a provider knows provider.ts, its own folder, the HTTP, URL, notification and signature helpers, the contract and nothing else of ours',
    files: /^packages\/server\/src\/providers\//,
    forbidden:
      /^(@teabrick\/(?!core\/contract$)|packages\/server\/src\/(?!(provider|provider-http|provider-url|read-notification)\.ts$|signatures\/|providers\/[^/]+\/))/,
  },
  {
    fact: 'the domain knows no HTTP, store, job, provider or Node',
    files: /^packages\/server\/src\/domain\//,
    forbidden:
      /^(node:|hono|kysely|pg$|pino|packages\/server\/src\/(http|store|jobs|engine|providers|signatures)\/|packages\/server\/src\/(node|cli|payment-api|provider-http)\.ts$)/,
  },
  {
    fact: 'the domain is pure: time and chance come as arguments',
    files: /^packages\/server\/src\/domain\//,
    forbiddenGlobals: new Set(IMPURE),
  },
  {
    fact: 'hono stays in http/',
    files: /^packages\/server\/src\//,
    except: /^packages\/server\/src\/http\//,
    forbidden: /^hono(\/|$)/,
  },
  {
    fact: 'kysely and pg stay in store/',
    files: /^packages\/server\/src\//,
    except: /^packages\/server\/src\/store\//,
    forbidden: /^(kysely|pg)(\/|$)/,
  },
  {
    fact: 'node.ts and cli.ts serve; webhook-transport.ts calls; nothing else knows node:http',
    files: /^packages\/server\/src\//,
    except: /^packages\/server\/src\/(node|cli|jobs\/webhook-transport)\.ts$/,
    forbidden: /^node:https?$/,
  },
]

/** What to check: source files by their path from the root, with `/`, and each package's manifest. */
export interface Tree {
  readonly files: ReadonlyMap<string, string>
  readonly manifests: ReadonlyMap<string, Manifest>
}

interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One line per violation, in order of the files. */
export function checkBoundaries({ files, manifests }: Tree): string[] {
  const uses = new Map([...files].map(([path, text]) => [path, readUses(path, text)]))
  const testOnly = findTestOnly(uses, manifests)
  return [...uses].flatMap(([path, use]) => {
    const isTest = testOnly.has(path)
    const targets = use.imports.map((specifier) => toTarget(path, specifier))
    const rules = RULES.filter(
      ({ files, except, tests }) => files.test(path) && !except?.test(path) && (tests || !isTest),
    )
    return [
      ...rules.flatMap((rule) => [
        ...targets
          .filter((target) => (rule.allowed && !rule.allowed.test(target)) || rule.forbidden?.test(target))
          .map((target) => `${path} imports ${target}: ${rule.fact}`),
        ...use.globals
          .filter((name) => rule.forbiddenGlobals?.has(name))
          .map((name) => `${path} uses ${name}: ${rule.fact}`),
      ]),
      ...checkPackage(path, targets, isTest ? undefined : manifests.get(packageFolder(path))),
    ]
  })
}

/** A package reaches the others by their names, and in production only those it declares. */
function checkPackage(path: string, targets: readonly string[], manifest: Manifest | undefined): string[] {
  const folder = packageFolder(path)
  const declared = {
    ...manifest?.dependencies,
    ...manifest?.peerDependencies,
    ...manifest?.optionalDependencies,
  }
  return targets.flatMap((target) => {
    if (/^(packages|examples|e2e|scripts)\//.test(target)) {
      const isOurs = target.startsWith(`${folder}/`) || folder === 'e2e' || target.startsWith('scripts/')
      return isOurs ? [] : [`${path} imports ${target}: a package reaches another one by its name`]
    }
    if (!manifest || target.startsWith('node:')) return []
    const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/')
    if (name === manifest.name || name in declared) return []
    return [`${path} imports ${target}: ${manifest.name} does not declare ${name}`]
  })
}

/** Tests, simulations, rigs, what lies in a `testing` folder that is not exported, and files that nothing but these imports. */
function findTestOnly(
  uses: ReadonlyMap<string, FileUse>,
  manifests: ReadonlyMap<string, Manifest>,
): ReadonlySet<string> {
  const importers = new Map<string, string[]>()
  for (const [path, { imports }] of uses)
    for (const specifier of imports) {
      const target = toTarget(path, specifier)
      importers.set(target, [...(importers.get(target) ?? []), path])
    }
  const isTest = (path: string): boolean =>
    /\.(test|rig)\.tsx?$/.test(path) ||
    path.includes('/src/simulation/') ||
    path.includes('/src/rigs/') ||
    (path.includes('/src/testing/') && !manifests.get(packageFolder(path))?.exports?.['./testing'])
  const testOnly = new Set([...uses.keys()].filter(isTest))
  for (let size = -1; size !== testOnly.size; ) {
    size = testOnly.size
    for (const path of uses.keys())
      if (importers.get(path)?.every((importer) => testOnly.has(importer))) testOnly.add(path)
  }
  return testOnly
}

function toTarget(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier
}

function packageFolder(path: string): string {
  return path.split('/', path.startsWith('e2e/') ? 1 : 2).join('/')
}

/** Reads the sources of all packages, examples and whole-system tests. */
export function readTree(root: string): Tree {
  const folders = ['packages', 'examples'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => `${group}/${name}`),
  )
  const manifests = new Map<string, Manifest>()
  const files = new Map<string, string>()
  for (const folder of [...folders, 'e2e'].filter((folder) => existsSync(join(root, folder)))) {
    const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      name.split(sep).join('/'),
    )
    if (entries.includes('package.json'))
      manifests.set(folder, JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')))
    const sources = entries.filter(
      (name) => (folder === 'e2e' || name.startsWith('src/')) && /\.tsx?$/.test(name),
    )
    for (const name of sources.filter((name) => !name.includes('node_modules/')).sort())
      files.set(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8'))
  }
  return { files, manifests }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = checkBoundaries(readTree(dirname(dirname(fileURLToPath(import.meta.url)))))
  for (const violation of violations) console.error(violation)
  process.exitCode = violations.length > 0 ? 1 : 0
}
