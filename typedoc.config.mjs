import { OptionDefaults } from 'typedoc'

const ENTRIES = {
  core: ['index', 'contract/index', 'merchant/index', 'testing/index'],
  'web-component': ['index'],
  react: ['index'],
  server: ['index', 'node', 'signatures/index', 'testing/index'],
  sandbox: ['index', 'node'],
}

/**
 * The reference of all packages, into a folder that git ignores: `npm run docs:api`.
 * @type {Partial<import('typedoc').TypeDocOptions>}
 */
export default {
  entryPoints: Object.entries(ENTRIES).flatMap(([name, files]) =>
    files.map((file) => `packages/${name}/src/${file}.ts`),
  ),
  tsconfig: 'scripts/tsconfig.docs.json',
  // What every element inherits from HTMLElement and Lit is theirs to document.
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  blockTags: [...OptionDefaults.blockTags, '@tag', '@attr', '@csspart', '@cssprop', '@slot', '@event'],
  plugin: ['typedoc-plugin-markdown'],
  out: 'docs/reference',
  readme: 'none',
  hideGenerator: true,
  disableSources: true,
  // Links to what a package keeps to itself are written as code.
  validation: { notExported: false, invalidLink: true },
}
