import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, type Models, type Tables } from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { emptyTables } from './empty-tables.ts';
import { setEnvironment } from './environment.ts';

const HOOK_TIMEOUT_MS = 60_000;

/** Options of {@link useEngine}. */
export interface UseEngineOptions<M extends Models> {
  /** The models, by the names their tables get: `{ orders: Order }` makes `tables().orders`. */
  readonly models: M;
  /** Deletes all items before each test. Default `false`. */
  readonly emptyBeforeEach?: boolean | undefined;
}

/** The engine of a test file. It can be used in hooks and tests. */
export interface EngineInUse<M extends Models> {
  /** The models' tables, on the engine. */
  tables(): Tables<M>;
  /** A client of the engine. */
  client(): DynamoDBClient;
  /** The engine itself, for its `endpoint`. */
  engine(): Engine;
  /** Deletes all items of the models' tables. */
  empty(): Promise<void>;
}

interface Running<M extends Models> {
  readonly engine: Engine;
  readonly client: DynamoDBClient;
  readonly tables: Tables<M>;
  readonly restoreEnvironment: () => void;
}

/**
 * Starts a local DynamoDB engine before the tests of the file, or of the `describe` it is called in, creates the tables
 * of the models, and stops it after them. The tests share it; each file has its own.
 *
 * Meanwhile the environment variables of the process lead to the engine, so that clients of the tested code go there
 * and none reaches AWS.
 *
 * Its hook fails with what `startEngine` of `@tabletheory/local` throws, for example when there is no engine on this machine.
 *
 * @example
 * import { defineModel, string } from '@tabletheory/core';
 * import { useEngine } from '@tabletheory/testkit';
 * import { expect, test } from 'vitest';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string(), status: string({ default: 'open' }) },
 * });
 * const { tables } = useEngine({ models: { orders: Order }, emptyBeforeEach: true });
 *
 * test('an order is open', async () => {
 *   await tables().orders.create({ orderId: 'o-1' });
 *   expect(await tables().orders.get({ orderId: 'o-1' })).toEqual({ orderId: 'o-1', status: 'open' });
 * });
 */
export function useEngine<const M extends Models>(options: UseEngineOptions<M>): EngineInUse<M> {
  const { models, emptyBeforeEach = false } = options;
  let started: Running<M> | undefined;
  const running = (): Running<M> => {
    if (started !== undefined) return started;
    throw new Error('useEngine: the engine runs only while tests do. Call its functions in a test or a hook.');
  };
  const empty = (): Promise<void> => emptyTables(running().client, models);

  beforeAll(async () => {
    started = await start(models);
  }, HOOK_TIMEOUT_MS);
  if (emptyBeforeEach) beforeEach(empty, HOOK_TIMEOUT_MS);
  afterAll(async () => {
    // There is none when it did not start.
    const stopping = started;
    started = undefined;
    stopping?.restoreEnvironment();
    stopping?.client.destroy();
    await stopping?.engine.stop();
  }, HOOK_TIMEOUT_MS);

  return {
    tables: () => running().tables,
    client: () => running().client,
    engine: () => running().engine,
    empty,
  };
}

async function start<M extends Models>(models: M): Promise<Running<M>> {
  const engine = await startEngine({ models });
  const client = new DynamoDBClient(engine.clientConfig);
  const tables = createTables({ client, models });
  return { engine, client, tables, restoreEnvironment: setEnvironment(engineEnvironment(engine)) };
}

function engineEnvironment({ endpoint, clientConfig }: Engine): Record<string, string | undefined> {
  const { region, credentials } = clientConfig;
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    // With a profile, the SDK would not look at the keys.
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
  };
}
