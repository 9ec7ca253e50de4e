import { describe, expect, it } from 'vitest';
import { CodecProblem, rethrowWithin, storedTypeProblem } from './problem.ts';

describe('a problem', () => {
  it.each([
    [['sku', 2, 'lines'], 'lines[2].sku'],
    [[0, 1, 'matrix'], 'matrix[1][0]'],
    [['city', 'address'], 'address.city'],
    [[3], '[3]'],
    [['b', 0], '[0].b'],
    [[], ''],
  ])('within the steps %j is at %s', (steps, path) => {
    const problem = new CodecProblem('type', 'must be a string');
    for (const step of steps) problem.within(step);
    expect(problem.path).toBe(path);
  });

  it('gets a step where it passes; other errors pass as they are', () => {
    const problem = new CodecProblem('type', 'must be a string');
    expect(() => rethrowWithin(problem, 'sku')).toThrow(expect.objectContaining({ path: 'sku' }));
    const error = new Error('other');
    expect(() => rethrowWithin(error, 'sku')).toThrow(error);
  });

  it('tells the stored type and never the value', () => {
    expect(storedTypeProblem('N', { S: 's3cret' }).message).toBe('is stored as S, expected N');
    expect(storedTypeProblem('N', {} as never).message).toBe('is stored as nothing, expected N');
  });
});
