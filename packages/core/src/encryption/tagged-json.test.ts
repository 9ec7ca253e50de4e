import { describe, expect, it } from 'vitest';
import { fromTaggedJson, toTaggedJson } from './tagged-json.ts';

// What version 1 stores: other implementations read and write the same.
describe('tagged JSON', () => {
  it.each([
    [{ S: 'x' }, '{"t":"S","s":"x"}'],
    [{ N: '1' }, '{"t":"N","n":"1"}'],
    [{ B: 'AQ==' }, '{"t":"B","b":"AQ=="}'],
    [{ BOOL: false }, '{"t":"BOOL","bool":false}'],
    [{ NULL: true as const }, '{"t":"NULL","null":true}'],
    [{ SS: ['a'] }, '{"t":"SS","ss":["a"]}'],
    [{ NS: ['1'] }, '{"t":"NS","ns":["1"]}'],
    [{ BS: ['AQ=='] }, '{"t":"BS","bs":["AQ=="]}'],
    [{ L: [{ S: 'x' }] }, '{"t":"L","l":[{"t":"S","s":"x"}]}'],
    [{ M: { b: { S: 'x' }, a: { N: '1' } } }, '{"t":"M","m":{"a":{"t":"N","n":"1"},"b":{"t":"S","s":"x"}}}'],
  ])('of %j is %s', (value, text) => {
    expect(toTaggedJson(value)).toBe(text);
    expect(fromTaggedJson(text)).toEqual(value);
  });

  it.each([
    ['{"t":"L"}', { L: [] }],
    ['{"t":"M"}', { M: {} }],
  ])('may leave out what is empty: %s', (text, value) => {
    expect(fromTaggedJson(text)).toEqual(value);
  });

  it.each([
    'null',
    '[]',
    '"S"',
    '{}',
    '{"t":"S"}',
    '{"t":"X","x":"x"}',
    '{"t":5,"5":"x"}',
    '{"t":"S","s":5}',
    '{"t":"N","n":5}',
    '{"t":"BOOL","bool":"true"}',
    '{"t":"NULL","null":1}',
    '{"t":"SS","ss":"ab"}',
    '{"t":"SS","ss":["a",5]}',
    '{"t":"NS","ns":{"length":0}}',
    '{"t":"L","l":{}}',
    '{"t":"L","l":[5]}',
    '{"t":"M","m":[]}',
    '{"t":"M","m":{"a":null}}',
  ])('is not %s', (text) => {
    expect(() => fromTaggedJson(text)).toThrow(new TypeError('is no value in tagged JSON'));
  });
});
