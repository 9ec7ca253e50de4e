import { describe, expect, it } from 'vitest';
import type { AttributeValue } from './codec/attribute-value.ts';
import { compileModel } from './compiled-model.ts';
import { Expression } from './expression.ts';
import {
  bigint,
  createdAt,
  date,
  defineModel,
  integer,
  list,
  map,
  number,
  record,
  string,
  stringSet,
  updatedAt,
  version,
} from './index.ts';
import { collectActions, type UpdateBuilder } from './update-builder.ts';
import { updateExpression } from './update-expression.ts';

const now = new Date('2026-01-31T12:00:00.000Z');

const Order = compileModel(
  defineModel({
    name: 'Order',
    table: 'orders',
    key: { partition: 'customerId', sort: 'orderId' },
    attributes: {
      customerId: string(),
      orderId: string(),
      status: string({ enum: ['open', 'paid'], name: 's' }),
      total: number({ minimum: 0 }),
      big: bigint({ optional: true }),
      labels: stringSet({ optional: true }),
      lines: list(map({ sku: string({ name: 'k' }), quantity: integer({ minimum: 1 }) }), { optional: true }),
      notes: record(string(), { optional: true }),
      remark: string({ optional: true, nullable: true }),
      channel: string({ readOnly: true, optional: true }),
      region: string({ optional: true }),
      city: string({ optional: true }),
      dueAt: date({ optional: true }),
    },
    indexes: {
      byRegion: { partition: 'region', sort: 'total' },
      byPlace: {
        partition: { attribute: 'GSI1PK', template: 'REGION#{region}' },
        sort: { attribute: 'GSI1SK', template: 'CITY#{city}#{orderId}' },
      },
    },
  }),
);

const Locked = compileModel(
  defineModel({
    name: 'Locked',
    table: 'locked',
    key: { partition: 'id' },
    attributes: {
      id: string(),
      a: number(),
      createdAt: createdAt(),
      updatedAt: updatedAt({ name: 'u' }),
      v: version(),
    },
  }),
);

const key = new Map<string, AttributeValue>([
  ['customerId', { S: 'c1' }],
  ['orderId', { S: 'o1' }],
]);

type Changes = object | ((update: UpdateBuilder<any, any>) => unknown);

function written(changes: Changes, model = Order) {
  const expression = new Expression();
  const { text } = updateExpression(model, collectActions(changes), key, now, expression);
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = expression.params();
  return { text, names, values };
}

/** The expression with names and values in place of the placeholders, for reading. */
function readable(changes: Changes, model = Order): string {
  const { text, names, values } = written(changes, model);
  return text
    .replace(/#\d+/g, (name) => names[name] as string)
    .replace(/:\d+/g, (value) => JSON.stringify(Object.values(values[value] as object)[0]));
}

describe('an update', () => {
  it.each<[Changes, string]>([
    [{ status: 'paid' }, 'SET s = "paid"'],
    [{ status: 'paid', big: 5n, remark: null }, 'SET s = "paid", big = "5", remark = true'],
    [{ remark: undefined }, 'REMOVE remark'],
    [(u) => u.set('status', 'paid').remove('remark'), 'SET s = "paid" REMOVE remark'],
    [(u) => u.setIfNotExists('remark', 'x'), 'SET remark = if_not_exists(remark, "x")'],
    [(u) => u.add('big', 5n).add('labels', new Set(['a'])), 'ADD big "5", labels ["a"]'],
    [(u) => u.deleteFromSet('labels', new Set(['a', 'b'])), 'DELETE labels ["a","b"]'],
    [(u) => u.append('lines', []), 'SET lines = list_append(if_not_exists(lines, []), [])'],
    [(u) => u.prepend('lines', []), 'SET lines = list_append([], if_not_exists(lines, []))'],
    [(u) => u.set('lines[0].sku', 'x').remove('lines[1]'), 'SET lines[0].k = "x" REMOVE lines[1]'],
    [(u) => u.add('lines[0].quantity', 2), 'ADD lines[0].quantity "2"'],
    [
      (u) => u.set('notes.constructor', 'x').remove('notes.__proto__'),
      'SET notes.constructor = "x" REMOVE notes.__proto__',
    ],
    [{ dueAt: now }, 'SET dueAt = "2026-01-31T12:00:00.000Z"'],
  ])('case %#', (changes, text) => {
    expect(readable(changes)).toBe(text);
  });

  it('puts names and values into placeholders', () => {
    expect(written((u) => u.set('notes.a b', 'SET x = y'))).toEqual({
      text: 'SET #0.#1 = :0',
      names: { '#0': 'notes', '#1': 'a b' },
      values: { ':0': { S: 'SET x = y' } },
    });
  });

  it('that adds checks the type and not the keywords of what is added', () => {
    expect(readable((u) => u.add('total', -5))).toBe('ADD total "-5"');
  });

  it('without changes is nothing', () => {
    expect(readable({})).toBe('');
    expect(readable((u) => u)).toBe('');
  });

  it('renews the time of the update and the version', () => {
    expect(readable({ a: 1 }, Locked)).toBe('SET a = "1", u = "2026-01-31T12:00:00.000Z" ADD v "1"');
    expect(readable({}, Locked)).toBe('SET u = "2026-01-31T12:00:00.000Z" ADD v "1"');
  });

  it.each<[string, Changes, object]>([
    ['an unknown attribute', { colour: 'red' }, { path: 'colour', keyword: 'additionalProperties' }],
    ['a member of every object', { constructor: 'x' }, { path: 'constructor', keyword: 'additionalProperties' }],
    ['a wrong type', { total: '5' }, { path: 'total', keyword: 'type' }],
    ['a value against its keywords', { total: -1 }, { path: 'total', keyword: 'minimum' }],
    ['a nested value against its keywords', (u) => u.set('lines[0].quantity', 0), { path: 'lines[0].quantity' }],
    ['null', { total: null }, { path: 'total', keyword: 'type' }],
    ['an array for a set', { labels: ['a'] }, { path: 'labels', keyword: 'type' }],
    ['an empty set', { labels: new Set() }, { path: 'labels', keyword: 'minItems' }],
    ['the key', { orderId: 'o2' }, { path: 'orderId', keyword: 'readOnly' }],
    ['a readOnly attribute', { channel: 'web' }, { path: 'channel', keyword: 'readOnly' }],
    ['removal of a required attribute', { total: undefined }, { path: 'total', keyword: 'required' }],
    ['no value', (u) => u.set('remark', undefined), { path: 'remark', keyword: 'required' }],
    ['an attribute twice', (u) => u.set('total', 1).add('total', 1), { path: 'total', keyword: 'conflict' }],
    ['a part with the whole', (u) => u.set('lines', []).remove('lines[0]'), { path: 'lines', keyword: 'conflict' }],
    ['the whole with a part', (u) => u.remove('lines[0]').set('lines', []), { path: 'lines', keyword: 'conflict' }],
    ['empty text as key of an index', { region: '', city: 'x' }, { path: 'region', keyword: 'key' }],
    ['a value that the composed key of an index cannot hold', { city: 'x#y', region: 'eu' }, { keyword: 'key' }],
  ])('refuses %s', (_what, changes, problem) => {
    expect(() => written(changes)).toThrow(expect.objectContaining(problem));
  });

  it.each(['createdAt', 'updatedAt', 'v'])('refuses to write %s, which the table layer does', (name) => {
    expect(() => written((u) => u.set(name, 1), Locked)).toThrow(
      expect.objectContaining({ path: name, keyword: 'readOnly' }),
    );
  });

  it('refuses a readOnly attribute of a map', () => {
    const attributes = { id: string(), origin: map({ channel: string({ readOnly: true }), note: string() }) };
    const Visit = compileModel(defineModel({ name: 'Visit', table: 'visits', key: { partition: 'id' }, attributes }));
    expect(() => written((u) => u.set('origin.channel', 'web'), Visit)).toThrow(
      expect.objectContaining({ path: 'origin.channel', keyword: 'readOnly' }),
    );
    expect(readable((u) => u.set('origin.note', 'x'), Visit)).toBe('SET origin.note = "x"');
  });

  it.each<[Changes, string]>([
    [(u) => u.set('total', 1).add('total', 1), 'is changed twice'],
    [(u) => u.set('lines', []).remove('lines[0]'), 'is changed together with lines[0]'],
    [(u) => u.remove('lines[0]').set('lines', []), 'is changed together with lines[0]'],
  ])('says what conflicts: case %#', (changes, message) => {
    expect(() => written(changes)).toThrow(message);
  });

  it('refuses to remove what a map must have, and nothing else in it', () => {
    expect(() => written((u) => u.remove('lines[0].sku'))).toThrow(
      expect.objectContaining({ path: 'lines[0].sku', keyword: 'required' }),
    );
    expect(readable((u) => u.remove('lines[0]').remove('notes.a'))).toBe('REMOVE lines[0], notes.a');
  });

  describe('of a unique or encrypted attribute', () => {
    const attributes = {
      id: string(),
      email: string({ unique: true, optional: true }),
      count: number({ unique: true, optional: true }),
      card: string({ encrypted: true, optional: true }),
    };
    const User = compileModel(defineModel({ name: 'User', table: 'users', key: { partition: 'id' }, attributes }));

    it('sets or removes it', () => {
      expect(readable((u) => u.set('email', 'a').remove('count'), User)).toBe('SET email = "a" REMOVE count');
      expect(readable((u) => u.remove('email').remove('card'), User)).toBe('REMOVE email, card');
      expect(written({ card: 'x' }, User).text).toBe('SET #0 = :0');
    });

    it('decides nothing else', () => {
      for (const changes of [(u) => u.setIfNotExists('email', 'a'), (u) => u.add('count', 1)] as Changes[]) {
        expect(() => written(changes, User)).toThrow(
          expect.objectContaining({ keyword: 'unique', message: expect.stringContaining('only be set or removed') }),
        );
      }
      expect(() => written((u) => u.setIfNotExists('card', 'a'), User)).toThrow(
        /^User\.card is encrypted: .*not setIf/,
      );
    });
  });

  it('tells what changes, and to what where it decides that', () => {
    const changedBy = (changes: Changes, model = Order) => [
      ...updateExpression(model, collectActions(changes), key, now, new Expression()).changed,
    ];
    expect(changedBy({ status: 'paid', remark: undefined })).toEqual([
      ['status', { S: 'paid' }],
      ['remark', undefined],
    ]);
    expect(changedBy((u) => u.add('total', 1).set('lines[0].sku', 'a').set('lines[1].sku', 'b'))).toEqual([
      ['total', undefined],
      ['lines', undefined],
    ]);
    expect(changedBy({ a: 1 }, Locked)).toEqual([
      ['a', { N: '1' }],
      ['updatedAt', { S: now.toISOString() }],
    ]);
  });

  it('lets two parts of one list change', () => {
    expect(readable((u) => u.set('lines[0].sku', 'a').set('lines[1].sku', 'b'))).toBe(
      'SET lines[0].k = "a", lines[1].k = "b"',
    );
  });
});

describe('composed keys of indexes', () => {
  it('follow the attributes they are made of', () => {
    expect(readable({ region: 'eu', city: 'x' })).toBe(
      'SET region = "eu", city = "x", GSI1PK = "REGION#eu", GSI1SK = "CITY#x#o1"',
    );
    expect(readable({ city: 'x' })).toBe('SET city = "x", GSI1SK = "CITY#x#o1"');
  });

  it('go when an attribute goes', () => {
    expect(readable({ region: undefined })).toBe('REMOVE region, GSI1PK');
  });

  it('are left alone by other changes', () => {
    expect(readable({ remark: 'x' })).toBe('SET remark = "x"');
  });

  it('need every attribute whose value the update does not know', () => {
    const Wide = compileModel(
      defineModel({
        name: 'Wide',
        table: 'wide',
        key: { partition: 'id' },
        attributes: { id: string(), a: string({ optional: true }), b: string({ optional: true }) },
        indexes: { byAb: { partition: { attribute: 'GSI1PK', template: '{a}#{b}' } } },
      }),
    );
    expect(() => written({ a: 'x' }, Wide)).toThrow(
      expect.objectContaining({ keyword: 'key', message: expect.stringContaining('set them together') }),
    );
    expect(() => written((u) => u.setIfNotExists('a', 'x').set('b', 'y'), Wide)).toThrow(
      expect.objectContaining({ keyword: 'key' }),
    );
    expect(() => written({ a: 'x' }, Wide)).toThrow('index byAb has a key composed of a, b: set them together');
    expect(readable({ a: 'x', b: 'y' }, Wide)).toBe('SET a = "x", b = "y", GSI1PK = "x#y"');
    expect(readable({ a: 'x', b: undefined }, Wide)).toBe('SET a = "x" REMOVE b, GSI1PK');
  });

  it('follow the time of the update', () => {
    const Recent = compileModel(
      defineModel({
        name: 'Recent',
        table: 'recent',
        key: { partition: 'id' },
        attributes: { id: string(), a: number(), at: updatedAt() },
        indexes: { byTime: { partition: { attribute: 'GSI1PK', template: 'AT#{at}' } } },
      }),
    );
    const at = '2026-01-31T12:00:00.000Z';
    expect(readable({ a: 1 }, Recent)).toBe(`SET a = "1", GSI1PK = "AT#${at}", at = "${at}"`);
  });
});
