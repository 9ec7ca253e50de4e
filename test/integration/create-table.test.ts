import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  AccessDeniedError,
  createTable,
  createTables,
  DeadlineExceededError,
  defineModel,
  deleteTable,
  RequestRefusedError,
  string,
  ttl,
} from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { tablesClient } from '../support/client.ts';
import { dynamodbError, type FakeAnswer, startFakeDynamodb } from '../support/fake-dynamodb.ts';
import { Article, Customer, Order, Reading } from '../support/models.ts';
import { thrownBy } from '../support/thrown.ts';

const Session = defineModel({
  name: 'Session',
  table: 'sessions',
  key: { partition: 'id' },
  attributes: { id: string(), expiresAt: ttl({ name: 'exp' }) },
});

describe('on an engine', async () => {
  const engine = await startEngine();
  const client = new DynamoDBClient(engine.clientConfig);
  const under = tablesClient(engine.clientConfig);
  const all = { articles: Article, customers: Customer, orders: Order, readings: Reading, sessions: Session };
  afterEach(() => deleteTable(under, all));
  afterAll(async () => {
    client.destroy();
    under.destroy();
    await engine.stop();
  });
  const tableNames = async () => (await client.send(new ListTablesCommand({}))).TableNames;
  const describeTable = async (TableName: string) => (await client.send(new DescribeTableCommand({ TableName }))).Table;
  const timeToLive = async (TableName: string) =>
    (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;

  test('a model gets its table, to be used at once', async () => {
    await createTable(under, Reading);
    expect(await describeTable('readings')).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'sensorId', KeyType: 'HASH' },
        { AttributeName: 'takenAt', KeyType: 'RANGE' },
      ],
      LocalSecondaryIndexes: [{ IndexName: 'byValue', Projection: { ProjectionType: 'ALL' } }],
      GlobalSecondaryIndexes: expect.arrayContaining([
        expect.objectContaining({
          IndexName: 'byUnit',
          KeySchema: [
            { AttributeName: 'unit', KeyType: 'HASH' },
            { AttributeName: 'value', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['quality'] },
        }),
        expect.objectContaining({ IndexName: 'byQuality' }),
      ]),
    });
    expect((await describeTable('readings'))?.StreamSpecification?.StreamEnabled ?? false).toBe(false);
    expect((await timeToLive('readings'))?.TimeToLiveStatus).toBe('DISABLED');
    const { readings } = createTables({ client: under, models: { readings: Reading } });
    await readings.create({ sensorId: 's', takenAt: new Date(0), value: 1, unit: 'm' });
    expect(await readings.where('unit', '=', 'm').index('byUnit').all()).toHaveLength(1);
  });

  test('models that share a table get one with the indexes of all', async () => {
    await createTable(under, { orders: Order, customers: Customer, sessions: Session });
    expect(await tableNames()).toEqual(['sessions', 'shop']);
    const { GlobalSecondaryIndexes = [] } = (await describeTable('shop')) ?? {};
    expect(GlobalSecondaryIndexes.map(({ IndexName }) => IndexName).sort()).toEqual(['byPlace', 'byStatus']);
  });

  test('the time to live is on, also of a table that was there, and stays on', async () => {
    await createTable(under, Session);
    const on = { TimeToLiveStatus: 'ENABLED', AttributeName: 'exp' };
    expect(await timeToLive('sessions')).toMatchObject(on);
    await createTable(under, Session);
    expect(await timeToLive('sessions')).toMatchObject(on);
    const off = { AttributeName: 'exp', Enabled: false };
    await client.send(new UpdateTimeToLiveCommand({ TableName: 'sessions', TimeToLiveSpecification: off }));
    expect((await timeToLive('sessions'))?.TimeToLiveStatus).toBe('DISABLED');
    await createTable(under, Session);
    expect(await timeToLive('sessions')).toMatchObject(on);
  });

  test('a table is created once, however often and from wherever', async () => {
    await Promise.all([createTable(under, Session), createTable(under, Session), createTable(under, all)]);
    const { sessions } = createTables({ client: under, models: { sessions: Session } });
    const session = await sessions.create({ id: 's1', expiresAt: new Date(0) });
    await createTable(under, { sessions: Session });
    expect(await sessions.get({ id: 's1' })).toEqual(session);
  });

  test('a new table gets a stream where one is asked for', async () => {
    await createTable(under, Session, { stream: 'NEW_AND_OLD_IMAGES' });
    expect(await describeTable('sessions')).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      LatestStreamArn: expect.stringContaining('table/sessions/stream/'),
    });
  });

  test('a table is deleted with its items; one that is not there is fine', async () => {
    await createTable(under, { sessions: Session, articles: Article });
    await createTables({ client: under, models: { sessions: Session } }).sessions.create({
      id: 's',
      expiresAt: new Date(),
    });
    await deleteTable(under, Session);
    expect(await tableNames()).toEqual(['articles']);
    await deleteTable(under, Session);
    await deleteTable(under, all);
    expect(await tableNames()).toEqual([]);
  });

  test('models that disagree are refused before anything is sent', async () => {
    const Other = defineModel({
      name: 'Other',
      table: 'sessions',
      key: { partition: 'otherId' },
      attributes: { otherId: string() },
    });
    const error = await thrownBy(createTable(under, { sessions: Session, others: Other }), TypeError);
    expect(error.message).toContain('disagree on its key');
    expect(await tableNames()).toEqual([]);
  });

  test('nothing is sent under a signal that has aborted', async () => {
    const reason = new Error('stop');
    const signal = AbortSignal.abort(reason);
    for (const change of [createTable, deleteTable]) {
      const error = await thrownBy(change(client, Session, { signal }), DeadlineExceededError);
      expect(error).toMatchObject({ sent: false, model: 'Session', cause: reason });
    }
    expect(await tableNames()).toEqual([]);
  });

  test('the engine creates tables of models with their time to live', async () => {
    await engine.createTables({ sessions: Session });
    expect(await timeToLive('sessions')).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'exp' });
  });
});

describe('where tables take their time', () => {
  const ok = (body: object): FakeAnswer => ({ status: 200, body });
  const missing = dynamodbError('ResourceNotFoundException', 'not found');
  const inUse = dynamodbError('ResourceInUseException', 'in use');
  const isThere = (TableStatus: string): FakeAnswer => ok({ Table: { TableStatus } });

  /** A fake that tells one status after the other, and the last for ever. */
  async function start(statuses: readonly FakeAnswer[], others: Readonly<Record<string, FakeAnswer>> = {}) {
    let described = 0;
    const fake = await startFakeDynamodb(({ operation }) =>
      operation === 'DescribeTable'
        ? (statuses[Math.min(described++, statuses.length - 1)] as FakeAnswer)
        : (others[operation] ?? ok({})),
    );
    const client = tablesClient({ ...fake.clientConfig, maxAttempts: 1 });
    const sent = (): string[] =>
      fake.requests.map(({ operation }) => operation).filter((operation) => operation !== 'DescribeTable');
    return { fake, client, sent };
  }

  test('a new table is waited for, also while it cannot be seen yet', async () => {
    const { fake, client, sent } = await start([missing, missing, isThere('CREATING'), isThere('ACTIVE')], {
      CreateTable: inUse,
    });
    await createTable(client, Session);
    expect(sent()).toEqual(['CreateTable', 'CreateTable', 'UpdateTimeToLive']);
    await fake.stop();
  });

  test('a table that is being deleted is created anew', async () => {
    const { fake, client, sent } = await start([isThere('DELETING'), missing, isThere('ACTIVE')]);
    await createTable(client, Article);
    expect(sent()).toEqual(['CreateTable', 'UpdateTimeToLive']);
    await fake.stop();
  });

  test('a table in change is deleted when it can be', async () => {
    const { fake, client, sent } = await start([isThere('CREATING'), isThere('ACTIVE'), isThere('DELETING'), missing], {
      DeleteTable: inUse,
    });
    await deleteTable(client, Session);
    expect(sent()).toEqual(['DeleteTable', 'DeleteTable']);
    await fake.stop();
  });

  test.each([createTable, deleteTable])('%o ends with the signal or after the longest wait', async (change) => {
    const { fake, client } = await start([isThere('UPDATING')]);
    const controller = new AbortController();
    const waiting = thrownBy(change(client, Session, { signal: controller.signal }), DeadlineExceededError);
    await expect.poll(() => fake.requests.length).toBeGreaterThan(2);
    const reason = new Error('stop');
    controller.abort(reason);
    expect(await waiting).toMatchObject({ model: 'Session', cause: reason });
    const late = await thrownBy(change(client, Session, { maxWait: 50 }), DeadlineExceededError);
    expect(late.cause).toMatchObject({ name: 'TimeoutError' });
    await fake.stop();
  });

  test('one table that fails ends the wait for the others', async () => {
    const denied = dynamodbError('AccessDeniedException', 'no');
    const fake = await startFakeDynamodb(({ input }) =>
      input.TableName === 'sessions' ? denied : isThere('CREATING'),
    );
    const client = tablesClient({ ...fake.clientConfig, maxAttempts: 1 });
    const error = await thrownBy(createTable(client, { articles: Article, sessions: Session }), AccessDeniedError);
    expect(error).toMatchObject({ operation: 'DescribeTable', model: 'Session' });
    const count = fake.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(fake.requests.length).toBeLessThanOrEqual(count + 1);
    await fake.stop();
  });

  test('a table whose items expire by another attribute is refused', async () => {
    const description = (TimeToLiveStatus: string, AttributeName: string): FakeAnswer =>
      ok({ TimeToLiveDescription: { TimeToLiveStatus, AttributeName } });
    const UpdateTimeToLive = dynamodbError('ValidationException', 'TimeToLive is active on a different AttributeName');
    for (const [status, attribute, fine] of [
      ['ENABLED', 'other', false],
      ['DISABLING', 'exp', false],
      ['ENABLING', 'exp', true],
      ['ENABLED', 'exp', true],
    ] as const) {
      const { fake, client } = await start([isThere('ACTIVE')], {
        UpdateTimeToLive,
        DescribeTimeToLive: description(status, attribute),
      });
      const created = createTable(client, Session);
      if (fine) await created;
      else expect(await thrownBy(created, RequestRefusedError)).toMatchObject({ operation: 'UpdateTimeToLive' });
      await fake.stop();
    }
  });

  test('a definition or a deletion that is refused is told', async () => {
    const refused = dynamodbError('ValidationException', 'no');
    const { fake, client } = await start([missing], { CreateTable: refused });
    expect(await thrownBy(createTable(client, Session), RequestRefusedError)).toMatchObject({
      operation: 'CreateTable',
      model: 'Session',
    });
    const other = await start([isThere('ACTIVE')], { DeleteTable: refused });
    expect(await thrownBy(deleteTable(other.client, Session), RequestRefusedError)).toMatchObject({
      operation: 'DeleteTable',
    });
    await Promise.all([fake.stop(), other.fake.stop()]);
  });
});
