import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binary,
  createStreamReader,
  date,
  defineModel,
  integer,
  number,
  type StreamImage,
  type StreamRecord,
  string,
  ttl,
  unknownAttributesOf,
  version,
} from './index.ts';

const Customer = defineModel({
  name: 'Customer',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'PROFILE' },
  },
  attributes: { customerId: string(), name: string({ optional: true }) },
});
const Order = defineModel({
  name: 'Order',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'ORDER#{placedAt}' },
  },
  attributes: {
    customerId: string(),
    placedAt: date(),
    total: number(),
    photo: binary({ optional: true }),
    version: version(),
    expiresAt: ttl({ optional: true }),
  },
  indexes: { byCustomer: { partition: 'customerId', sort: 'total' } },
});
const Reading = defineModel({
  name: 'Reading',
  table: () => 'arn:aws:dynamodb:eu-west-1:123456789012:table/readings',
  key: { partition: 'sensor', sort: 'takenAt' },
  attributes: { sensor: binary(), takenAt: ttl({ name: 'at' }), value: number() },
});
const models = { orders: Order, customers: Customer, readings: Reading };
const read = createStreamReader({ models });

const arnOf = (table: string): string =>
  `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}/stream/2026-01-31T00:00:00.000`;

const orderKeys = { PK: { S: 'CUSTOMER#c1' }, SK: { S: 'ORDER#2026-01-31T12:00:00.000Z' } };
const orderImage = { ...orderKeys, customerId: { S: 'c1' }, total: { N: '5' }, version: { N: '1' } };
const orderKey = { customerId: 'c1', placedAt: new Date('2026-01-31T12:00:00.000Z') };
const order = { ...orderKey, total: 5, version: 1 };

function recordOf(change: NonNullable<StreamRecord['dynamodb']>, more: Partial<StreamRecord> = {}): StreamRecord {
  return {
    eventID: '1',
    eventName: 'INSERT',
    eventSourceARN: arnOf('shop'),
    dynamodb: { ApproximateCreationDateTime: 1_700_000_000, SequenceNumber: '100', Keys: orderKeys, ...change },
    ...more,
  };
}

describe('a stream reader', () => {
  it('reads a new item', () => {
    const inserted = recordOf({ NewImage: { ...orderImage, photo: { B: 'AID/' } } });
    expect(read(inserted)).toStrictEqual({
      eventName: 'INSERT',
      model: 'orders',
      keys: orderKey,
      oldItem: undefined,
      newItem: { ...order, photo: new Uint8Array([0, 128, 255]) },
      sequenceNumber: '100',
      changedAt: new Date(1_700_000_000_000),
      expired: false,
      record: inserted,
    });
  });

  it('reads a changed item', () => {
    const images = { OldImage: orderImage, NewImage: { ...orderImage, total: { N: '7' }, version: { N: '2' } } };
    expect(read(recordOf(images, { eventName: 'MODIFY' }))).toMatchObject({
      eventName: 'MODIFY',
      model: 'orders',
      oldItem: order,
      newItem: { ...order, total: 7, version: 2 },
      expired: false,
    });
  });

  it('reads a deleted item, and tells one that has expired', () => {
    const removed = { OldImage: orderImage };
    expect(read(recordOf(removed, { eventName: 'REMOVE' }))).toMatchObject({
      model: 'orders',
      keys: orderKey,
      oldItem: order,
      newItem: undefined,
      expired: false,
    });
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    expect(read(recordOf(removed, { eventName: 'REMOVE', userIdentity }))).toMatchObject({ expired: true });
    const inserted = recordOf({ NewImage: orderImage }, { userIdentity });
    expect(read(inserted)).toMatchObject({ expired: false });
    const other = { type: 'Service', principalId: 'AIDA' };
    expect(read(recordOf(removed, { eventName: 'REMOVE', userIdentity: other }))).toMatchObject({ expired: false });
  });

  it('tells the models of a shared table apart', () => {
    const Keys = { PK: { S: 'CUSTOMER#c1' }, SK: { S: 'PROFILE' } };
    const change = read(recordOf({ Keys, NewImage: { ...Keys, name: { S: 'Ann' } } }));
    expect(change).toMatchObject({
      model: 'customers',
      keys: { customerId: 'c1' },
      newItem: { customerId: 'c1', name: 'Ann' },
    });
  });

  it('reads plain keys of any type, and takes the table from the ARN', () => {
    const Keys = { sensor: { B: 'AQ==' }, at: { N: '1700000000' } };
    const change = recordOf(
      { Keys, NewImage: { ...Keys, value: { N: '1.5' } } },
      { eventSourceARN: arnOf('readings') },
    );
    const key = { sensor: new Uint8Array([1]), takenAt: new Date(1_700_000_000_000) };
    expect(read(change)).toMatchObject({ model: 'readings', keys: key, newItem: { ...key, value: 1.5 } });
  });

  it('keeps attributes the model does not know', () => {
    const change = read(recordOf({ NewImage: { ...orderImage, legacy: { BS: ['AQ=='] } } }));
    expect(unknownAttributesOf(change.model === 'orders' && (change.newItem as any))).toEqual({
      legacy: new Set([new Uint8Array([1])]),
    });
  });

  it('does not need the time of the change', () => {
    const change = read(recordOf({ NewImage: orderImage, ApproximateCreationDateTime: undefined }));
    expect(change).toMatchObject({ model: 'orders', changedAt: undefined });
  });

  it.each([
    ['KEYS_ONLY', undefined, undefined],
    ['OLD_IMAGE', order, undefined],
    ['NEW_IMAGE', undefined, order],
    ['NEW_AND_OLD_IMAGES', order, order],
  ] as const)('of view %s reads the images that has', (view, oldItem, newItem) => {
    const readView = createStreamReader({ models, view });
    const images = { ...(oldItem && { OldImage: orderImage }), ...(newItem && { NewImage: orderImage }) };
    const change = readView(recordOf(images, { eventName: 'MODIFY' }));
    expect(change).toMatchObject({ model: 'orders', keys: orderKey, oldItem, newItem });
  });
});

describe('a record that is not read', () => {
  it('has no problem where the row is of no model', () => {
    for (const SK of ['NOTE#1', 'ORDER#', 'ORDER#yesterday', 'PROFILE#']) {
      const Keys = { PK: { S: 'CUSTOMER#c1' }, SK: { S: SK } };
      const note = recordOf({ Keys, NewImage: { ...Keys, text: { S: 'x' } } });
      expect(read(note)).toStrictEqual({
        eventName: 'INSERT',
        model: undefined,
        problems: [],
        sequenceNumber: '100',
        record: note,
      });
    }
    const elsewhere = recordOf({ NewImage: orderImage }, { eventSourceARN: arnOf('shop2') });
    expect(read(elsewhere)).toMatchObject({ model: undefined, problems: [] });
  });

  it('tells what does not fit, and no value', () => {
    const wrong = { ...orderImage, total: { S: 's3cret' } };
    const change = read(recordOf({ OldImage: orderImage, NewImage: wrong }, { eventName: 'MODIFY' }));
    expect(change).toMatchObject({
      model: undefined,
      problems: [{ model: 'orders', path: 'NewImage.total', keyword: 'type', message: 'is stored as S, expected N' }],
    });
    expect(JSON.stringify({ ...change, record: undefined })).not.toContain('s3cret');
  });

  it('has a problem where the stream has another view', () => {
    expect(read(recordOf({ NewImage: orderImage }, { eventName: 'MODIFY' }))).toMatchObject({
      model: undefined,
      problems: [
        {
          model: undefined,
          path: 'OldImage',
          keyword: 'required',
          message: 'is not in the record: the stream has another view type',
        },
      ],
    });
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'eventName'],
    ['no event', {}, 'eventName'],
    ['an unknown event', { ...recordOf({}), eventName: 'UPSERT' }, 'eventName'],
    ['no change', { eventName: 'INSERT' }, 'SequenceNumber'],
    ['no sequence number', recordOf({ SequenceNumber: undefined }), 'SequenceNumber'],
    ['no keys', recordOf({ Keys: undefined, NewImage: orderImage }), 'Keys'],
    ['a malformed image', recordOf({ NewImage: { total: { L: 'x' } } as any }), 'NewImage.total'],
  ])('has a problem: %s', (_what, record, path) => {
    const problem = {
      eventName: { keyword: 'enum', message: 'must be one of INSERT, MODIFY, REMOVE' },
      SequenceNumber: { keyword: 'required', message: 'is missing' },
      Keys: { keyword: 'required', message: 'is not in the record: the stream has another view type' },
      'NewImage.total': { keyword: 'type', message: 'is no DynamoDB JSON' },
    }[path];
    expect(read(record as StreamRecord)).toMatchObject({
      model: undefined,
      problems: [{ model: undefined, path, ...problem }],
    });
  });

  it('has a problem where the key has no such attribute, also one that every object inherits', () => {
    const Odd = defineModel({
      name: 'Odd',
      table: 'shop',
      key: { partition: 'constructor' },
      attributes: { constructor: string() } as any,
    });
    const readOdd = createStreamReader({ models: { odd: Odd }, view: 'KEYS_ONLY' });
    expect(readOdd(recordOf({}))).toMatchObject({
      model: undefined,
      problems: [{ model: 'odd', path: 'Keys.constructor', keyword: 'required', message: 'is not in the stored item' }],
    });
  });

  it('never stops the reader', () => {
    const junk = fc.anything({ maxDepth: 1, maxKeys: 2 });
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        junk,
        fc.dictionary(fc.constantFrom('S', 'N', 'B', 'NS', 'BS', 'BOOL', '__proto__'), junk, { maxKeys: 1 }),
        fc.record({ M: fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }) }),
        fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
      ),
    })).value;
    const names = fc.constantFrom('PK', 'SK', 'customerId', 'total', 'version', 'sensor', 'at', 'value', 'extra');
    const image = fc.oneof(junk, fc.dictionary(names, value));
    const good = fc.record({ Keys: fc.constant(orderKeys), NewImage: image }).map((part) => recordOf(part as any));
    const anyRecord = fc.record(
      {
        eventName: fc.constantFrom('INSERT', 'MODIFY', 'REMOVE'),
        eventSourceARN: fc.oneof(fc.constantFrom(arnOf('shop'), arnOf('readings'), 'x'), fc.string()),
        userIdentity: junk,
        dynamodb: fc.record(
          { Keys: image, OldImage: image, NewImage: image, SequenceNumber: fc.string() },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(good, anyRecord, junk), (record) => {
        expect(read(record as StreamRecord)).toHaveProperty('model');
      }),
      { numRuns: 500 },
    );
  });
});

describe('models whose keys do not tell them apart', () => {
  const plain = { table: 'things', key: { partition: 'id' } } as const;
  const Strict = defineModel({ ...plain, name: 'Strict', attributes: { id: string(), size: number() } });
  const Loose = defineModel({ ...plain, name: 'Loose', attributes: { id: string(), colour: string() } });
  const Keys = { id: { S: 'a' } };
  const insert = (NewImage: StreamImage) => recordOf({ Keys, NewImage }, { eventSourceARN: arnOf('things') });

  it('go by the first whose items can be read', () => {
    const readThing = createStreamReader({ models: { strict: Strict, loose: Loose } });
    expect(readThing(insert({ ...Keys, size: { N: '1' } }))).toMatchObject({ model: 'strict' });
    expect(readThing(insert({ ...Keys, colour: { S: 'red' } }))).toMatchObject({ model: 'loose' });
    expect(readThing(insert({ ...Keys, size: { N: '1' }, colour: { S: 'red' } }))).toMatchObject({ model: 'strict' });
    expect(readThing(insert(Keys))).toMatchObject({
      model: undefined,
      problems: [
        { model: 'strict', path: 'NewImage.size' },
        { model: 'loose', path: 'NewImage.colour' },
      ],
    });
  });

  it('are tried without a table where the ARN names none', () => {
    const { eventSourceARN: _, ...anonymous } = insert({ ...Keys, colour: { S: 'red' } });
    const readAny = createStreamReader({ models: { readings: Reading, loose: Loose } });
    expect(readAny(anonymous)).toMatchObject({ model: 'loose' });
    expect(readAny({ ...anonymous, eventSourceARN: 'event_source_arn' })).toMatchObject({ model: 'loose' });
  });
});

const captured = new URL('../../../../shared/data/events/dynamodb-base.json', import.meta.url);

describe.skipIf(!existsSync(captured))('a captured event (needs ../shared/data/events)', () => {
  const Message = defineModel({
    name: 'Message',
    table: 'messages',
    key: { partition: 'id' },
    attributes: { id: integer({ name: 'Id' }), text: string({ name: 'Message' }) },
  });

  it('is read', () => {
    const { Records } = JSON.parse(readFileSync(captured, 'utf8')) as { Records: StreamRecord[] };
    const readFull = createStreamReader({ models: { messages: Message } });
    const readNew = createStreamReader({ models: { messages: Message }, view: 'NEW_IMAGE' });
    const changes = Records.map((record) =>
      (record.dynamodb as any).StreamViewType === 'NEW_IMAGE' ? readNew(record) : readFull(record),
    );
    expect(changes).toMatchObject([
      {
        eventName: 'INSERT',
        model: 'messages',
        keys: { id: 101 },
        oldItem: undefined,
        newItem: { id: 101, text: 'New item!' },
        sequenceNumber: '111',
        changedAt: new Date(1_693_997_155_000),
      },
      {
        eventName: 'MODIFY',
        model: 'messages',
        oldItem: { id: 101, text: 'New item!' },
        newItem: { id: 101, text: 'This item has changed' },
        sequenceNumber: '222',
        changedAt: undefined,
      },
    ]);
  });
});
