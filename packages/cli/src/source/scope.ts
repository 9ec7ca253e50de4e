import { patternNames, type SourceModule, type SyntaxNode } from './source-module.ts';
import { type Value, Values } from './value.ts';

/** A name in a scope. */
export interface Binding {
  readonly values: Values;
  /** What must be read before the values are there: the declaration in a module, or an import. */
  readonly demand?: () => void;
  /** The name an import has in its module. */
  readonly importedAs?: string;
  /** The module, as the import names it. */
  readonly importedFrom?: string;
}

/** The names of a block, function, class or module. */
export interface Scope {
  readonly module: SourceModule;
  readonly parent: Scope | undefined;
  readonly bindings: Map<string, Binding>;
  /** What `this` is. */
  readonly self: Value | undefined;
  /** The function whose body it is in. */
  readonly functionNode: SyntaxNode | undefined;
}

/** A scope within another. */
export function scopeWithin(parent: Scope, change: Partial<Pick<Scope, 'self' | 'functionNode'>> = {}): Scope {
  const { module, self, functionNode } = parent;
  return { module, self, functionNode, ...change, parent, bindings: new Map() };
}

/** The binding of a name. */
export function bindingOf(name: string, scope: Scope): Binding | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const binding = at.bindings.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

/** Declares the names that statements declare, functions and classes with their values. */
export function declare(scope: Scope, statements: readonly SyntaxNode[]): void {
  for (const statement of statements) {
    const node = statement.type.startsWith('Export') ? (statement.declaration ?? statement) : statement;
    if (node.type === 'FunctionDeclaration' && node.id) {
      scope.bindings.set(node.id.name, { values: Values.of({ kind: 'function', node, scope }) });
    } else if (node.type === 'ClassDeclaration' && node.id) {
      scope.bindings.set(node.id.name, { values: Values.of({ kind: 'class', node, scope }) });
    } else if (node.type === 'VariableDeclaration') {
      for (const { id } of node.declarations) declarePattern(scope, id);
    }
  }
}

/** Declares the names a pattern binds. */
export function declarePattern(scope: Scope, pattern: SyntaxNode | null): void {
  for (const name of patternNames(pattern)) {
    if (!scope.bindings.has(name)) scope.bindings.set(name, { values: new Values() });
  }
}
