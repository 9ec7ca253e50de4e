import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BatchGetResult, BatchReadLeft, BatchWriteResult, Item, Key, NewItem } from './index.ts';
import { createdAt, createTables, defineModel, number, string } from './index.ts';

const Reading = defineModel({
  name: 'Reading',
  table: 'readings',
  key: { partition: 'sensorId', sort: 'hour' },
  attributes: { sensorId: string(), hour: number(), value: number(), unit: string({ optional: true }) },
});
const Sensor = defineModel({
  name: 'Sensor',
  table: 'sensors',
  key: { partition: 'sensorId' },
  attributes: { sensorId: string(), place: string(), createdAt: createdAt() },
});
type Reading = Item<typeof Reading>;
type ReadingKey = Key<typeof Reading>;
type Sensor = Item<typeof Sensor>;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

const tables = createTables({ client: new DynamoDBClient(), models: { readings: Reading, sensors: Sensor } });
const key = { sensorId: 's', hour: 1 };
const reading = { ...key, value: 2 };

const read = await tables.readings.batchGet([key], { consistent: true, concurrency: 2, maxAttempts: 3 });
same<typeof read, BatchGetResult<Reading, ReadingKey>>(true);

const selected = await tables.readings.batchGet([key], { select: ['value', 'unit'] });
same<(typeof selected.items)[number], { value: number; unit?: string }>(true);

const written = await tables.sensors.batchWrite({
  put: [{ sensorId: 's', place: 'roof' }],
  delete: [{ sensorId: 't' }],
});
same<typeof written, BatchWriteResult<NewItem<typeof Sensor>, Key<typeof Sensor>>>(true);
await tables.sensors.batchWrite(written.unprocessed); // what was not done can be given again as it is

const across = await tables.$batchGet((b) => [b.readings.get(key), b.sensors.get({ sensorId: 's' })]);
same<typeof across.results, [Reading | undefined, Sensor | undefined]>(true);
same<typeof across.missing, BatchReadLeft[]>(true);

const many = await tables.$batchGet((b) => [1, 2].map((hour) => b.readings.get({ sensorId: 's', hour })));
same<typeof many.results, (Reading | undefined)[]>(true);

await tables.$batchWrite((b) => [b.readings.put(reading), b.sensors.delete({ sensorId: 's' })], { unguarded: true });

// Batches that are wrong do not compile. One line each.
// @ts-expect-error: the key lacks its sort key
tables.readings.batchGet([{ sensorId: 's' }]);
// @ts-expect-error: no such attribute
tables.readings.batchGet([key], { select: ['nothing'] });
// @ts-expect-error: an attribute that was not selected
selected.items[0]?.hour;
// @ts-expect-error: the item lacks a value
tables.readings.batchWrite({ put: [key] });
// @ts-expect-error: no such kind of write
tables.readings.batchWrite({ update: [key] });
// @ts-expect-error: a key of another model
tables.$batchGet((b) => [b.readings.get({ sensorId: 's' })]);
// @ts-expect-error: across models attributes cannot be selected
tables.$batchGet((b) => [b.readings.get(key)], { select: ['value'] });
// @ts-expect-error: no such model
tables.$batchWrite((b) => [b.nothing.put(reading)]);
// @ts-expect-error: the item lacks a place
tables.$batchWrite((b) => [b.sensors.put({ sensorId: 's' })]);
