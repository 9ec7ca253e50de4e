import type { SyntaxNode } from './source-module.ts';
import { childrenOf } from './syntax-children.ts';

const CHANGES = new Set(['set', 'setIfNotExists', 'add', 'append', 'prepend', 'remove', 'deleteFromSet']);

/** The attributes that the changes of an `update` name; `undefined` when they are not all there to read. */
export function changedAttributes(changes: SyntaxNode | undefined): string[] | undefined {
  if (changes?.type === 'ObjectExpression') return propertyNames(changes);
  if (changes?.type !== 'ArrowFunctionExpression' && changes?.type !== 'FunctionExpression') return undefined;
  const names: string[] = [];
  return collect(changes.body, names) ? names : undefined;
}

function propertyNames({ properties }: SyntaxNode): string[] | undefined {
  const names = (properties as SyntaxNode[]).map((property) => {
    if (property.type !== 'Property' || property.computed) return undefined;
    return String(property.key.name ?? property.key.value);
  });
  return names.every((name) => name !== undefined) ? (names as string[]) : undefined;
}

/** @returns false when a change is not there to read: its name is computed, or another function makes it. */
function collect(node: SyntaxNode, names: string[]): boolean {
  if (node.type === 'CallExpression') {
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || callee.computed) return false;
    if (CHANGES.has(callee.property.name)) {
      const [path] = node.arguments;
      if (path?.type !== 'Literal' || typeof path.value !== 'string') return false;
      names.push(path.value.split(/[.[]/, 1)[0] as string);
    }
  }
  return childrenOf(node).every((child) => collect(child, names));
}
