import { expect, test } from 'vitest';
import { loggable } from './loggable.ts';

test('stops at eight levels of nesting', () => {
  let value: unknown = 'deep secret';
  for (let i = 0; i < 12; i++) value = { value };
  const text = JSON.stringify(loggable({ value }));
  expect(text).toContain('[too deep]');
  expect(text).not.toContain('deep secret');
});

test('stops in a graph whose paths multiply', () => {
  // 40 objects that all refer to each other have more than 40^8 paths.
  const nodes: Record<string, unknown>[] = Array.from({ length: 40 }, () => ({}));
  for (const node of nodes) Object.assign(node, Object.fromEntries(nodes.map((other, i) => [`n${i}`, other])));
  expect(JSON.stringify(loggable({ nodes }))).toContain('[too large]');
});

test('keeps an own __proto__ as data', () => {
  const logged = loggable(JSON.parse('{"__proto__":{"admin":true}}'));
  expect(Object.getPrototypeOf(logged)).toBe(Object.prototype);
  expect(JSON.stringify(logged)).toBe('{"__proto__":{"admin":true}}');
});
