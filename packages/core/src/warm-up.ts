import { getItem } from './actions/get.ts';
import { createParams, putItem } from './actions/put.ts';
import { string } from './attribute-builders.ts';
import { bodyText } from './command/answer.ts';
import type { Client } from './command/client.ts';
import { destinationOf } from './command/endpoint.ts';
import { compileModel } from './compiled-model.ts';
import { defineModel } from './model.ts';

/** Options of {@link warmUp}. */
export interface WarmUpOptions {
  /** Sends a read and a write through the client's whole middleware, answered without a network. Default `true`. */
  readonly dryRun?: boolean | undefined;
  /** Opens a connection to the endpoint, for the first request to use. Default `true`. */
  readonly connect?: boolean | undefined;
  /** The most milliseconds the connection may take. Default 1,000. */
  readonly timeout?: number | undefined;
}

/**
 * Does what would otherwise slow the first request down, while a function starts and has a full CPU: code runs for the
 * first time, credentials and endpoint are found, a connection is opened. Nothing is read or written. Middleware of
 * the client sees the two requests of the dry run.
 *
 * @throws what a request would throw; what is left undone is done by the first request.
 *
 * @example
 * const client = new DynamoDBClient();
 * await warmUp(client).catch(() => {});
 */
export async function warmUp(
  client: Client,
  { dryRun = true, connect = true, timeout = 1_000 }: WarmUpOptions = {},
): Promise<void> {
  // At once: the connection is made while the dry run computes.
  const connecting = connect ? openConnection(client, timeout) : undefined;
  connecting?.catch(() => {}); // thrown below, unless the dry run throws first
  if (dryRun) await runDry(client);
  await connecting;
}

async function runDry(client: Client): Promise<void> {
  const model = compileModel(
    defineModel({ name: 'WarmUp', table: 'warm-up', key: { partition: 'id' }, attributes: { id: string() } }),
  );
  const item = { id: 'warm-up' };
  const body = Buffer.from('{"Item":{"id":{"S":"warm-up"}}}');
  const handle = async (): Promise<object> => ({ response: { statusCode: 200, headers: {}, body } });
  const connection = { client, binding: {}, handle };
  await getItem(connection, model, item);
  await putItem(connection, model, createParams(model, item, new Date()));
}

/** DynamoDB answers a GET to anyone, and keeps the connection. */
async function openConnection({ config }: Client, timeout: number): Promise<void> {
  const { protocol, hostname, port, path, host } = await destinationOf(config).endpointOf([]);
  const request = { protocol, hostname, port, path, method: 'GET', query: {}, headers: { host }, body: undefined };
  const { response } = await config.requestHandler.handle(request, { abortSignal: AbortSignal.timeout(timeout) });
  await bodyText(response); // a connection is free once its answer was read
}
