import middy from '@middy/core';
import { DataKeyUnavailableError, defineModel, string } from '@tabletheory/core';
import { dynamodb } from '@tabletheory/dynamodb';
import { streams } from '@tabletheory/streams';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { type Row, startEncryptedTables } from '../support/encrypted-tables.ts';
import { thrownBy } from '../support/thrown.ts';

const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: { customerId: string(), card: string({ encrypted: true }) },
});
const models = { customers: Customer };
const shop = await startEncryptedTables(models);
const encryption = { keyId: shop.keyId };
vi.stubEnv('AWS_REGION', 'us-east-1');
vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
afterEach(() => {
  shop.kms.refuse();
  vi.restoreAllMocks();
});
afterAll(() => shop[Symbol.asyncDispose]());

const call = (handler: unknown, event: unknown): Promise<any> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, {});

test('the tables of a request encrypt, and share their data keys with those of the next', async () => {
  const handler = middy<string>()
    .use(dynamodb({ models, config: shop.engine.clientConfig, encryption }))
    .handler(async (customerId, { tables }) => tables.customers.create({ customerId, card: 'canary' }));
  const from = shop.kms.requests.length;
  const made = await Promise.all(['a', 'b'].map((id) => call(handler, id)));
  expect([...made, await call(handler, 'c')].map(({ card }) => card)).toEqual(['canary', 'canary', 'canary']);
  expect(shop.kms.requests.slice(from).map(({ operation }) => operation)).toEqual(['GenerateDataKey']);
  expect(Object.keys((await shop.row('customers', { customerId: { S: 'c' } })).card?.M ?? {})).toContain('edk');
});

test('the changes of a stream are decrypted, or the event fails and is sent again', async () => {
  await shop.tables().customers.create({ customerId: 's', card: 'canary' });
  const record = (row: Row) => ({
    eventName: 'INSERT',
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/customers/stream/1',
    dynamodb: { SequenceNumber: '1', Keys: { customerId: { S: 's' } }, NewImage: row },
  });
  const handler = () =>
    middy()
      .use(streams({ models, encryption }))
      .handler((_event, { changes }) => changes.records.map(({ newItem }) => newItem?.card));
  const event = { Records: [record(inBase64(await shop.row('customers', { customerId: { S: 's' } })))] };
  expect(await call(handler(), event)).toEqual(['canary']);
  shop.kms.refuse('AccessDeniedException');
  await thrownBy(call(handler(), event), DataKeyUnavailableError);
  shop.kms.refuse();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const plain = { Records: [record({ customerId: { S: 's' }, card: { S: 'plain' } })] };
  expect(await call(handler(), plain)).toMatchObject({ batchItemFailures: [{ itemIdentifier: '1' }] });
});

test('wrong options are refused when the middleware is made', () => {
  const config = shop.engine.clientConfig;
  for (const make of [
    (options: any) => dynamodb({ models, config, ...options }),
    (options: any) => streams({ models, ...options }),
  ]) {
    expect(() => make({})).toThrow('model Customer has encrypted attributes (card): give the option encryption');
    expect(() => make({ encryption: 'key' })).toThrow('option encryption must be an object');
    expect(() => make({ encryption: {} })).toThrow('encryption: keyId must name a KMS key');
    expect(() => make({ encryption: { ...encryption, readVersion: [2], cache: { size: 1 } } })).toThrow(
      'encryption: readVersion, cache.size is unknown',
    );
  }
});

/** A row as Lambda passes it on. */
function inBase64(row: Row): any {
  const toBase64 = (_name: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  return JSON.parse(JSON.stringify(row, toBase64));
}
