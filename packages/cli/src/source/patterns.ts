import { evaluate } from './evaluate.ts';
import { elementsOf, propertyOf } from './properties.ts';
import type { Reader } from './reader.ts';
import { bindingOf, type Scope } from './scope.ts';
import type { SyntaxNode } from './source-module.ts';
import { Values } from './value.ts';

/** Binds a pattern, of a declaration, parameter or assignment, to values. */
export function bindPattern(reader: Reader, pattern: SyntaxNode, values: Values, scope: Scope): void {
  switch (pattern.type) {
    case 'Identifier': {
      const binding = bindingOf(pattern.name, scope);
      if (binding === undefined) return;
      reader.grow(binding.values, values);
      reader.grow(binding.values, annotated(reader, pattern, scope));
      return;
    }
    case 'AssignmentPattern': {
      const all = Values.of(...values, ...evaluate(reader, pattern.right, scope));
      bindPattern(reader, pattern.left, all, scope);
      return;
    }
    case 'TSParameterProperty':
      bindPattern(reader, pattern.parameter, values, scope);
      bindMember(reader, pattern, scope);
      return;
    case 'RestElement':
      bindPattern(reader, pattern.argument, values, scope);
      return;
    case 'ObjectPattern':
      for (const property of pattern.properties as SyntaxNode[]) {
        if (property.type === 'RestElement') bindPattern(reader, property.argument, values, scope);
        else bindPattern(reader, property.value, propertyNamed(reader, property, values, scope), scope);
      }
      return;
    case 'ArrayPattern':
      for (const element of pattern.elements as (SyntaxNode | null)[]) {
        if (element !== null) bindPattern(reader, element, entriesOf(reader, values), scope);
      }
      return;
    case 'MemberExpression':
      assignMember(reader, pattern, values, scope);
      return;
    default:
      // `(x as T) = value`
      if (pattern.expression) bindPattern(reader, pattern.expression, values, scope);
  }
}

/** Binds a parameter of a function that is read, whoever calls it. */
export function bindParameter(reader: Reader, parameter: SyntaxNode, scope: Scope): void {
  bindPattern(reader, parameter, new Values(), scope);
  const name = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  if (name.type !== 'Identifier' || !reader.contextKeys.has(name.name)) return;
  const binding = bindingOf(name.name, scope);
  if (binding?.values.size === 0) reader.grow(binding.values, [{ kind: 'tables', mode: 'direct' }]);
}

/** Elements; and where a map was iterated over, whose entries are kept as its values, those. */
function entriesOf(reader: Reader, values: Values): Values {
  return Values.of(...elementsOf(reader, values), ...[...values].filter(({ kind }) => kind !== 'array'));
}

function propertyNamed(reader: Reader, property: SyntaxNode, values: Values, scope: Scope): Values {
  const { key, computed } = property;
  const names = computed ? evaluate(reader, key, scope).texts() : [String(key.name ?? key.value)];
  return propertyOf(reader, values, names, reader.place(property, scope));
}

/** `constructor(private readonly tables: Tables<…>)` sets a field as well. */
function bindMember(reader: Reader, { parameter }: SyntaxNode, scope: Scope): void {
  const name = parameter.type === 'AssignmentPattern' ? parameter.left.name : parameter.name;
  if (scope.self?.kind !== 'instance') return;
  const { values } = bindingOf(name, scope) ?? { values: new Values() };
  reader.setProperty(scope.self.of.node, name, values);
}

function assignMember(reader: Reader, target: SyntaxNode, values: Values, scope: Scope): void {
  const objects = evaluate(reader, target.object, scope);
  const names = target.computed ? evaluate(reader, target.property, scope).texts() : [target.property.name as string];
  for (const name of names ?? []) {
    for (const object of objects) {
      if (object.kind === 'instance') reader.setProperty(object.of.node, name, values);
      if (object.kind === 'object' || object.kind === 'class') reader.setProperty(object.node, name, values);
    }
    reader.setNamed(name, values);
  }
  for (const object of objects.ofKind('array')) reader.grow(reader.elementsOf(object.node), values);
}

/** What a type annotation tells: `Tables<…>`, `TableOf<typeof Order>`. */
function annotated(reader: Reader, pattern: SyntaxNode, scope: Scope): Values {
  const type = pattern.typeAnnotation?.typeAnnotation as SyntaxNode | undefined;
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return new Values();
  if (type.typeName.name === 'Tables') return Values.of({ kind: 'tables', mode: 'direct' });
  if (type.typeName.name !== 'TableOf' && type.typeName.name !== 'Table') return new Values();
  const [argument] = (type.typeArguments?.params ?? []) as SyntaxNode[];
  const named = argument?.type === 'TSTypeQuery' ? argument.exprName.name : undefined;
  const models = reader.calls.modelsNamed(named);
  if (models.length > 0)
    return Values.of(...models.map((model) => ({ kind: 'table', mode: 'direct', model }) as const));
  const { values } = bindingOf(pattern.name, scope) ?? { values: new Values() };
  if (values.size > 0) return new Values(); // its callers tell
  reader.calls.widen(reader.place(pattern, scope), `Which table ${pattern.name} is could not be read.`, 'direct');
  return new Values();
}
