import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './api-client.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('apigw-requestid', 'id-1');
    response.end(JSON.stringify({ method: request.method, contentType: request.headers['content-type'] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('keeps what came of a request', async () => {
  const api = new ApiClient(url);
  const exchange = await api.send(
    'a request',
    { method: 'POST', path: '/a', body: { a: 1 } },
    { status: 200, body: { 'the method arrives': (body) => body.method === 'POST' } },
  );
  expect(exchange).toMatchObject({
    status: 200,
    gatewayRequestId: 'id-1',
    body: { contentType: 'application/json' },
    failures: [],
  });
  expect(api.exchanges).toEqual([exchange]);
});

test('names every expectation that is not met', async () => {
  const { failures } = await new ApiClient(url).send(
    'a request',
    { method: 'GET', path: '/a' },
    {
      status: 404,
      body: {
        'the method is PUT': (body) => body.method === 'PUT',
        'there is a list': (body) => body.list[0].name === 'x',
      },
    },
  );
  expect(failures).toEqual([
    'a request: expected status 404, got 200',
    'a request: expected that the method is PUT',
    'a request: expected that there is a list',
  ]);
});
