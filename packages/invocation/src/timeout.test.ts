import { describe, expect, it } from 'vitest';
import { isTimeout } from './timeout.ts';

const reached = Object.assign(new Error('The deadline was reached'), { code: 'DEADLINE_REACHED' });

/** An error whose cause is so many errors away. */
function because(cause: unknown, depth: number): unknown {
  return depth === 0 ? cause : new Error('It failed', { cause: because(cause, depth - 1) });
}

describe('an error of a request that ran out of time', () => {
  it.each([0, 1, 4])('is the reason of the signal, as a cause %i errors away', (depth) => {
    expect(isTimeout(because(reached, depth))).toBe(true);
  });

  it('is Middy’s early timeout', () => {
    const timeout = new Error('[AbortError]: The operation was aborted.', { cause: { package: '@middy/core' } });
    timeout.name = 'TimeoutError';
    expect(isTimeout(timeout)).toBe(true);
    expect(isTimeout(because(timeout, 2))).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'DEADLINE_REACHED'],
    ['another error', new Error('no')],
    ['a timeout of someone else', Object.assign(new Error('slow'), { name: 'TimeoutError', cause: { package: 'x' } })],
    ['a timeout without a cause', Object.assign(new Error('slow'), { name: 'TimeoutError' })],
    ['another error of Middy', new Error('no', { cause: { package: '@middy/core' } })],
    ['a cause further away than errors are kept', because(reached, 5)],
  ])('is not %s', (_what, error) => {
    expect(isTimeout(error)).toBe(false);
  });

  it('is looked for among causes that go in a circle only for a while', () => {
    const error = new Error('round');
    error.cause = error;
    expect(isTimeout(error)).toBe(false);
  });
});
