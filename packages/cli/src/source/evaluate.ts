import { evaluateCall, evaluateNew } from './evaluate-call.ts';
import { bindPattern } from './patterns.ts';
import { elementsOf, propertyOf } from './properties.ts';
import type { Reader } from './reader.ts';
import { bindingOf, declare, declarePattern, type Scope, scopeWithin } from './scope.ts';
import type { SyntaxNode } from './source-module.ts';
import { childrenOf } from './syntax-children.ts';
import { type Value, Values } from './value.ts';

/** Reads an expression or statement. @returns what it may stand for. */
export function evaluate(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  switch (node.type) {
    case 'Identifier':
      return reader.lookUp(bindingOf(node.name, scope));
    case 'ThisExpression':
      return scope.self === undefined ? new Values() : Values.of(scope.self);
    case 'Literal':
      return typeof node.value === 'string' ? Values.of({ kind: 'text', text: node.value }) : new Values();
    case 'TemplateLiteral':
      return template(reader, node, scope);
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return functionValue(reader, node, scope, scope.self);
    case 'ClassExpression':
      return classValue(reader, node, scope);
    case 'FunctionDeclaration': // one with a name is declared with its block, and read when named
      return node.id ? new Values() : functionValue(reader, node, scope, undefined);
    case 'ClassDeclaration':
      return node.id ? new Values() : classValue(reader, node, scope);
    case 'MemberExpression':
      return member(reader, node, scope);
    case 'CallExpression':
      return evaluateCall(reader, node, scope);
    case 'NewExpression':
      return evaluateNew(reader, node, scope);
    case 'ImportExpression': {
      const [specifier] = evaluate(reader, node.source, scope).texts() ?? [];
      const module = specifier === undefined ? undefined : reader.imported(scope.module, specifier);
      return module === undefined ? new Values() : Values.of({ kind: 'module', module });
    }
    case 'ObjectExpression':
      return object(reader, node, scope);
    case 'ArrayExpression':
      for (const element of node.elements as (SyntaxNode | null)[]) {
        if (element === null) continue;
        const isSpread = element.type === 'SpreadElement';
        const values = evaluate(reader, isSpread ? element.argument : element, scope);
        reader.grow(reader.elementsOf(node), isSpread ? elementsOf(reader, values) : values);
      }
      return Values.of({ kind: 'array', node });
    case 'AssignmentExpression': {
      const values = evaluate(reader, node.right, scope);
      if (node.left.type === 'MemberExpression') evaluate(reader, node.left.object, scope);
      bindPattern(reader, node.left, values, scope);
      return values;
    }
    case 'AwaitExpression':
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return evaluate(reader, node.argument ?? node.expression, scope);
    case 'ConditionalExpression':
      evaluate(reader, node.test, scope);
      return union(evaluate(reader, node.consequent, scope), evaluate(reader, node.alternate, scope));
    case 'LogicalExpression':
      return union(evaluate(reader, node.left, scope), evaluate(reader, node.right, scope));
    case 'SequenceExpression':
      return node.expressions.map((one: SyntaxNode) => evaluate(reader, one, scope)).at(-1);
    case 'ReturnStatement':
      if (node.argument && scope.functionNode) {
        reader.grow(reader.returnsOf(scope.functionNode), evaluate(reader, node.argument, scope));
      }
      return new Values();
    case 'YieldExpression':
      return yielded(reader, node, scope);
    default:
      return statement(reader, node, scope);
  }
}

function statement(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  switch (node.type) {
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        bindPattern(reader, id, init ? evaluate(reader, init, scope) : new Values(), scope);
      }
      return new Values();
    case 'BlockStatement':
    case 'StaticBlock':
      return block(reader, node, node.body, scope);
    case 'SwitchStatement': {
      evaluate(reader, node.discriminant, scope);
      const statements = node.cases.flatMap((one: SyntaxNode) => [...(one.test ? [one.test] : []), ...one.consequent]);
      return block(reader, node, statements, scope);
    }
    case 'ForStatement':
      return block(reader, node, [node.init, node.test, node.update, node.body].filter(Boolean), scope);
    case 'ForOfStatement':
    case 'ForInStatement':
      return loop(reader, node, scope);
    case 'CatchClause': {
      const own = reader.scopeFor(node, () => {
        const inner = scopeWithin(scope);
        declarePattern(inner, node.param);
        return inner;
      });
      return evaluate(reader, node.body, own);
    }
    default:
      for (const child of childrenOf(node)) evaluate(reader, child, scope);
      return new Values();
  }
}

function block(reader: Reader, node: SyntaxNode, statements: readonly SyntaxNode[], scope: Scope): Values {
  const own = reader.scopeFor(node, () => {
    const inner = scopeWithin(scope);
    declare(inner, statements);
    return inner;
  });
  for (const one of statements) evaluate(reader, one, own);
  return new Values();
}

function loop(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  const over = evaluate(reader, node.right, scope);
  const each = node.type === 'ForOfStatement' ? elementsOf(reader, over) : keysOf(reader, over);
  const own = reader.scopeFor(node, () => {
    const inner = scopeWithin(scope);
    declare(inner, [node.left]);
    return inner;
  });
  const left = node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left;
  bindPattern(reader, left, each, own);
  evaluate(reader, node.body, own);
  return new Values();
}

/** The names of the tables or of an object's properties, as `for … in` has them. */
function keysOf(reader: Reader, values: Values): Values {
  const names = new Values();
  for (const value of values) {
    const keys = value.kind === 'object' ? reader.propertiesOf(value.node).keys() : [];
    for (const text of value.kind === 'tables' ? reader.calls.modelNames : keys) names.add({ kind: 'text', text });
  }
  return names;
}

function functionValue(reader: Reader, node: SyntaxNode, scope: Scope, self: Value | undefined): Values {
  const value: Value = { kind: 'function', node, scope, self };
  reader.visit(value);
  return Values.of(value);
}

function classValue(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  const value: Value = { kind: 'class', node, scope };
  reader.visitAll([value]);
  return Values.of(value);
}

function template(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  for (const expression of node.expressions) evaluate(reader, expression, scope);
  return node.expressions.length === 0 ? Values.of({ kind: 'text', text: node.quasis[0].value.cooked }) : new Values();
}

function member(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  const values = evaluate(reader, node.object, scope);
  const names = memberNames(reader, node, scope);
  const place = reader.place(node, scope);
  for (const table of values.ofKind('table')) {
    // A method that is not called here but handed on.
    for (const method of names ?? []) reader.calls.callTable(table, { method, args: [], argNodes: [], place });
  }
  for (const query of values.ofKind('query'))
    reader.calls.escapedQuery(query, place, 'A method of a query is handed on.');
  if (values.ofKind('tables').length > 0 && names?.includes('$client')) reader.calls.noteClient(place, '$client');
  return propertyOf(reader, values, names, place);
}

/** The names a member expression may ask for; `undefined` when they are not known. */
export function memberNames(reader: Reader, { property, computed }: SyntaxNode, scope: Scope): string[] | undefined {
  if (!computed) return [property.name];
  if (typeof property.value === 'number') return [String(property.value)];
  return evaluate(reader, property, scope).texts();
}

function object(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  const self: Value = { kind: 'object', node };
  for (const property of node.properties as SyntaxNode[]) {
    if (property.type === 'SpreadElement') {
      reader.setProperty(node, '...', evaluate(reader, property.argument, scope));
      continue;
    }
    const { key, value, computed, method, kind } = property;
    const names = computed ? evaluate(reader, key, scope).texts() : [String(key.name ?? key.value)];
    const values =
      method || kind !== 'init' ? functionValue(reader, value, scope, self) : evaluate(reader, value, scope);
    for (const name of names ?? []) {
      reader.setProperty(node, name, kind === 'get' ? reader.returnsOf(value) : values);
    }
  }
  return Values.of(self);
}

function yielded(reader: Reader, node: SyntaxNode, scope: Scope): Values {
  if (!node.argument || !scope.functionNode) return new Values();
  const values = evaluate(reader, node.argument, scope);
  const { functionNode } = scope;
  reader.grow(reader.elementsOf(functionNode), node.delegate ? elementsOf(reader, values) : values);
  reader.grow(reader.returnsOf(functionNode), [{ kind: 'array', node: functionNode }]);
  return new Values();
}

function union(a: Values, b: Values): Values {
  return Values.of(...a, ...b);
}
