import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from './attribute.ts';
import type { AttributeValue, StoredItem } from './codec/attribute-value.ts';
import { writeKeyPart } from './codec/key-codec.ts';
import { CodecProblem } from './codec/problem.ts';
import { type CompiledModel, compileModel } from './compiled-model.ts';
import type { Comparison, Operator } from './condition.ts';
import { Expression } from './expression.ts';
import { bigint, binary, date, defineModel, integer, string } from './index.ts';
import { type SortCondition, sortCondition } from './sort-condition.ts';

const compare = (path: string, operator: Operator, operand: unknown): Comparison => ({
  kind: 'comparison',
  path,
  operator,
  operand,
});

/** The sort condition of comparisons, with a function that tells which rows DynamoDB and the check let through. */
function conditionOf(model: CompiledModel, comparisons: readonly Comparison[]) {
  const expression = new Expression();
  const used: string[] = [];
  const comparisonsOf = (property: string) => comparisons.filter(({ path }) => path === property);
  const condition = sortCondition(model.key.sort!, comparisonsOf, (property) => used.push(property), expression);
  const { ExpressionAttributeValues: values = {}, ExpressionAttributeNames: names = {} } = expression.params();
  return { condition, used, values, names, matches: (row: StoredItem) => matches(condition, values, names, row) };
}

function matches(
  { text, accepts }: SortCondition,
  values: Record<string, AttributeValue>,
  names: Record<string, string>,
  row: StoredItem,
): boolean {
  return (text === undefined || judge(text, values, names, row)) && (accepts?.(row) ?? true);
}

/** Judges a key condition on text as DynamoDB does, by UTF-8 bytes. */
function judge(
  text: string,
  values: Record<string, AttributeValue>,
  names: Record<string, string>,
  row: StoredItem,
): boolean {
  const bytes = (value: string) => Buffer.from(value);
  const name = /#\d+/.exec(text)?.[0] as string;
  const stored = bytes(row[names[name] as string]?.S as string);
  const [first, second] = [...text.matchAll(/:\d+/g)].map(([value]) => bytes(values[value]?.S as string));
  const order = Buffer.compare(stored, first as Buffer);
  if (text.startsWith('begins_with(')) return stored.subarray(0, first?.length).equals(first as Buffer);
  if (text.includes(' BETWEEN ')) return order >= 0 && Buffer.compare(stored, second as Buffer) <= 0;
  if (text.includes(' = ')) return order === 0;
  if (text.includes(' <= ')) return order <= 0;
  if (text.includes(' >= ')) return order >= 0;
  throw new Error(`unexpected condition ${text}`);
}

function modelOf(template: string, attributes: Attributes): CompiledModel {
  return compileModel(
    defineModel({
      name: 'Row',
      table: 'rows',
      key: { partition: 'id', sort: { attribute: 'SK', template } },
      attributes: { id: string(), ...attributes },
    } as any),
  );
}

type Tuple = Record<string, unknown>;

/** A tuple's row; `undefined` where its key cannot be composed. */
function rowOf(model: CompiledModel, tuple: Tuple): StoredItem | undefined {
  const row: StoredItem = {};
  try {
    writeKeyPart(model.key.sort!, (field) => field.codec.operand(tuple[field.property]), row);
    return row;
  } catch (problem) {
    expect(problem).toBeInstanceOf(CodecProblem);
    return undefined;
  }
}

// Characters on both sides of the literals, of 1 to 4 UTF-8 bytes; U+FFFD sorts after emoji by UTF-16 units only.
const texts = fc.string({
  unit: fc.constantFrom('#', '|', '!', 'a', 'b', '~', 'é', '\ufffd', '😀', '\u{10ffff}'),
  maxLength: 4,
});
const dates = fc.integer({ min: -5, max: 5 }).map((hours) => new Date(Date.UTC(2026, 0, 1) + hours * 3_600_000));
const counts = fc.integer({ min: -2, max: 12 });

const attributes = { a: string(), b: string(), at: date(), n: integer() };
const tuples = fc.record({ a: texts, b: texts, at: dates, n: counts });

/** The text that a value is in a key, which is what a comparison is about. */
const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** The first characters of a text; half a character is none that DynamoDB could be given. */
const startOf = (text: string, length: number): string => [...text].slice(0, length).join('');

function holds(operator: string, value: unknown, operand: unknown): boolean {
  const order = (other: unknown) => Buffer.compare(Buffer.from(textOf(value)), Buffer.from(textOf(other)));
  switch (operator) {
    case '=':
      return order(operand) === 0;
    case '<':
      return order(operand) < 0;
    case '<=':
      return order(operand) <= 0;
    case '>':
      return order(operand) > 0;
    case '>=':
      return order(operand) >= 0;
    case 'beginsWith':
      return textOf(value).startsWith(textOf(operand));
    default: {
      const [low, high] = operand as [unknown, unknown];
      return order(low) >= 0 && order(high) <= 0;
    }
  }
}

describe.each(['{a}', '{a}#{b}', 'X#{a}#{b}#END', '{a}##{b}|{at}', 'E#{at}#{a}', '{at}', 'N#{n}#{a}|', '{a}|{at}#{n}'])(
  'the composed key %s',
  (template) => {
    const model = modelOf(template, attributes);
    const fields = model.key.sort!.fields.map(({ property }) => property);
    const textFields = fields.filter((property) => property !== 'n');
    const operators = ['<', '<=', '>', '>=', 'between', 'beginsWith', '>= and <='] as const;

    it('is matched exactly as its attributes are compared', () => {
      fc.assert(
        fc.property(
          fc.array(tuples, { minLength: 1, maxLength: 30 }),
          fc.nat({ max: fields.length }),
          fc.constantFrom('none', ...operators),
          tuples,
          tuples,
          fc.nat({ max: 24 }),
          (all, equalCount, operator, one, other, start) => {
            const rows = all.flatMap((tuple) => {
              const row = rowOf(model, tuple);
              return row === undefined ? [] : [{ tuple: tuple as Tuple, row }];
            });
            const [chosen] = rows;
            fc.pre(chosen !== undefined);
            const comparisons = fields
              .slice(0, equalCount)
              .map((property) => compare(property, '=', chosen.tuple[property]));
            const ranged = fields[equalCount];
            if (ranged !== undefined && operator !== 'none' && textFields.includes(ranged)) {
              const [low, high] = [(one as Tuple)[ranged], (other as Tuple)[ranged]].sort((a, b) =>
                Buffer.compare(Buffer.from(textOf(a)), Buffer.from(textOf(b))),
              );
              if (operator === 'between') comparisons.push(compare(ranged, 'between', [low, high]));
              else if (operator === '>= and <=')
                comparisons.push(compare(ranged, '<=', high), compare(ranged, '>=', low));
              else if (operator === 'beginsWith')
                comparisons.push(compare(ranged, 'beginsWith', startOf(textOf(low), ranged === 'at' ? start : 2)));
              else comparisons.push(compare(ranged, operator, low));
            }
            const { matches: matched, used } = conditionOf(model, comparisons);
            expect(new Set(used)).toEqual(new Set(comparisons.map(({ path }) => path)));
            for (const { tuple, row } of rows) {
              const expected = comparisons.every(({ path, operator: op, operand }) => holds(op, tuple[path], operand));
              expect([row.SK?.S, matched(row)]).toEqual([row.SK?.S, expected]);
            }
          },
        ),
        { numRuns: 400 },
      );
    });
  },
);

describe('a composed key', () => {
  const model = modelOf('EVENT#{at}#{a}', attributes);
  const at = new Date('2026-01-31T12:00:00.000Z');

  it('whose attributes are not compared reads all rows of the model', () => {
    const { condition, values } = conditionOf(model, []);
    expect(condition).toEqual({ text: 'begins_with(#0, :0)' });
    expect(values).toEqual({ ':0': { S: 'EVENT#' } });
  });

  it('without a literal at its start reads the whole partition', () => {
    expect(conditionOf(modelOf('{a}#{b}', attributes), []).condition).toEqual({ text: undefined });
  });

  it('whose attributes are all equal is one key, and needs no check', () => {
    const { condition, values } = conditionOf(model, [compare('at', '=', at), compare('a', '=', 'x')]);
    expect(condition).toEqual({ text: '#0 = :0' });
    expect(values).toEqual({ ':0': { S: 'EVENT#2026-01-31T12:00:00.000Z#x' } });
  });

  it('is read no wider than the range of a date', () => {
    const { values } = conditionOf(model, [compare('at', 'between', [at, at])]);
    expect(values).toEqual({
      ':0': { S: 'EVENT#2026-01-31T12:00:00.000Z' },
      ':1': { S: 'EVENT#2026-01-31T12:00:00.000[' },
    });
  });

  it.each<[template: string, low: string, text: string, operands: string[]]>([
    ['A#{a}', 'x', 'BETWEEN', ['A#x', 'A$']],
    ['{a}', 'x', '>=', ['x']],
    ['\u{10ffff}{a}', 'x', '>=', ['\u{10ffff}x']],
    ['b\u{10ffff}{a}', 'x', 'BETWEEN', ['b\u{10ffff}x', 'c']],
    ['\ud7ff{a}', 'x', 'BETWEEN', ['\ud7ffx', '\ue000']],
    ['😀{a}', 'x', 'BETWEEN', ['😀x', '😁']],
  ])('%s is read up to the first text behind its start', (template, low, text, operands) => {
    const { condition, values, matches } = conditionOf(modelOf(template, attributes), [compare('a', '>=', low)]);
    expect(condition.text).toContain(text);
    expect(Object.values(values)).toEqual(operands.map((S) => ({ S })));
    const literal = template.replace('{a}', '');
    expect(matches({ SK: { S: `${literal}\u{10ffff}\u{10ffff}` } })).toBe(true);
    expect(matches({ SK: { S: operands[1] ?? '' } })).toBe(false);
  });

  it('begins with no text: all rows of the model, or of the partition', () => {
    const all = compare('a', 'beginsWith', '');
    expect(conditionOf(modelOf('A#{a}', attributes), [all]).values).toEqual({ ':0': { S: 'A#' } });
    expect(conditionOf(modelOf('{a}', attributes), [all]).condition.text).toBeUndefined();
  });

  it('uses no attribute behind one that is not equal', () => {
    expect(conditionOf(model, [compare('at', '>', at), compare('a', '=', 'x')]).used).toEqual(['at']);
    expect(conditionOf(model, [compare('a', '=', 'x')]).used).toEqual([]);
  });

  it('does not let through a row that the text takes too wide, at either end', () => {
    const pair = modelOf('{a}#{b}', attributes);
    const { matches: matched } = conditionOf(pair, [compare('a', 'between', ['x!', 'y'])]);
    const passes = (a: string) => matched({ SK: { S: `${a}#b` } });
    expect(['x', 'x!', 'x!!', 'y', 'y!', 'z'].map(passes)).toEqual([false, true, true, true, false, false]);
  });

  it('finds a row whose value is the start of the bound, and sorts behind it with what follows', () => {
    const pair = modelOf('{a}#{b}', attributes);
    for (const comparison of [
      compare('a', '<=', 'x!'),
      compare('a', '<', 'x!'),
      compare('a', 'between', ['a', 'x!']),
    ]) {
      const { matches: matched } = conditionOf(pair, [comparison]);
      expect(matched({ SK: { S: 'x#b' } })).toBe(true);
    }
  });

  it('is never compared with empty text', () => {
    expect(conditionOf(modelOf('{a}#{b}', attributes), [compare('a', '<', 'x')]).condition.text).toBeUndefined();
    expect(conditionOf(modelOf('{a}#{b}', attributes), [compare('a', '>', 'x')]).condition.text).toBe('#0 >= :0');
    expect(conditionOf(modelOf('{at}#{b}', attributes), [compare('at', '<', at)]).condition.text).toBe('#0 <= :0');
  });

  it('does not let through a row whose start alone looks like the prefix', () => {
    const pair = modelOf('{a}#{b}', attributes);
    const { matches: matched } = conditionOf(pair, [compare('a', 'beginsWith', 'x#y')]);
    expect(matched({ SK: { S: 'x#yes' } })).toBe(false);
  });

  it('of another model, or damaged, is left out and does not stop the read', () => {
    const { condition } = conditionOf(model, [compare('at', '>', at)]);
    for (const key of ['EVENT#tomorrow#x', 'EVENT#', 'PROFILE', 'EVENT#2027-01-01T00:00:00.000Z']) {
      expect(condition.accepts?.({ SK: { S: key } })).toBe(false);
    }
    expect(condition.accepts?.({})).toBe(false);
  });

  it.each<[string, Comparison[], object]>([
    ['a range of numbers', [compare('n', '>', 5)], { path: 'n', keyword: 'condition' }],
    ['a value that holds the literal after it', [compare('a', '=', 'x#y')], { keyword: 'key' }],
    ['an empty value', [compare('a', '=', '')], { keyword: 'key' }],
    ['a wrong type', [compare('a', '=', 5)], { path: 'a', keyword: 'type' }],
    ['a wrong type of a bound', [compare('a', 'between', ['x', 5])], { path: 'a', keyword: 'type' }],
    ['bounds in the wrong order', [compare('a', 'between', ['y', 'x'])], { path: 'a', keyword: 'between' }],
    ['two such bounds', [compare('a', '>=', 'y'), compare('a', '<=', 'x')], { path: 'a', keyword: 'between' }],
    ['two conditions', [compare('a', '>', 'x'), compare('a', '<', 'y')], { path: 'a', keyword: 'condition' }],
    ['a bound twice', [compare('a', '>=', 'x'), compare('a', '>', 'x')], { path: 'a', keyword: 'condition' }],
    ['the other twice', [compare('a', '<', 'x'), compare('a', '<=', 'x')], { path: 'a', keyword: 'condition' }],
    [
      'three bounds',
      [compare('a', '>=', 'x'), compare('a', '<=', 'y'), compare('a', '<=', 'z')],
      { path: 'a', keyword: 'condition' },
    ],
    ['one value twice', [compare('a', '=', 'x'), compare('a', '=', 'x')], { path: 'a', keyword: 'condition' }],
  ])('refuses %s', (_what, comparisons, problem) => {
    const [{ path }] = comparisons as [Comparison];
    const keyed = modelOf(path === 'n' ? 'N#{n}#{b}' : '{a}#{b}', attributes);
    expect(() => conditionOf(keyed, comparisons)).toThrow(expect.objectContaining(problem));
  });
});

describe('a plain key', () => {
  const model = (sort: string) =>
    compileModel(
      defineModel({
        name: 'Row',
        table: 'rows',
        key: { partition: 'id', sort },
        attributes: { id: string(), a: string({ name: 'sk' }), at: date(), n: bigint(), bytes: binary() },
      } as any),
    );

  it.each<[string, Comparison[], string, unknown[]]>([
    ['a', [compare('a', '=', 'x')], '#0 = :0', [{ S: 'x' }]],
    ['a', [compare('a', 'beginsWith', 'x')], 'begins_with(#0, :0)', [{ S: 'x' }]],
    ['at', [compare('at', 'beginsWith', '2026-01')], 'begins_with(#0, :0)', [{ S: '2026-01' }]],
    ['n', [compare('n', '>', 5n)], '#0 > :0', [{ N: '5' }]],
    ['n', [compare('n', 'between', [1n, 2n])], '#0 BETWEEN :0 AND :1', [{ N: '1' }, { N: '2' }]],
    ['n', [compare('n', '<=', 2n), compare('n', '>=', 1n)], '#0 BETWEEN :0 AND :1', [{ N: '1' }, { N: '2' }]],
    ['bytes', [compare('bytes', '<', new Uint8Array([1]))], '#0 < :0', [{ B: 'AQ==' }]],
  ])('%s is matched: case %#', (sort, comparisons, text, operands) => {
    const { condition, values, names } = conditionOf(model(sort), comparisons);
    expect(condition).toEqual({ text });
    expect(Object.values(values)).toEqual(operands);
    expect(names).toEqual({ '#0': sort === 'a' ? 'sk' : sort });
  });

  it.each<[sort: string, comparisons: Comparison[], keyword: string]>([
    ['a', [compare('a', '=', '')], 'key'],
    ['a', [compare('a', '>', '')], 'key'],
    ['a', [compare('a', 'beginsWith', '')], 'key'],
    ['at', [compare('at', 'beginsWith', '')], 'key'],
    ['a', [compare('a', 'between', ['', 'x'])], 'key'],
    ['bytes', [compare('bytes', '<', new Uint8Array())], 'key'],
    ['n', [compare('n', 'between', [10n, 9n])], 'between'],
    ['n', [compare('n', '>=', 10n), compare('n', '<=', 9n)], 'between'],
    ['n', [compare('n', 'beginsWith', 1n)], 'type'],
  ])('%s is not matched with what DynamoDB refuses: case %#', (sort, comparisons, keyword) => {
    expect(() => conditionOf(model(sort), comparisons)).toThrow(expect.objectContaining({ path: sort, keyword }));
  });

  it.each<Operator>(['<>', 'in', 'contains', 'exists', 'size ='])('is not matched with %s', (operator) => {
    const { condition, used } = conditionOf(model('a'), [compare('a', operator, 'x')]);
    expect(condition.text).toBeUndefined();
    expect(used).toEqual([]);
  });
});
