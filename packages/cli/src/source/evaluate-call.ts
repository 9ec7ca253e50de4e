import { callCollection, isCollectionMethod, isIteration } from './collections.ts';
import { evaluate, memberNames } from './evaluate.ts';
import { COMPLETION, packageUse } from './package-use.ts';
import { anyProperties, elementsOf, memberOf, propertyOf } from './properties.ts';
import type { Reader } from './reader.ts';
import { bindingOf, type Scope } from './scope.ts';
import type { SyntaxNode } from './source-module.ts';
import { type ClassValue, type FunctionValue, type TableMode, type Value, Values } from './value.ts';

/** A call that is being read. */
export interface Call {
  readonly node: SyntaxNode;
  readonly args: readonly Values[];
  readonly scope: Scope;
}

/** Reads a call. @returns what it may return. */
export function evaluateCall(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  const { callee } = node;
  const call: Call = { node, args: argumentsOf(reader, node, scope), scope };
  if (callee.type === 'Super') {
    if (scope.self?.kind === 'instance') constructParents(reader, scope.self.of, call);
    return new Values();
  }
  if (callee.type === 'MemberExpression') return callMember(reader, call);
  if (callee.type === 'Identifier') {
    const binding = bindingOf(callee.name, scope);
    const name = binding?.importedAs ?? callee.name;
    const known = callNamed(reader, name, call);
    if (known !== undefined) return known;
    const use = binding && packageUse(binding);
    if (use !== undefined) {
      reader.calls.usedBy(name, use, reader.place(node, scope));
      return new Values();
    }
  }
  return callFunctions(reader, evaluate(reader, callee, scope), call);
}

/** Reads `new Class(…)`. @returns its instance. */
export function evaluateNew(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  const call: Call = { node, args: argumentsOf(reader, node, scope), scope };
  const classes = evaluate(reader, node.callee, scope).ofKind('class');
  for (const value of classes) construct(reader, value, call);
  if (classes.length > 0) return Values.of(...classes.map((of): Value => ({ kind: 'instance', of })));
  if (/^(Map|Set|WeakMap|WeakSet|Array)$/.test(node.callee.name ?? '')) {
    for (const values of call.args) {
      const elements = elementsOf(reader, values);
      reader.grow(reader.elementsOf(node), [...elements, ...elementsOf(reader, elements)]);
    }
    return Values.of({ kind: 'array', node });
  }
  handOver(reader, call);
  return new Values();
}

function argumentsOf(reader: Reader, node: SyntaxNode, scope: Scope): Values[] {
  return (node.arguments as SyntaxNode[]).flatMap((argument) => {
    if (argument.type !== 'SpreadElement') return evaluate(reader, argument, scope);
    const elements = elementsOf(reader, evaluate(reader, argument.argument, scope));
    return [elements, elements, elements, elements]; // it may be any of the arguments that follow
  });
}

function construct(reader: Reader, value: ClassValue, call: Call): void {
  const constructors = memberOf(reader, value, 'constructor').ofKind('function');
  for (const one of constructors) reader.callFunction(one, call.args);
  const parents = reader.propertiesOf(value.node).get('super');
  // Its constructor is that of a class that is not read.
  if (constructors.length === 0 && value.node.superClass && parents?.ofKind('class').length === 0)
    handOver(reader, call);
}

function constructParents(reader: Reader, { node }: ClassValue, call: Call): void {
  const parents = reader.propertiesOf(node).get('super')?.ofKind('class') ?? [];
  for (const parent of parents) construct(reader, parent, call);
  if (parents.length === 0) handOver(reader, call);
}

/** Calls that are known by their name. */
function callNamed(reader: Reader, name: string, { args, scope }: Call): Values | undefined {
  if (name === 'createTables') return Values.of({ kind: 'tables', mode: 'direct' });
  if (name === 'dynamodb') addContextKey(reader, args[0]);
  if (name === 'tableTheory' && args[0] !== undefined) {
    addContextKey(reader, propertyOf(reader, args[0], ['dynamodb'], ''));
  }
  if (name !== 'require') return undefined;
  const [specifier] = args[0]?.texts() ?? [];
  const module = specifier === undefined ? undefined : reader.imported(scope.module, specifier);
  return module && Values.of({ kind: 'module', module });
}

function addContextKey(reader: Reader, options: Values | undefined): void {
  for (const { node } of options?.ofKind('object') ?? []) {
    for (const key of reader.propertiesOf(node).get('contextKey')?.texts() ?? []) reader.addContextKey(key);
  }
}

function callFunctions(reader: Reader, values: Values, call: Call): Values {
  const functions = values.ofKind('function');
  if (functions.length === 0) handOver(reader, call);
  return Values.of(...functions.flatMap((one) => [...reader.callFunction(one, call.args)]));
}

function callMember(reader: Reader, call: Call): Values {
  const { node, scope } = call;
  const { callee } = node;
  const receivers = evaluate(reader, callee.object, scope);
  const names = memberNames(reader, callee, scope);
  const place = reader.place(node, scope);
  const result = new Values();
  const others = new Values();
  for (const receiver of receivers) {
    if (names === undefined || !['tables', 'table', 'query'].includes(receiver.kind)) others.add(receiver);
    else for (const name of names) result.addAll(callOnTables(reader, receiver, name, call, place));
  }
  if (receivers.size > 0 && others.size === 0) return result;
  if (receivers.size === 0 && names !== undefined) {
    if (names.includes('createTables')) return Values.of({ kind: 'tables', mode: 'direct' });
    noteLikely(reader, callee.object, names, place);
    if (names.some((name) => isIteration(name) && reader.named(name).ofKind('function').length === 0)) {
      others.add({ kind: 'array', node: callee.object });
    }
  }
  if (names?.includes('then')) result.addAll(callback(reader, call.args[0], [receivers]));
  const onObject = callee.object.type === 'Identifier' && callee.object.name === 'Object';
  if (onObject && names?.length === 1) {
    const known = callObject(reader, names[0] as string, call);
    if (known !== undefined) return known;
  }
  const arrays = others.ofKind('array');
  if (arrays.length > 0 && names?.some(isCollectionMethod)) {
    for (const array of arrays) for (const name of names) result.addAll(callCollection(reader, array, name, call));
    return result;
  }
  const called = others.ofKind('function');
  if (called.length > 0 && names?.some((name) => /^(call|apply|bind)$/.test(name))) {
    return Values.of(...called.flatMap((one) => [...callBound(reader, one, names[0] as string, call)]));
  }
  if (callee.object.type === 'Identifier' && callee.object.name === 'Promise') return call.args[0] ?? new Values();
  const found = propertyOf(reader, others, names, place);
  if (found.ofKind('function').length === 0 && (names?.includes('then') || isKnownHarmless(callee))) return result;
  if (names?.includes('complete') && isCompletion(reader, call)) {
    reader.calls.usedBy('complete', COMPLETION, place);
    return result;
  }
  return Values.of(...result, ...callFunctions(reader, found, call));
}

/** Whether it is `idempotency.complete(tx.idempotency, …)`, in a source that uses the package. */
function isCompletion(reader: Reader, { args }: Call): boolean {
  const tables = args[0]?.ofKind('table') ?? [];
  return (
    reader.specifiers.has('@tabletheory/idempotency') &&
    tables.some(({ model, mode }) => model === COMPLETION.model && mode === 'transactWrite')
  );
}

/** `something.orders.get(…)`, where it is not known what something is. */
function noteLikely(reader: Reader, object: SyntaxNode, methods: readonly string[], place: string): void {
  const model = object.type === 'MemberExpression' && !object.computed ? object.property.name : undefined;
  if (!reader.calls.modelNames.includes(model)) return;
  for (const method of methods) reader.calls.noteLikely(model, method, place);
}

/** What prints or converts uses no tables. */
function isKnownHarmless({ object }: SyntaxNode): boolean {
  return object.type === 'Identifier' && /^(console|JSON|Math)$/.test(object.name);
}

function callOnTables(reader: Reader, receiver: Value, method: string, call: Call, place: string): Iterable<Value> {
  const { args, node } = call;
  const { calls } = reader;
  const tableCall = { method, args, argNodes: node.arguments as SyntaxNode[], place };
  if (method === 'then') return callback(reader, args[0], [Values.of(receiver)]);
  if (receiver.kind === 'query') return asValues(calls.callQuery(receiver, tableCall));
  if (receiver.kind === 'table') return asValues(calls.callTable(receiver, tableCall));
  if (receiver.kind !== 'tables') return [];
  if (method === '$bind' || method === '$withSignal') return [receiver];
  if (method === '$document') {
    calls.noteClient(place, '$document()');
    return [];
  }
  const mode = SETS[method];
  if (mode === undefined) {
    propertyOf(reader, Values.of(receiver), [method], place);
    return [];
  }
  const builders = args[0]?.ofKind('function') ?? [];
  for (const builder of builders) reader.callFunction(builder, [Values.of({ kind: 'tables', mode })]);
  if (builders.length === 0) calls.widen(place, `The actions of ${method} could not be read.`, mode);
  return [];
}

const SETS: Readonly<Record<string, TableMode>> = {
  $transactWrite: 'transactWrite',
  $transactGet: 'transactGet',
  $batchGet: 'batchGet',
  $batchWrite: 'batchWrite',
};

function asValues(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}

/** Calls functions that were given. @returns what they return. */
export function callback(reader: Reader, functions: Values | undefined, args: readonly Values[]): Values {
  return Values.of(...(functions?.ofKind('function') ?? []).flatMap((one) => [...reader.callFunction(one, args)]));
}

function callBound(reader: Reader, one: FunctionValue, name: string, { args }: Call): Iterable<Value> {
  if (name !== 'apply') {
    const returned = reader.callFunction(one, args.slice(1));
    return name === 'bind' ? [one] : returned;
  }
  const elements = args[1] === undefined ? new Values() : elementsOf(reader, args[1]);
  return reader.callFunction(
    one,
    one.node.params.map(() => elements),
  );
}

/** `Object.values` and its like. */
function callObject(reader: Reader, name: string, { node, args, scope }: Call): Values | undefined {
  const [first = new Values()] = args;
  if (name === 'freeze' || name === 'seal' || name === 'assign')
    return Values.of(...args.flatMap((values) => [...values]));
  if (name === 'values' || name === 'entries') {
    reader.grow(reader.elementsOf(node), anyProperties(reader, first, reader.place(node, scope)));
  } else if (name === 'fromEntries') {
    const elements = elementsOf(reader, first);
    reader.grow(reader.elementsOf(node), [...elements, ...elementsOf(reader, elements)]);
  } else if (name === 'keys') {
    if (first.ofKind('tables').length > 0) {
      reader.grow(
        reader.elementsOf(node),
        reader.calls.modelNames.map((text): Value => ({ kind: 'text', text })),
      );
    }
  } else return undefined;
  return Values.of({ kind: 'array', node });
}

/** What is given to a function that is not read may be used there in every way. */
function handOver(reader: Reader, { node, args, scope }: Call): void {
  const name = nameOf(node.callee);
  const place = reader.place(node, scope);
  const reason = (what: string): string => `${what} is given to ${name}, which is not read.`;
  const seen = new Set<Value>();
  const visit = (values: Iterable<Value>): void => {
    for (const value of values) {
      if (seen.has(value)) continue;
      seen.add(value);
      if (value.kind === 'tables') reader.calls.widen(place, reason('The set of tables'), value.mode);
      if (value.kind === 'table')
        reader.calls.widen(place, reason(`The table ${value.model}`), value.mode, [value.model]);
      if (value.kind === 'query') reader.calls.escapedQuery(value, place, reason(`A query of ${value.model}`));
      if (value.kind === 'instance') reader.visitMethods(value.of);
      if (value.kind === 'object') for (const inner of reader.propertiesOf(value.node).values()) visit(inner);
      if (value.kind === 'array') visit(reader.elementsOf(value.node));
      if (value.kind === 'function') visit(reader.returnsOf(value.node));
    }
  };
  for (const values of args) visit(values);
}

function nameOf({ type, name, property, object, computed }: SyntaxNode): string {
  if (type === 'Identifier') return name;
  if (type !== 'MemberExpression' || computed) return 'a function';
  return `${object.type === 'Identifier' ? `${object.name}.` : '….'}${property.name}`;
}
