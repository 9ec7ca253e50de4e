import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createTables, type Models, type Tables } from '@tabletheory/core';
import type { Engine } from '@tabletheory/local';
import { isLean, tablesClient } from '../support/client.ts';
import type { FaultSource } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** Tables whose requests go through a proxy of their own. */
export interface FaultyTables<M extends Models> extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly client: DynamoDBClient;
  readonly tables: Tables<M>;
  /** Gives the client back what failures have taken of its tokens: without any, it tries nothing again. */
  refill(): Promise<void>;
}

/** Options of {@link startFaultyTables}. */
export interface FaultyOptions {
  readonly faults?: FaultSource;
  readonly config?: DynamoDBClientConfig;
  /** Waits of a few milliseconds between tries, instead of the SDK's of up to seconds. */
  readonly quick?: boolean;
}

/** Starts a proxy in front of an engine, and opens tables on it. */
export async function startFaultyTables<const M extends Models>(
  engine: Engine,
  models: M,
  { faults, config = {}, quick = true }: FaultyOptions = {},
): Promise<FaultyTables<M>> {
  const proxy = await startFaultProxy(engine.endpoint, faults);
  let sessions = 0;
  const client = tablesClient({
    ...engine.clientConfig,
    // Those of one session, until they are asked for again.
    credentials: async () => ({ ...engine.clientConfig.credentials, sessionToken: `session-${++sessions}` }),
    endpoint: proxy.endpoint,
    ...config,
    ...{ allowPlainHttp: true }, // the proxy has a name, which the lean client does not know to be this machine's
  });
  if (quick) await shortenWaits(client);
  return {
    proxy,
    client,
    tables: createTables({ client, models }),
    refill: async () => {
      const strategy = await client.config.retryStrategy();
      (strategy as any).recordSuccess(ALL_TOKENS);
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await proxy.stop();
    },
  };
}

/** What a request has taken that gives back all there can be; each client reads the half it knows. */
const ALL_TOKENS = { cost: 500, getRetryCost: () => 500 };

/** Does to the client's strategy what the SDK's `ConfiguredRetryStrategy` does: attempts and tokens stay as they are. */
async function shortenWaits({ config }: DynamoDBClient): Promise<void> {
  const strategy = (await config.retryStrategy()) as any;
  const wait = (): number => 1 + Math.floor(Math.random() * 4);
  if (strategy.retryBackoffStrategy !== undefined) {
    strategy.retryBackoffStrategy.computeNextBackoffDelay = wait;
  } else if (isLean) {
    const refresh = strategy.refreshRetryTokenForRetry;
    strategy.refreshRetryTokenForRetry = async (...args: unknown[]) => ({
      ...(await refresh(...args)),
      getRetryDelay: wait,
    });
  } else {
    throw new Error('The SDK computes its waits elsewhere now');
  }
}
