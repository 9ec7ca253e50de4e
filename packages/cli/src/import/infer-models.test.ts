import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { inferModels } from './infer-models.ts';
import type { Row, SourceTable } from './source-table.ts';

/** Rows from plain text and numbers. */
const rowsOf = (...rows: Record<string, string | number | AttributeValue>[]): Row[] =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' ? { S: value } : typeof value === 'number' ? { N: String(value) } : value,
      ]),
    ),
  );

const tableOf = (rows: readonly Row[], more: Partial<SourceTable> = {}): SourceTable => ({
  name: 'bank',
  key: { partition: 'PK', sort: 'SK' },
  keyTypes: new Map([
    ['PK', 'S'],
    ['SK', 'S'],
    ['GSI1PK', 'S'],
    ['GSI1SK', 'S'],
  ]),
  indexes: [],
  declared: new Map(),
  rows,
  ...more,
});
const gsi1 = { name: 'GSI1', local: false, partition: ['GSI1PK'], sort: ['GSI1SK'] };

/** The keys and attributes of each model, short. */
const show = (table: SourceTable, marker?: string): Record<string, unknown> => {
  const part = (of: any): unknown => (of?.template === undefined ? of : `${of.attribute}=${of.template}`);
  const { models } = inferModels(table, marker);
  return Object.fromEntries(
    models.map(({ model }) => [
      model.name,
      {
        key: [part(model.key.partition), part(model.key.sort)],
        attributes: Object.keys(model.attributes).join(' '),
        ...Object.fromEntries(
          Object.entries<any>(model.indexes).map(([name, { partition, sort }]) => [
            name,
            [part(partition), part(sort)],
          ]),
        ),
      },
    ]),
  );
};

describe('the models of a table', () => {
  test('with one kind of item, plain keys and optional attributes', () => {
    const rows = rowsOf(
      { customerId: 'c-1', orderId: 'o-1', total: 3 },
      { customerId: 'c-2', orderId: 'o-2', note: 'x' },
    );
    const table = tableOf(rows, {
      name: 'orders',
      key: { partition: 'customerId', sort: 'orderId' },
      keyTypes: new Map([
        ['customerId', 'S'],
        ['orderId', 'S'],
      ]),
    });
    expect(show(table)).toEqual({
      Order: { key: ['customerId', 'orderId'], attributes: 'customerId orderId total note' },
    });
    const [order] = inferModels(table).models;
    expect(order?.model.attributes.total.options).toEqual({ optional: true });
    expect(order?.model.attributes.orderId.options).toEqual({});
  });

  test('with the prefixes of keys', () => {
    const rows = rowsOf(
      { PK: 'USER#1', SK: 'PROFILE', name: 'A' },
      { PK: 'USER#2', SK: 'PROFILE', name: 'B' },
      { PK: 'USER#1', SK: 'ORDER#2026-01-31#17', total: 1 },
      { PK: 'USER#2', SK: 'ORDER#2026-02-01#18', total: 2 },
    );
    expect(show(tableOf(rows))).toEqual({
      Profile: { key: ['PK=USER#{userId}', 'SK=PROFILE'], attributes: 'userId name' },
      Order: {
        key: ['PK=USER#{userId}', 'SK=ORDER#{orderDate}#{orderId}'],
        attributes: 'userId orderDate orderId total',
      },
    });
  });

  test('with an attribute that names the kind, given or found', () => {
    const rows = rowsOf(
      { PK: 'a', SK: '1', what: 'cat', name: 'A' },
      { PK: 'a', SK: '2', what: 'dog', age: 3 },
      { PK: 'b', SK: '1', what: 'dog', age: 4 },
    );
    expect(Object.keys(show(tableOf(rows)))).toEqual(['Bank']);
    expect(show(tableOf(rows), 'what')).toMatchObject({
      Cat: { attributes: 'pk sk what name' },
      Dog: { attributes: 'pk sk what age' },
    });
    const { models } = inferModels(tableOf(rows), 'what');
    expect(models[0]?.model.attributes.what.options).toEqual({ enum: ['cat'], default: 'cat', readOnly: true });
    expect(models[0]?.notes).toEqual([
      'The keys do not tell it from Dog: reads of it meet their items too. Compare what where that matters.',
    ]);
    const found = rows.map(({ what, ...row }) => ({ ...row, __typename: what as AttributeValue }));
    expect(Object.keys(show(tableOf(found)))).toEqual(['Cat', 'Dog']);
  });

  test('whose attribute called type is data is one', () => {
    const rows = rowsOf({ PK: 'a', SK: '1', type: 'Express' }, { PK: 'a', SK: '2', type: 'Standard' });
    expect(Object.keys(show(tableOf(rows)))).toEqual(['Bank']);
  });

  test('with keys of indexes that repeat what is elsewhere', () => {
    const rows = rowsOf(
      { PK: 'ACCOUNT#1', SK: 'PAYMENT#7', GSI1PK: 'PAYEE#x', GSI1SK: '2026-01', payee: 'x', month: '2026-01' },
      { PK: 'ACCOUNT#2', SK: 'PAYMENT#8', GSI1PK: 'PAYEE#y', GSI1SK: '2026-02', payee: 'y', month: '2026-02' },
      { PK: 'ACCOUNT#1', SK: 'PAYMENT#9', GSI1PK: 'PAYEE#z', GSI1SK: '2026-03', payee: 'z', month: '2026-03' },
    );
    expect(show(tableOf(rows, { indexes: [gsi1] }))).toEqual({
      Bank: {
        key: ['PK=ACCOUNT#{accountId}', 'SK=PAYMENT#{paymentId}'],
        attributes: 'accountId paymentId payee month',
        GSI1: ['GSI1PK=PAYEE#{payee}', 'GSI1SK={month}'],
      },
    });
  });

  test('with keys of indexes that are nowhere else, or not in every row', () => {
    const rows = rowsOf(
      { PK: 'ACCOUNT#1', SK: 'PAYMENT#7', GSI1PK: 'PAYEE#x', GSI1SK: 'a' },
      { PK: 'ACCOUNT#2', SK: 'PAYMENT#8' },
    );
    const table = tableOf(rows, { indexes: [gsi1] });
    expect(show(table)).toMatchObject({ Bank: { GSI1: ['gsi1Pk', 'gsi1Sk'] } });
    expect(inferModels(table).models[0]?.model.attributes.gsi1Pk.options).toEqual({ name: 'GSI1PK', optional: true });
  });

  test('with attributes that repeat the key', () => {
    const rows = rowsOf(
      { PK: 'ACCOUNT#1', SK: 'PAYMENT#7', accountId: '1', number: 7 },
      { PK: 'ACCOUNT#2', SK: 'PAYMENT#8', accountId: '2', number: 8 },
    );
    expect(show(tableOf(rows))).toEqual({
      Bank: { key: ['PK=ACCOUNT#{accountId}', 'SK=PAYMENT#{number}'], attributes: 'accountId number' },
    });
    const [bank] = inferModels(tableOf(rows)).models;
    expect(bank?.model.attributes.number.kind).toBe('number');
    expect(bank?.notes).toEqual([
      'accountId is stored in the key alone by this model: a put removes the copy of it beside the key.',
      'number is stored in the key alone by this model: a put removes the copy of it beside the key.',
    ]);
  });

  test('without rows, from what is declared', () => {
    const table = tableOf([], {
      indexes: [{ ...gsi1, projection: ['total'] }],
      declared: new Map([
        ['total', 'N'],
        ['tags', 'SS'],
      ]),
    });
    expect(show(table)).toEqual({
      Bank: { key: ['pk', 'sk'], attributes: 'pk sk total tags gsi1Pk gsi1Sk', GSI1: ['gsi1Pk', 'gsi1Sk'] },
    });
    expect(inferModels(table).models[0]?.model.indexes.GSI1.projection).toEqual(['total']);
    expect(inferModels(table).models[0]?.model.attributes.tags).toMatchObject({
      kind: 'stringSet',
      options: { optional: true },
    });
  });

  test('with a time to live, and without the marks of unique values', () => {
    const rows = rowsOf(
      { PK: 'a', SK: 'b', expires: 1_800_000_000 },
      { PK: 'tabletheory#unique#Bank#email#x', SK: 'tabletheory#unique#Bank#email#x' },
    );
    const [bank] = inferModels(tableOf(rows, { timeToLive: 'expires' })).models;
    expect(bank?.model.attributes.expires).toMatchObject({ kind: 'ttl', options: {} });
  });

  test('with an index that no row is in, and one with a key of several attributes', () => {
    const rows = rowsOf({ PK: 'a', SK: 'b', city: 'x', year: '2026' });
    const several = { name: 'place', local: false, partition: ['city', 'year'], sort: ['SK'] };
    const { models, notes } = inferModels(tableOf(rows, { indexes: [gsi1, several] }));
    expect(models[0]?.model.indexes).toEqual({ place: { partition: ['city', 'year'], sort: 'sk' } });
    expect(notes).toEqual(['No row of the sample of bank is in its index GSI1: no model has it.']);
  });

  test('with a local index, whose partition is the composed one of the table', () => {
    const rows = rowsOf({ PK: 'A#1', SK: 'B#1', GSI1SK: 'x' }, { PK: 'A#2', SK: 'B#2', GSI1SK: 'y' });
    const local = { name: 'byX', local: true, partition: ['PK'], sort: ['GSI1SK'] };
    const [bank] = inferModels(tableOf(rows, { indexes: [local] })).models;
    expect(bank?.model.indexes.byX).toEqual({
      type: 'local',
      partition: { attribute: 'PK', template: 'A#{aId}' },
      sort: 'gsi1Sk',
    });
  });
});
