import type { SyntaxNode } from './source-module.ts';

/** The nodes within a node that are there at run time: no types. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.entries(node).flatMap(([member, value]) => {
    if (member === 'parent') return [];
    return (Array.isArray(value) ? value : [value]).filter((child) => isNode(child) && isThereAtRunTime(child));
  });
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

const TYPE_WRAPPERS = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSParameterProperty',
]);

function isThereAtRunTime({ type }: SyntaxNode): boolean {
  return !type.startsWith('TS') || TYPE_WRAPPERS.has(type);
}
