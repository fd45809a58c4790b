import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ElementDescription, readElement } from './read-element.ts'

/** Where each element is written, and where its own comment says what it is. */
const SOURCES = ['src/pay-button.ts', 'src/pay-return.ts']

/** The descriptions of the elements in the formats that editors and documentation tools read, by file name. */
export async function describeElements(root: string): Promise<Readonly<Record<string, unknown>>> {
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const elements = await Promise.all(
    SOURCES.map(async (path) => readElement(await readFile(join(root, path), 'utf8'))),
  )
  return {
    'custom-elements.json': toManifest(elements),
    'vscode.html-custom-data.json': toHtmlData(elements),
    'vscode.css-custom-data.json': toCssData(elements),
    'web-types.json': toWebTypes(elements, name, version),
  }
}

/** Writes them into `dist/`. */
export async function writeDescriptions(root: string): Promise<void> {
  for (const [file, content] of Object.entries(await describeElements(root))) {
    await writeFile(join(root, 'dist', file), `${JSON.stringify(content, null, 2)}\n`)
  }
}

/** https://github.com/webcomponents/custom-elements-manifest, schema 2.1.0. */
function toManifest(elements: readonly ElementDescription[]): unknown {
  return {
    schemaVersion: '2.1.0',
    readme: 'README.md',
    modules: [
      {
        kind: 'javascript-module',
        path: 'dist/index.js',
        declarations: elements.map((element) => ({
          kind: 'class',
          customElement: true,
          name: element.className,
          tagName: element.tag,
          description: element.description,
          attributes: element.attributes.map(({ name, type, description, default: fallback }) => ({
            name,
            description,
            type: { text: type },
            ...(fallback && { default: `'${fallback}'` }),
            ...(element.fields.some((field) => field.name === name) && { fieldName: name }),
          })),
          members: element.fields.map(({ name, type, description }) => ({
            kind: 'field',
            name,
            description,
            privacy: 'public',
            type: { text: type },
            ...(element.attributes.some((attribute) => attribute.name === name) && {
              attribute: name,
              reflects: true,
            }),
          })),
          events: element.events.map(({ name, type, description }) => ({
            name,
            description,
            type: { text: type },
          })),
          slots: element.slots,
          cssParts: element.parts,
          cssProperties: element.properties.map(({ name, description, default: fallback }) => ({
            name,
            description,
            ...(fallback && { default: fallback }),
          })),
        })),
        exports: elements.map(({ className }) => ({
          kind: 'js',
          name: className,
          declaration: { name: className, module: 'dist/index.js' },
        })),
      },
      {
        kind: 'javascript-module',
        path: 'dist/define.js',
        declarations: [],
        exports: elements.map(({ tag, className }) => ({
          kind: 'custom-element-definition',
          name: tag,
          declaration: { name: className, module: 'dist/index.js' },
        })),
      },
    ],
  }
}

/** https://github.com/microsoft/vscode-custom-data: `html.customData` of the settings names the file. */
function toHtmlData(elements: readonly ElementDescription[]): unknown {
  return {
    version: 1.1,
    tags: elements.map(({ tag, description, attributes, events, slots }) => ({
      name: tag,
      description: {
        kind: 'markdown',
        value: [
          description,
          ...section(
            'Slots',
            slots.map(({ name, description: text }) => [name || 'default', text] as const),
          ),
          ...section(
            'Events',
            events.map(({ name, description: text }) => [name, text] as const),
          ),
        ].join('\n\n'),
      },
      attributes: attributes.map(({ name, description: text, type, values }) => ({
        name,
        description: text,
        ...(type === 'boolean' && { valueSet: 'v' }),
        ...(values.length > 0 && { values: values.map((value) => ({ name: value })) }),
      })),
    })),
  }
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.length > 0
    ? [`**${title}**\n\n${rows.map(([name, text]) => `- \`${name}\`${text && `: ${text}`}`).join('\n')}`]
    : []
}

/** The same settings' `css.customData`. Parts cannot be told there: the format has no place for the element they are of. */
function toCssData(elements: readonly ElementDescription[]): unknown {
  return {
    version: 1.1,
    properties: elements.flatMap(({ properties }) =>
      properties.map(({ name, description }) => ({ name, description })),
    ),
    pseudoElements: elements.some(({ parts }) => parts.length > 0)
      ? [
          {
            name: '::part()',
            description: elements
              .map(({ tag, parts }) => `${tag}: ${[...new Set(parts.map(({ name }) => name))].join(', ')}`)
              .join('. '),
          },
        ]
      : [],
  }
}

/** https://github.com/JetBrains/web-types: found by the `web-types` member of package.json. */
function toWebTypes(elements: readonly ElementDescription[], name: string, version: string): unknown {
  return {
    $schema: 'https://json.schemastore.org/web-types',
    name,
    version,
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: elements.map((element) => ({
          name: element.tag,
          description: element.description,
          attributes: element.attributes.map(
            ({ name: attribute, description, type, values, default: fallback }) => ({
              name: attribute,
              description,
              value:
                type === 'boolean'
                  ? { kind: 'no-value' }
                  : { type: values.length > 0 ? values.map((value) => `'${value}'`) : 'string' },
              ...(type === 'boolean' && { required: false }),
              ...(fallback && { default: fallback }),
            }),
          ),
          slots: element.slots,
          js: {
            events: element.events.map(({ name: event, type, description }) => ({
              name: event,
              description: [type, description].filter(Boolean).join(': '),
            })),
            properties: element.fields.map(({ name: field, type, description }) => ({
              name: field,
              description,
              type,
            })),
          },
          css: {
            parts: element.parts,
            properties: element.properties.map(({ name: property, description }) => ({
              name: property,
              description,
            })),
          },
        })),
      },
    },
  }
}
