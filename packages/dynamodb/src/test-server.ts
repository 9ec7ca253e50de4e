import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { defineModel, string } from '@tabletheory/core';

export const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string(), email: string({ optional: true, sensitive: true, name: 'mail' }) },
});

/** A server in DynamoDB's place. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly config: DynamoDBClientConfig;
  /** The bodies of the requests so far. */
  readonly requests: readonly any[];
  connections(): number;
}

/** @param answer the body for a request; without one the request hangs. */
export async function startServer(answer: (request: any) => object | undefined): Promise<TestServer> {
  const requests: any[] = [];
  let connections = 0;
  const server = createServer(async (incoming, outgoing) => {
    const request = await json(incoming).catch(() => ({}));
    requests.push(request);
    const body = answer(request);
    if (body === undefined) return;
    outgoing.setHeader('content-type', 'application/x-amz-json-1.0');
    outgoing.end(JSON.stringify(body));
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: { endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    requests,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
