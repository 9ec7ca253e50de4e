import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledModel, compileModel } from '../compiled-model.ts';
import { ValidationFailedError } from '../errors.ts';
import {
  any,
  binary,
  boolean,
  createdAt,
  date,
  defineModel,
  integer,
  list,
  map,
  number,
  string,
  stringSet,
  unknownAttributesOf,
  updatedAt,
  version,
} from '../index.ts';
import { selectionOf } from '../projection.ts';
import type { StoredItem } from './attribute-value.ts';
import { isForeign, keyOfItem, readItem, readSelected, writeItem, writeKey } from './item-codec.ts';

const now = new Date('2026-01-31T12:00:00.000Z');

const Order = compileModel(
  defineModel({
    name: 'Order',
    table: 'shop',
    key: {
      partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
      sort: { attribute: 'SK', template: 'ORDER#{orderId}' },
    },
    attributes: {
      customerId: string({ minLength: 1 }),
      orderId: string(),
      status: string({ enum: ['open', 'paid'], default: 'open', name: 's' }),
      total: number({ minimum: 0 }),
      lines: list(map({ sku: string(), quantity: integer() }), { optional: true }),
      labels: stringSet({ optional: true }),
      remark: string({ optional: true, nullable: true }),
      region: string({ optional: true }),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
      version: version(),
    },
    indexes: {
      byStatus: { partition: 'status', sort: 'createdAt' },
      byRegion: { partition: { attribute: 'GSI1PK', template: 'REGION#{region}' } },
    },
  }),
);

const Blob = compileModel(
  defineModel({
    name: 'Blob',
    table: 'blobs',
    key: { partition: 'id', sort: 'hash' },
    attributes: {
      id: string(),
      hash: binary(),
      flag: boolean({ optional: true }),
      count: number({ optional: true }),
      text: string({ optional: true }),
      body: binary({ optional: true }),
      free: any({ optional: true }),
    },
  }),
);

const order = { customerId: 'c1', orderId: 'o1', total: 5 };
const write = (model: CompiledModel, item: object): StoredItem =>
  writeItem(model, item, { now, version: 1 }, 'PutItem');

function problemsOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationFailedError);
    return (error as ValidationFailedError).problems;
  }
  throw new Error('nothing was refused');
}

describe('writeItem', () => {
  it('adds defaults, generated attributes and composed keys', () => {
    expect(write(Order, { ...order, region: 'eu' })).toEqual({
      PK: { S: 'CUSTOMER#c1' },
      SK: { S: 'ORDER#o1' },
      GSI1PK: { S: 'REGION#eu' },
      s: { S: 'open' },
      total: { N: '5' },
      region: { S: 'eu' },
      createdAt: { S: now.toISOString() },
      updatedAt: { S: now.toISOString() },
      version: { N: '1' },
    });
  });

  it('keeps the time of creation, and renews the time of the update and the version', () => {
    const before = new Date('2020-01-01T00:00:00.000Z');
    const stored = writeItem(
      Order,
      { ...order, createdAt: before, updatedAt: before, version: 7 },
      { now, version: 8 },
      'PutItem',
    );
    expect(stored).toMatchObject({
      createdAt: { S: before.toISOString() },
      updatedAt: { S: now.toISOString() },
      version: { N: '8' },
    });
  });

  it('reports every problem, with its path', () => {
    const item = { orderId: '', total: -1, lines: [{ sku: 'a', quantity: 1.5 }], labels: ['a'], remark: 5 };
    expect(problemsOf(() => write(Order, item))).toMatchObject([
      { path: 'customerId', keyword: 'required', message: 'is missing' },
      { path: 'total', keyword: 'minimum' },
      { path: 'lines[0].quantity', keyword: 'type' },
      { path: 'labels', keyword: 'type' },
      { path: 'remark', keyword: 'type' },
    ]);
  });

  it('names model and operation in the error, and no value', () => {
    const item = { ...order, total: 's3cret', remark: 5 };
    expect(() => write(Order, item)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        model: 'Order',
        operation: 'PutItem',
        message: expect.not.stringContaining('s3cret'),
      }),
    );
    expect(JSON.stringify(problemsOf(() => write(Order, item)))).not.toContain('s3cret');
  });

  it('takes an instance of a class, and refuses its unknown attributes', () => {
    class Draft {
      customerId = 'c1';
      orderId = 'o1';
      get total(): number {
        return 5;
      }
    }
    expect(write(Order, new Draft())).toEqual(write(Order, order));
    const draft = Object.assign(new Draft(), { colour: 'red' });
    expect(problemsOf(() => write(Order, draft))).toMatchObject([{ path: 'colour', keyword: 'additionalProperties' }]);
  });

  it('refuses an unknown attribute however many of the others are left out', () => {
    const known = { id: 'a', hash: new Uint8Array(1), flag: true };
    for (const others of [{}, { count: 1, text: 'x', body: new Uint8Array(1) }]) {
      expect(problemsOf(() => write(Blob, { ...known, ...others, colour: 'red' }))).toEqual([
        { path: 'colour', keyword: 'additionalProperties', message: 'is no attribute of the model' },
      ]);
    }
  });

  it('lets an error that is no problem through as it is', () => {
    const error = new RangeError('no number today');
    const fail = (): never => {
      throw error;
    };
    const attributes = { id: string(), count: number({ default: fail }) };
    const Failing = compileModel(defineModel({ name: 'Failing', table: 't', key: { partition: 'id' }, attributes }));
    expect(() => write(Failing, { id: 'a' })).toThrow(error);
  });

  it.each(['colour', 'constructor', '__proto__', 'PK', 'SK', 's'])('refuses the unknown attribute %s', (name) => {
    const item = Object.fromEntries([...Object.entries(order), [name, 'x']]);
    expect(problemsOf(() => write(Order, item))).toMatchObject([{ path: name, keyword: 'additionalProperties' }]);
  });

  it('stores null where the attribute is nullable and refuses it elsewhere', () => {
    expect(write(Order, { ...order, remark: null })).toMatchObject({ remark: { NULL: true } });
    expect(problemsOf(() => write(Order, { ...order, region: null }))).toMatchObject([
      { path: 'region', keyword: 'type' },
    ]);
  });

  it('treats undefined as absent', () => {
    expect(write(Order, { ...order, remark: undefined, status: undefined })).toEqual(write(Order, order));
  });

  it.each([
    ['id', { id: '', hash: new Uint8Array(1) }],
    ['hash', { id: 'a', hash: new Uint8Array(0) }],
  ])('refuses an empty key: %s', (path, item) => {
    const problem = { path, keyword: 'key', message: 'is a key and must not be empty' };
    expect(problemsOf(() => write(Blob, item))).toEqual([problem]);
  });

  it('takes 0, false, empty text and zero bytes as the values they are', () => {
    const item = {
      id: '0',
      hash: new Uint8Array(1),
      flag: false,
      count: 0,
      text: '',
      body: new Uint8Array(0),
      free: { empty: '', zero: 0, no: false, nothing: null, bytes: new Uint8Array(0), list: [] },
    };
    expect(readItem(Blob, structuredClone(write(Blob, item)))).toEqual(item);
  });
});

describe('readItem', () => {
  it('reads what was written, with the values of composed keys', () => {
    const item = {
      ...order,
      status: 'paid',
      lines: [{ sku: 'a', quantity: 2 }],
      labels: new Set(['x']),
      remark: null,
      region: 'eu',
    };
    const read = readItem(Order, structuredClone(write(Order, item)));
    expect(read).toEqual({ ...item, createdAt: now, updatedAt: now, version: 1 });
    expect(unknownAttributesOf(read)).toEqual({});
  });

  it('gives back any item of the model', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            customerId: fc.string({ unit: 'grapheme', minLength: 1 }),
            orderId: fc.string({ unit: 'grapheme', minLength: 1 }),
            total: fc.nat(),
            status: fc.constantFrom('open', 'paid'),
            remark: fc.option(fc.string()),
            labels: fc.uniqueArray(fc.string(), { minLength: 1 }).map((labels) => new Set(labels)),
            lines: fc.array(fc.record({ sku: fc.string(), quantity: fc.integer() })),
          },
          { requiredKeys: ['customerId', 'orderId', 'total', 'status'] },
        ),
        (item) => {
          expect(readItem(Order, structuredClone(write(Order, item)))).toEqual({
            ...item,
            createdAt: now,
            updatedAt: now,
            version: 1,
          });
        },
      ),
    );
  });

  it.each([
    ['total', { total: { S: '5' } }],
    ['total', { total: { N: '0.12345678901234567891' } }],
    ['lines[0].sku', { lines: { L: [{ M: { quantity: { N: '1' } } }] } }],
    ['labels', { labels: { L: [{ S: 'a' }] } }],
    ['status', { s: { NULL: true } }],
    ['PK', { PK: { S: 'SUPPLIER#c1' } }],
    ['SK', { SK: { S: 'ORDER#' } }],
  ])('names %s when it does not fit the model', (path, stored) => {
    expect(() => readItem(Order, { ...write(Order, order), ...stored } as StoredItem)).toThrow(
      expect.objectContaining({ path }),
    );
  });

  it.each([
    ['customerId', 'PK'],
    ['orderId', 'SK'],
  ])('names %s where the key that holds it is not stored', (path, name) => {
    const stored = write(Order, order);
    delete stored[name];
    const problem = expect.objectContaining({ path, keyword: 'required', message: 'is not in the stored item' });
    expect(() => readItem(Order, stored)).toThrow(problem);
  });

  it('takes a NULL that no value was written over for no value, and a put writes it back', () => {
    const stored: StoredItem = { ...write(Order, order), region: { NULL: true } };
    const item = readItem(Order, stored);
    expect(item).not.toHaveProperty('region');
    expect(unknownAttributesOf(item)).toEqual({ region: null });
    expect(write(Order, item).region).toEqual({ NULL: true });
    expect(write(Order, { ...item, region: 'eu' }).region).toEqual({ S: 'eu' });
  });
});

describe('readSelected', () => {
  it('reads the selected attributes that are there, whole or in part', () => {
    const stored: StoredItem = {
      PK: { S: 'CUSTOMER#c1' },
      SK: { S: 'ORDER#o1' },
      lines: { L: [{ M: { sku: { S: 'a' } } }] },
      s: { S: 'paid' },
    };
    const { fields } = selectionOf(Order, ['customerId', 'lines[0].sku', 'remark']);
    expect(readSelected(Order, stored, fields)).toEqual({
      customerId: 'c1',
      lines: [{ sku: 'a' }],
    });
  });

  it('reads nothing of a required attribute that is selected in part and is not there', () => {
    const attributes = { id: string(), home: map({ city: string() }) };
    const Person = compileModel(defineModel({ name: 'Person', table: 't', key: { partition: 'id' }, attributes }));
    const { fields } = selectionOf(Person, ['home.city']);
    expect(readSelected(Person, { id: { S: 'a' } }, fields)).toEqual({});
  });

  it('names a required attribute that is selected whole and is not there', () => {
    const { fields } = selectionOf(Order, ['total']);
    expect(() => readSelected(Order, { PK: { S: 'CUSTOMER#c1' }, SK: { S: 'ORDER#o1' } }, fields)).toThrow(
      expect.objectContaining({ path: 'total', keyword: 'required' }),
    );
  });
});

describe('writeKey', () => {
  it('composes the key', () => {
    expect(writeKey(Order, { customerId: 'c1', orderId: 'o1' }, 'GetItem')).toEqual({
      PK: { S: 'CUSTOMER#c1' },
      SK: { S: 'ORDER#o1' },
    });
  });

  it.each<[string, unknown, object]>([
    [
      'a missing part',
      { customerId: 'c1' },
      { path: 'orderId', keyword: 'required', message: 'is part of the key and is missing' },
    ],
    [
      'another attribute',
      { customerId: 'c1', orderId: 'o1', total: 5 },
      { path: 'total', keyword: 'additionalProperties', message: 'is not part of the key' },
    ],
    ['a wrong type', { customerId: 5, orderId: 'o1' }, { path: 'customerId', keyword: 'type' }],
    ['an empty part', { customerId: '', orderId: 'o1' }, { keyword: 'key' }],
    ['null', null, { path: 'customerId', keyword: 'required' }],
    ['undefined', undefined, { path: 'customerId', keyword: 'required' }],
  ])('refuses %s', (_what, key, problem) => {
    expect(problemsOf(() => writeKey(Order, key as object, 'GetItem'))).toMatchObject([problem]);
  });

  it('does not apply the keywords: an older item can still be reached', () => {
    expect(writeKey(Blob, { id: 'a', hash: new Uint8Array(1) }, 'GetItem')).toEqual({
      id: { S: 'a' },
      hash: { B: 'AA==' },
    });
  });

  it('takes the key that keyOfItem gives', () => {
    const item = readItem(Order, write(Order, order));
    expect(keyOfItem(Order, item)).toEqual({ customerId: 'c1', orderId: 'o1' });
  });
});

describe('isForeign', () => {
  it.each<[boolean, StoredItem]>([
    [false, { PK: { S: 'CUSTOMER#c1' }, SK: { S: 'ORDER#o1' } }],
    [true, { PK: { S: 'CUSTOMER#c1' }, SK: { S: 'PROFILE' } }],
    [true, { PK: { S: 'SUPPLIER#c1' }, SK: { S: 'ORDER#o1' } }],
    [true, { PK: { N: '1' }, SK: { S: 'ORDER#o1' } }],
    [false, { SK: { S: 'ORDER#o1' } }],
  ])('%s for %j', (foreign, stored) => {
    expect(isForeign(Order, stored)).toBe(foreign);
  });

  it('is true of what keeps a unique value alone, for a model with a plain key', () => {
    expect(isForeign(Blob, { anything: { S: 'x' } })).toBe(false);
    expect(isForeign(Blob, { id: { S: 'tabletheory#unique#Blob#text#x' } })).toBe(true);
  });

  it('is true of a key whose value has another type', () => {
    const Event = compileModel(
      defineModel({
        name: 'Event',
        table: 'shop',
        key: { partition: { attribute: 'PK', template: 'DAY#{day}' } },
        attributes: { day: date() },
      }),
    );
    expect(isForeign(Event, { PK: { S: 'DAY#monday' } })).toBe(true);
  });
});

describe('what is shared', () => {
  it('nothing is shared between the item and what is read back from its stored form', () => {
    const item = { id: 'a', hash: new Uint8Array([1]), free: { list: [1], bytes: new Uint8Array([1]) } };
    const stored = write(Blob, item);
    const read = readItem(Blob, stored) as typeof item;
    read.free.list.push(2);
    read.hash[0] = 2;
    read.free.bytes[0] = 2;
    expect(item).toEqual({ id: 'a', hash: new Uint8Array([1]), free: { list: [1], bytes: new Uint8Array([1]) } });
  });
});
