import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** What the fake answers. */
export interface FakeAnswer {
  readonly status: number;
  readonly body: object;
}

/** A request the fake received. */
export interface FakeRequest {
  /** DynamoDB's name of the operation. */
  readonly operation: string;
  readonly input: any;
}

/** An HTTP server in DynamoDB's place, for what a working engine never does. */
export interface FakeDynamodb extends AsyncDisposable {
  readonly endpoint: string;
  readonly clientConfig: DynamoDBClientConfig;
  /** Every request so far. */
  readonly requests: readonly FakeRequest[];
  stop(): Promise<void>;
}

/**
 * @param answer called for every request with its number, from 0; without an answer the request hangs.
 */
export async function startFakeDynamodb(
  answer: (request: FakeRequest, number: number) => FakeAnswer | undefined,
): Promise<FakeDynamodb> {
  const requests: FakeRequest[] = [];
  const server = createServer(async (incoming: IncomingMessage, outgoing) => {
    const target = String(incoming.headers['x-amz-target']);
    const request = { operation: target.slice(target.indexOf('.') + 1), input: await json(incoming) };
    const answered = answer(request, requests.push(request) - 1);
    if (answered === undefined) return;
    outgoing.writeHead(answered.status, {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': `request-${requests.length}`,
    });
    outgoing.end(JSON.stringify(answered.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    endpoint,
    clientConfig: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'fake', secretAccessKey: 'fake' } },
    requests,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** An error of DynamoDB's, in its wire format. */
export function dynamodbError(name: string, message: string, status = 400, more: object = {}): FakeAnswer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more } };
}
