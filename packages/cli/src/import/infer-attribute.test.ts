import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { inferAttribute } from './infer-attribute.ts';

const inferred = (...values: AttributeValue[]): string => {
  const show = ({ kind, options, element, attributes }: any): string => {
    const inner = element
      ? show(element)
      : attributes
        ? Object.entries(attributes)
            .map(([k, of]) => `${k}: ${show(of)}`)
            .join(', ')
        : '';
    const flags = ['optional', 'nullable']
      .filter((flag) => options[flag])
      .map((flag) => ` ${flag}`)
      .join('');
    return `${kind}${inner === '' ? '' : `(${inner})`}${flags}${options.name ? ` as ${options.name}` : ''}`;
  };
  return show(inferAttribute(values));
};

describe('inferAttribute', () => {
  test.each<[string, AttributeValue[], string]>([
    ['text', [{ S: 'a' }, { S: '2026-01-31' }], 'string'],
    ['dates as date() writes them', [{ S: '2026-01-31T12:00:00.000Z' }], 'date'],
    ['dates in another form', [{ S: '2026-01-31T12:00:00Z' }], 'string'],
    ['numbers', [{ N: '1' }, { N: '2.5' }, { N: '-1E+3' }], 'number'],
    ['numbers of 17 digits', [{ N: '0.12345678901234566' }], 'number'],
    ['whole numbers beyond the exact', [{ N: '9007199254740993' }, { N: '1' }], 'bigint'],
    ['numbers of more digits', [{ N: '0.123456789012345678901' }, { N: '12345678901234567890' }], 'decimal'],
    ['truth', [{ BOOL: false }], 'boolean'],
    ['bytes', [{ B: new Uint8Array(1) }], 'binary'],
    ['sets', [{ SS: ['a'] }], 'stringSet'],
    ['sets of numbers', [{ NS: ['1'] }], 'numberSet'],
    ['sets of inexact numbers', [{ NS: ['9007199254740993'] }], 'any'],
    ['sets of bytes', [{ BS: [new Uint8Array(1)] }], 'binarySet'],
    ['text and null', [{ S: 'a' }, { NULL: true }], 'string nullable'],
    ['nothing but null', [{ NULL: true }], 'any nullable'],
    ['different types', [{ S: 'a' }, { N: '1' }], 'any'],
    ['empty lists', [{ L: [] }], 'list(any)'],
    ['lists', [{ L: [{ S: 'a' }] }, { L: [{ NULL: true }] }], 'list(string nullable)'],
    ['empty maps', [{ M: {} }], 'record(any)'],
    [
      'maps',
      [{ M: { a: { S: '' }, B: { N: '1' } } }, { M: { a: { S: '' } } }],
      'map(a: string, b: number optional as B)',
    ],
    ['nested maps', [{ L: [{ M: { a: { M: { b: { BOOL: true } } } } }] }], 'list(map(a: map(b: boolean)))'],
    ['names that meet', [{ M: { 'a-b': { S: '' }, a_b: { S: '' } } }], 'map(aB: string as a-b, aB2: string as a_b)'],
  ])('%s', (_what, values, attribute) => {
    expect(inferred(...values)).toBe(attribute);
  });

  test('an object of many keys that none has in common is a record', () => {
    const values = Array.from({ length: 20 }, (_, i) => ({ M: { [`k${i}`]: { N: '1' } } }));
    expect(inferred(...values)).toBe('record(number)');
  });
});
