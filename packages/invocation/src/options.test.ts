import { describe, expect, it } from 'vitest';
import { type OptionSchema, validateOptions } from './options.ts';

const schema: OptionSchema = {
  type: 'object',
  properties: {
    reserve: { type: 'number', minimum: 0, maximum: 900 },
    count: { type: 'integer' },
    name: { type: 'string', minLength: 1 },
    on: { type: 'boolean' },
    mode: { enum: ['fast', 'safe'] },
    hook: { instanceof: 'Function' },
    client: { instanceof: 'Object' },
    anything: {},
    tags: { type: 'array', items: { type: 'string' } },
    list: { type: 'array' },
    statuses: { type: 'object', additionalProperties: { type: 'integer' } },
    nested: { type: 'object', properties: { inner: { type: 'string' } }, required: ['inner'] },
    open: { type: 'object', additionalProperties: true },
    either: { anyOf: [{ type: 'string' }, { instanceof: 'Function' }] },
  },
  additionalProperties: false,
};

const messageFor = (options: unknown): string => {
  try {
    validateOptions('@tabletheory/x', schema, options);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).cause).toEqual({ package: '@tabletheory/x' });
    return (error as Error).message;
  }
  return 'valid';
};

describe('validateOptions', () => {
  it.each([
    [{}],
    [{ reserve: 0, count: 3, name: 'a', on: false, mode: 'safe', hook: () => {}, client: {}, anything: 1 }],
    [{ tags: ['a'], list: [1, 'a'], statuses: { A: 400 }, nested: { inner: '' }, open: { any: 1 }, either: 'a' }],
    [{ either: () => {} }],
    [{ reserve: 900 }],
    [{ reserve: 0.5 }],
    [{ reserve: 0 }],
    // An option that is spelled out as undefined is one that was not given.
    [{ name: undefined, unknown: undefined }],
  ])('accepts %o', (options) => {
    expect(messageFor(options)).toBe('valid');
  });

  it.each([
    [undefined, 'options must be an object'],
    [null, 'options must be an object'],
    [[], 'options must be an object'],
    [{ reserve: '250' }, 'option reserve must be a number'],
    [{ reserve: Number.NaN }, 'option reserve must be a number'],
    [{ reserve: Number.POSITIVE_INFINITY }, 'option reserve must be a number'],
    [{ reserve: -1 }, 'option reserve must be at least 0'],
    [{ reserve: 901 }, 'option reserve must be at most 900'],
    [{ count: 1.5 }, 'option count must be an integer'],
    [{ name: '' }, 'option name must not be empty'],
    [{ name: 1 }, 'option name must be a string'],
    [{ on: 'true' }, 'option on must be a boolean'],
    [{ mode: 'slow' }, 'option mode must be one of fast, safe'],
    [{ hook: {} }, 'option hook must be a function'],
    [{ client: null }, 'option client must be an object'],
    [{ client: 'client' }, 'option client must be an object'],
    [{ tags: 'a' }, 'option tags must be an array'],
    [{ tags: ['a', 1] }, 'option tags[1] must be a string'],
    [{ statuses: { A: 400, B: 1.5 } }, 'option statuses.B must be an integer'],
    [{ nested: {} }, 'option nested.inner is missing'],
    [{ nested: { inner: 'a', outer: 1 } }, 'option nested.outer is unknown; known are inner'],
    [{ either: 1 }, 'option either must be a string, or option either must be a function'],
    // Names every object inherits are no options.
    [JSON.parse('{"__proto__":1}'), /^@tabletheory\/x: option __proto__ is unknown; known are reserve, /],
    [{ constructor: 1 }, /^@tabletheory\/x: option constructor is unknown; known are reserve, /],
  ])('refuses %o', (options, problem) => {
    if (typeof problem === 'string') expect(messageFor(options)).toBe(`@tabletheory/x: ${problem}`);
    else expect(messageFor(options)).toMatch(problem);
  });
});
