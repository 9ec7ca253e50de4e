import { evaluate } from './evaluate.ts';
import { bindParameter, bindPattern } from './patterns.ts';
import { type Binding, declare, declarePattern, type Scope, scopeWithin } from './scope.ts';
import { placeOf, readModule, resolveImport, type SourceModule, type SyntaxNode } from './source-module.ts';
import { childrenOf } from './syntax-children.ts';
import type { TableCalls } from './table-calls.ts';
import { type ClassValue, type FunctionValue, type Value, Values } from './value.ts';

// What is read grows from round to round: names get more values, which lead to more functions. It ends, as there are
// only so many names and values in a source.
const MAX_ROUNDS = 50;

/**
 * Reads a program for what it does with tables: follows what names may stand for through declarations, calls, objects,
 * classes and imported files. It takes all paths as possible, and reads a function when something names it.
 */
export class Reader {
  readonly calls: TableCalls;
  readonly #contextKeys = new Set(['tables']);
  readonly #modules = new Map<string, SourceModule>();
  readonly #moduleScopes = new Map<SourceModule, Scope>();
  readonly #scopes = new Map<SyntaxNode, Scope>();
  readonly #returns = new Map<SyntaxNode, Values>();
  readonly #properties = new Map<SyntaxNode, Map<string, Values>>();
  readonly #elements = new Map<SyntaxNode, Values>();
  readonly #named = new Map<string, Values>();
  readonly #specifiers = new Set<string>();
  #changed = false;
  // Of one round:
  readonly #done = new Set<unknown>();
  #queue: FunctionValue[] = [];

  constructor(calls: TableCalls) {
    this.calls = calls;
  }

  /** The files that were read. */
  get files(): readonly string[] {
    return [...this.#modules.keys()];
  }

  /** The packages and files that are imported. */
  get specifiers(): ReadonlySet<string> {
    return this.#specifiers;
  }

  /** Reads a module, and what one of its exports leads to; all of it when there is no such export. */
  read(file: string, exported: string): void {
    this.#readRounds(file, exported);
    this.calls.settled = true;
    this.#readRounds(file, exported);
  }

  #readRounds(file: string, exported: string): void {
    for (let round = 0; round === 0 || (this.#changed && round < MAX_ROUNDS); round += 1) {
      this.#changed = false;
      this.#done.clear();
      this.calls.clear();
      const module = this.module(file);
      this.#visitModule(module);
      if (this.exportOf(module, exported) === undefined) {
        // Of CommonJS it is not known what it exports.
        const reason = `It has no export ${exported}: all that it declares is taken for the function.`;
        if (module.exports.size > 0) this.calls.say(`${file}:1`, reason, []);
        this.#demandAll(module);
      }
      for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) this.#visitBody(next);
    }
  }

  /** The names under which tables are found in a context. */
  get contextKeys(): ReadonlySet<string> {
    return this.#contextKeys;
  }

  addContextKey(key: string): void {
    this.#changed ||= !this.#contextKeys.has(key);
    this.#contextKeys.add(key);
  }

  place(node: SyntaxNode, { module }: Scope): string {
    return placeOf(module, node);
  }

  /** Adds to what a name may stand for. */
  grow(values: Values, more: Iterable<Value>): void {
    this.#changed = values.addAll(more) || this.#changed;
  }

  /** Whether this is the first time in this round. */
  once(what: unknown): boolean {
    if (this.#done.has(what)) return false;
    this.#done.add(what);
    return true;
  }

  module(file: string): SourceModule {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const module = readModule(file);
    this.#modules.set(file, module);
    return module;
  }

  /** The module an import names, if it is one to be read. */
  imported(from: SourceModule, specifier: string): SourceModule | undefined {
    this.#specifiers.add(specifier);
    const file = resolveImport(from.file, specifier);
    return file === undefined ? undefined : this.module(file);
  }

  /** What a module exports under a name; `undefined` when it has no such export. */
  exportOf(module: SourceModule, name: string, seen: Set<SourceModule> = new Set()): Values | undefined {
    if (seen.has(module)) return undefined;
    seen.add(module);
    this.#visitModule(module);
    const scope = this.#moduleScope(module);
    const found = module.exports.get(name);
    if (found !== undefined && 'expression' in found) return evaluate(this, found.expression, scope);
    if (found !== undefined && 'local' in found) return this.lookUp(scope.bindings.get(found.local));
    if (found !== undefined) {
      const from = this.imported(module, found.from);
      if (from === undefined) return new Values();
      if (found.name === '*') return Values.of({ kind: 'module', module: from });
      return this.exportOf(from, found.name) ?? new Values();
    }
    for (const specifier of module.exportsAll) {
      const from = this.imported(module, specifier);
      const values = from && this.exportOf(from, name, seen);
      if (values !== undefined) return values;
    }
    return undefined;
  }

  /** What a binding stands for; the functions and classes among it are read. */
  lookUp(binding: Binding | undefined): Values {
    binding?.demand?.();
    const values = binding?.values ?? new Values();
    this.visitAll(values);
    return values;
  }

  visitAll(values: Iterable<Value>): void {
    for (const value of values) {
      if (value.kind === 'function') this.visit(value);
      if (value.kind === 'class') this.#visitClass(value);
    }
  }

  /** Has a function's body read in this round. */
  visit(value: FunctionValue): void {
    if (this.once(value.node)) this.#queue.push(value);
  }

  /** The scope of a node, which keeps its names from round to round. */
  scopeFor(node: SyntaxNode, make: () => Scope): Scope {
    const known = this.#scopes.get(node);
    if (known !== undefined) return known;
    const scope = make();
    this.#scopes.set(node, scope);
    return scope;
  }

  returnsOf(node: SyntaxNode): Values {
    return getOrAdd(this.#returns, node);
  }

  elementsOf(node: SyntaxNode): Values {
    return getOrAdd(this.#elements, node);
  }

  propertiesOf(node: SyntaxNode): Map<string, Values> {
    const known = this.#properties.get(node);
    if (known !== undefined) return known;
    const properties = new Map<string, Values>();
    this.#properties.set(node, properties);
    return properties;
  }

  /** Sets a property of an object, array or class's instances. */
  setProperty(node: SyntaxNode, name: string, values: Iterable<Value>): void {
    this.grow(getOrAdd(this.propertiesOf(node), name), values);
    this.setNamed(name, values);
  }

  /** Keeps what properties of a name were given: for objects that are not known. */
  setNamed(name: string, values: Iterable<Value>): void {
    const kept = [...values].filter(({ kind }) => kind !== 'text');
    if (kept.length > 0) this.grow(getOrAdd(this.#named, name), kept);
  }

  named(name: string): Values {
    return this.#named.get(name) ?? new Values();
  }

  /** Binds the parameters of a function to arguments. @returns what the function returns. */
  callFunction(value: FunctionValue, args: readonly Values[]): Values {
    this.visit(value);
    const scope = this.functionScope(value);
    for (const [i, parameter] of (value.node.params as SyntaxNode[]).entries()) {
      if (parameter.type === 'RestElement') {
        for (const rest of args.slice(i)) this.grow(this.elementsOf(parameter), rest);
        bindPattern(this, parameter.argument, Values.of({ kind: 'array', node: parameter }), scope);
      } else if (args[i] !== undefined && args[i].size > 0) {
        bindPattern(this, parameter, args[i], scope);
      }
    }
    return this.returnsOf(value.node);
  }

  functionScope({ node, scope, self }: FunctionValue): Scope {
    return this.scopeFor(node, () => {
      const isArrow = node.type === 'ArrowFunctionExpression';
      const own = scopeWithin(scope, { functionNode: node, ...(isArrow ? {} : { self }) });
      for (const parameter of node.params) declarePattern(own, parameter);
      if (node.id && node.type === 'FunctionExpression') {
        own.bindings.set(node.id.name, { values: Values.of({ kind: 'function', node, scope }) });
      }
      return own;
    });
  }

  #visitBody(value: FunctionValue): void {
    const { node } = value;
    const scope = this.functionScope(value);
    for (const parameter of node.params) bindParameter(this, parameter, scope);
    if (!node.body) return; // an overload
    if (node.body.type === 'BlockStatement') evaluate(this, node.body, scope);
    else this.grow(this.returnsOf(node), evaluate(this, node.body, scope));
  }

  /** Reads a class: its fields at once, its methods when something names them. */
  #visitClass(value: ClassValue): void {
    if (!this.once(value.node)) return;
    const { node } = value;
    const self: Value = { kind: 'instance', of: value };
    const scope = this.scopeFor(node, () => scopeWithin(value.scope, { self }));
    const parents = node.superClass ? evaluate(this, node.superClass, scope) : new Values();
    this.grow(getOrAdd(this.propertiesOf(node), 'super'), parents);
    for (const member of node.body.body as SyntaxNode[]) {
      if (member.type === 'StaticBlock') for (const statement of member.body) evaluate(this, statement, scope);
      if (member.computed) evaluate(this, member.key, scope);
      const name = member.computed ? '[computed]' : String(member.key?.name ?? member.key?.value);
      if (member.type === 'PropertyDefinition' && member.value) {
        this.setProperty(node, name, evaluate(this, member.value, scope));
      }
      if (member.type !== 'MethodDefinition') continue;
      const method: FunctionValue = { kind: 'function', node: member.value, scope, self };
      if (member.kind === 'get') this.setProperty(node, name, this.returnsOf(member.value));
      else this.setProperty(node, name, [method]);
      if (member.kind !== 'method' || member.computed) this.visit(method);
    }
    // What is not read may call any method of what extends it.
    if (node.superClass && parents.ofKind('class').length === 0) this.visitMethods(value);
  }

  /** Reads every method of a class. */
  visitMethods(value: ClassValue): void {
    for (const values of this.propertiesOf(value.node).values()) this.visitAll(values);
  }

  #moduleScope(module: SourceModule): Scope {
    const known = this.#moduleScopes.get(module);
    if (known !== undefined) return known;
    const bindings = new Map<string, Binding>();
    const scope: Scope = { module, parent: undefined, bindings, self: undefined, functionNode: undefined };
    this.#moduleScopes.set(module, scope);
    const statements = module.program.body as SyntaxNode[];
    declare(scope, statements);
    for (const statement of statements) {
      if (statement.type === 'ImportDeclaration') this.#declareImports(statement, scope);
      const declaration = statement.declaration ?? statement;
      if (declaration.type !== 'VariableDeclaration') continue;
      for (const declarator of declaration.declarations) this.#declareLazily(declarator, scope);
    }
    return scope;
  }

  #declareImports(statement: SyntaxNode, scope: Scope): void {
    if (statement.importKind === 'type') return;
    for (const { type, local, imported, importKind } of statement.specifiers) {
      if (importKind === 'type') continue;
      const values = new Values();
      const demand = (): void => {
        const module = this.imported(scope.module, statement.source.value);
        if (module === undefined) return;
        if (type === 'ImportNamespaceSpecifier') this.grow(values, [{ kind: 'module', module }]);
        else {
          const name = type === 'ImportDefaultSpecifier' ? 'default' : (imported.name ?? imported.value);
          this.grow(values, this.exportOf(module, name) ?? []);
        }
      };
      const name = imported?.name ?? local.name;
      scope.bindings.set(local.name, { values, demand, importedAs: name, importedFrom: statement.source.value });
    }
  }

  /** A module's variable is read when something names it. */
  #declareLazily(declarator: SyntaxNode, scope: Scope): void {
    const names = new Map<string, Binding>();
    const inner: Scope = { ...scope, parent: scope, bindings: names };
    declarePattern(inner, declarator.id);
    const demand = (): void => {
      if (!this.once(declarator)) return;
      bindPattern(this, declarator.id, declarator.init ? evaluate(this, declarator.init, scope) : new Values(), scope);
    };
    for (const [name, { values }] of names) scope.bindings.set(name, { values, demand });
  }

  /** Reads what a module does when it is loaded. */
  #visitModule(module: SourceModule): void {
    if (!this.once(module)) return;
    const scope = this.#moduleScope(module);
    for (const specifier of module.imports) {
      const imported = this.imported(module, specifier);
      if (imported !== undefined) this.#visitModule(imported);
    }
    for (const statement of module.program.body as SyntaxNode[]) {
      const { type } = statement.declaration ?? statement;
      if (type === 'VariableDeclaration') {
        if (awaits(statement)) this.#demandNames(statement, scope);
      } else if (!/^(Import|Export|Function|Class|TS)/.test(statement.type)) evaluate(this, statement, scope);
    }
  }

  #demandNames(statement: SyntaxNode, scope: Scope): void {
    const { declarations } = statement.declaration ?? statement;
    const names = new Map<string, Binding>();
    for (const { id } of declarations) declarePattern({ ...scope, bindings: names }, id);
    for (const name of names.keys()) this.lookUp(scope.bindings.get(name));
  }

  #demandAll(module: SourceModule): void {
    for (const binding of this.#moduleScope(module).bindings.values()) this.lookUp(binding);
  }
}

/** Whether something is awaited when the statement is run, and not in a function it makes. */
function awaits(node: SyntaxNode): boolean {
  if (node.type === 'AwaitExpression') return true;
  return !/Function|Class/.test(node.type) && childrenOf(node).some(awaits);
}

function getOrAdd<K>(map: Map<K, Values>, key: K): Values {
  const known = map.get(key);
  if (known !== undefined) return known;
  const values = new Values();
  map.set(key, values);
  return values;
}
