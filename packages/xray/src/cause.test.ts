import { expect, test } from 'vitest';
import { causeOf } from './cause.ts';

function exception(thrown: unknown): any {
  return (causeOf(thrown) as { exceptions: unknown[] }).exceptions[0];
}

function withStack(stack: string | undefined): Error {
  return Object.assign(new TypeError('wrong'), { stack }) as Error;
}

test('reads the stack of a module, of a script and of native code', () => {
  const stack = `TypeError: wrong
    at async handler (file:///var/task/index.mjs:12:34)
    at Object.<anonymous> (/var/task/index.js:5:6)
    at file:///var/task/other.mjs:7:8
    at new Promise (<anonymous>)
    at C:\\task\\index.js:9:10`;
  expect(exception(withStack(stack))).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    message: 'wrong',
    type: 'TypeError',
    remote: false,
    stack: [
      { path: '/var/task/index.mjs', line: 12, label: 'async handler' },
      { path: '/var/task/index.js', line: 5, label: 'Object.<anonymous>' },
      { path: '/var/task/other.mjs', line: 7, label: 'anonymous' },
      { path: '<anonymous>', label: 'new Promise' },
      { path: 'C:\\task\\index.js', line: 9, label: 'anonymous' },
    ],
  });
});

test('reads a real stack', () => {
  const [frame] = exception(new Error('here')).stack;
  expect(frame).toMatchObject({ path: expect.stringMatching(/cause\.test\.ts$/), line: expect.any(Number) });
});

test('is bounded', () => {
  const stack = `Error: x\n${'    at f (/a.js:1:1)\n'.repeat(500)}`;
  expect(exception(withStack(stack)).stack).toHaveLength(50);
  expect(exception(new Error('x'.repeat(100_000))).message).toHaveLength(4_096);
});

test.each([[undefined], ['']])('does without a stack: %j', (stack) => {
  expect(exception(withStack(stack)).stack).toEqual([]);
});

test.each([['secret'], [{ email: 'secret' }], [undefined], [null], [42]])('names only the type of %j', (thrown) => {
  expect(exception(thrown).type).toBe(typeof thrown);
  expect(JSON.stringify(causeOf(thrown))).not.toContain('secret');
});
