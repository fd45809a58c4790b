import ts from 'typescript'

/** What a file touches outside of itself. */
export interface FileUse {
  /** Specifiers as written: static and dynamic imports, re-exports, imported types. */
  readonly imports: readonly string[]
  /** Names used as values that the file does not declare, and `Name.member` of them; `new-Date()` for the present time. */
  readonly globals: readonly string[]
}

export function readUses(path: string, text: string): FileUse {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports = new Set<string>()
  const declared = new Set<string>()
  const used = new Set<string>()
  const taken = new Set<string>()

  const visit = (node: ts.Node, inType: boolean): void => {
    const specifier = specifierOf(node)
    if (specifier && ts.isStringLiteralLike(specifier)) imports.add(specifier.text)
    if (isDeclaration(node) && node.name && ts.isIdentifier(node.name)) declared.add(node.name.text)
    if (!inType) for (const name of valuesOf(node)) used.add(name)
    for (const name of takenFromGlobalThis(node)) taken.add(name)
    ts.forEachChild(node, (child) => visit(child, inType || ts.isTypeNode(child)))
  }
  visit(source, false)

  const globals = [...used].filter((name) => !declared.has(name.split('.')[0] ?? name))
  return { imports: [...imports], globals: [...new Set([...globals, ...taken])] }
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0]
  return undefined
}

function isDeclaration(node: ts.Node): node is ts.Node & { readonly name?: ts.Node } {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionLike(node) ||
    ts.isClassLike(node) ||
    ts.isImportClause(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node)
  )
}

/** The global names that a node uses as a value, if it is the node that uses them. */
function valuesOf(node: ts.Node): string[] {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return ['new-Date()']
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const object = node.expression.text
    return [`${object}.${node.name.text}`]
  }
  return ts.isIdentifier(node) && isValue(node) ? [node.text] : []
}

/** `globalThis.name` and `const { name } = globalThis`, whatever the file declares. */
function takenFromGlobalThis(node: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(node) && isGlobalThis(node.expression)) return [node.name.text]
  if (!ts.isVariableDeclaration(node) || !node.initializer || !isGlobalThis(node.initializer)) return []
  if (!ts.isObjectBindingPattern(node.name)) return []
  return node.name.elements.map((element) => (element.propertyName ?? element.name).getText())
}

function isGlobalThis(node: ts.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return isGlobalThis(node.expression)
  return ts.isIdentifier(node) && node.text === 'globalThis'
}

/** Whether the identifier stands for a value, and is not the name of a property, a declaration or a type. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isQualifiedName(parent) || ts.isJsxAttribute(parent) || ts.isExpressionWithTypeArguments(parent))
    return false
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false
  if (ts.isBindingElement(parent)) return parent.initializer === node
  return (parent as { name?: ts.Node }).name !== node
}
