import { existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { UsageError } from '../command.ts';
import { readText } from '../read-text.ts';

/** A node of the syntax tree, in ESTree's shape. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: any;
}

/** Where a name that a module exports comes from; the name `*` of another module is the module itself. */
export type ModuleExport =
  | { readonly from: string; readonly name: string }
  | { readonly local: string }
  | { readonly expression: SyntaxNode };

/** A source file that was read. */
export interface SourceModule {
  readonly file: string;
  readonly text: string;
  readonly program: SyntaxNode;
  readonly exports: ReadonlyMap<string, ModuleExport>;
  /** The specifiers of `export * from`. */
  readonly exportsAll: readonly string[];
  /** Every specifier of its static imports that is there at run time. */
  readonly imports: readonly string[];
}

/**
 * Reads and parses a source file.
 *
 * @throws UsageError when it cannot be read or parsed.
 */
export function readModule(file: string): SourceModule {
  const text = readText(file);
  const { program, errors } = parseSync(file, text, { preserveParens: false });
  const [error] = errors;
  if (error !== undefined) throw new UsageError(`${file} could not be parsed: ${error.message}`);
  const tree: SyntaxNode = { ...program };
  return { file, text, program: tree, ...linksOf(tree) };
}

function linksOf(program: SyntaxNode): Pick<SourceModule, 'exports' | 'exportsAll' | 'imports'> {
  const exports = new Map<string, ModuleExport>();
  const exportsAll: string[] = [];
  const imports: string[] = [];
  for (const node of program.body as SyntaxNode[]) {
    if (node.importKind === 'type' || node.exportKind === 'type') continue;
    if (node.source) imports.push(node.source.value);
    if (node.type === 'ExportAllDeclaration') {
      if (node.exported === null) exportsAll.push(node.source.value);
      else exports.set(nameOf(node.exported), { from: node.source.value, name: '*' });
    }
    if (node.type === 'ExportDefaultDeclaration') exports.set('default', defaultExport(node.declaration));
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const name of declaredNames(node.declaration)) exports.set(name, { local: name });
    for (const { local, exported } of node.specifiers) {
      const name = nameOf(local);
      exports.set(nameOf(exported), node.source ? { from: node.source.value, name } : { local: name });
    }
  }
  return { exports, exportsAll, imports };
}

function defaultExport(declaration: SyntaxNode): ModuleExport {
  const isNamed = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
  return isNamed && declaration.id ? { local: declaration.id.name } : { expression: declaration };
}

function nameOf(node: SyntaxNode): string {
  return node.name ?? node.value;
}

/** The names a declaration declares. */
function declaredNames(declaration: SyntaxNode | null): string[] {
  if (declaration === null) return [];
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }: SyntaxNode) => patternNames(id));
  }
  return declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration'
    ? [declaration.id.name]
    : [];
}

/** The names a pattern binds. */
export function patternNames(pattern: SyntaxNode | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property: SyntaxNode) => patternNames(property.value ?? property.argument));
    case 'ArrayPattern':
      return pattern.elements.flatMap(patternNames);
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'TSParameterProperty':
      return patternNames(pattern.parameter);
    default:
      return [];
  }
}

const EXTENSIONS = ['', '.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'];

/**
 * The file an import names; `undefined` when it is that of a package, which is not read, or no source.
 *
 * `./x.js` may be written for `./x.ts`, as TypeScript has it.
 */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const base = resolve(dirname(from), specifier);
    const typed = base.replace(/\.([mc]?)js$/, '.$1ts');
    return [typed, ...EXTENSIONS.map((extension) => base + extension)].find(isSourceFile);
  }
  if (specifier.startsWith('@tabletheory/') || specifier.startsWith('node:')) return undefined;
  try {
    const file = realpathSync(createRequire(from).resolve(specifier));
    return file.split(sep).includes('node_modules') || !isSourceFile(file) ? undefined : file;
  } catch {
    return undefined; // of another package, or for other conditions
  }
}

function isSourceFile(file: string): boolean {
  return /\.[mc]?[jt]sx?$/.test(file) && existsSync(file) && statSync(file).isFile();
}

/** Where a node stands: `file:line`. */
export function placeOf({ file, text }: SourceModule, { start }: SyntaxNode): string {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line += 1;
  return `${file}:${line}`;
}
