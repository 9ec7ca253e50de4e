import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderOf } from './order.ts';
import { type Exchange, OrdersApi } from './orders-api.ts';
import { ownRecords } from './own-records.ts';
import { nodes } from './runtime.ts';

describe.each(nodes)('the orders API on Node $version', ({ nodePath }) => {
  let api: OrdersApi;
  let first: Exchange;

  beforeAll(async () => {
    api = await OrdersApi.start({ nodePath });
    first = await api.send('PUT', '/customers/c-1', { name: 'Ada', email: 'ada@example.com' });
    expect(first.status).toBe(201);
  });

  afterAll(() => api?.stop());

  test('a request is answered, logged and traced', async () => {
    const created = await api.send('POST', '/orders', orderOf('c-1', 'o-1'));
    expect(created).toMatchObject({ status: 201, body: { orderId: 'o-1', total: 900, version: 1 } });
    const segment = await ownRecords(api, created, { outcome: 'success' });
    expect(segment.subsegments).toEqual([
      expect.objectContaining({ name: 'DynamoDB', aws: expect.objectContaining({ operation: 'TransactWriteItems' }) }),
    ]);
    const read = await api.send('GET', '/orders/c-1/o-1');
    expect(read).toMatchObject({ status: 200, body: created.body });
    await ownRecords(api, read, { outcome: 'success' });
  });

  test('the first request of a process is its cold start', async () => {
    await ownRecords(api, first, { cold_start: true });
    await ownRecords(api, await api.send('GET', '/orders?status=open'), { cold_start: false });
    expect(api.coldStarts).toBe(1);
  });

  test.each([
    ['POST', '/orders', { ...orderOf('c-1', 'o-2'), lines: [] }, 400],
    ['POST', '/orders', orderOf('c-2', 'o-2'), 404],
    ['GET', '/orders/c-1/none', undefined, 404],
    ['GET', '/no/such/route', undefined, 404],
  ])('%s %s, wrong: %j', async (method, path, content, status) => {
    const exchange = await api.send(method, path, content);
    expect(exchange).toMatchObject({ status, body: { type: 'about:blank', status } });
    await ownRecords(api, exchange, { outcome: 'error' });
  });

  test('the deadline answers before Lambda kills the process, which goes on', async () => {
    const slow = await api.send('GET', '/slow');
    expect(slow).toMatchObject({ status: 504, body: { status: 504 } });
    await ownRecords(api, slow, { outcome: 'error' });
    expect(await api.send('GET', '/orders/c-1/none')).toMatchObject({ status: 404 });
    expect(api.coldStarts).toBe(1);
  });

  test('a request that is not sampled is logged and not traced', async () => {
    const unsampled = await api.send('GET', '/orders/c-1/none', undefined, false);
    const sampled = await api.send('GET', '/orders/c-1/none');
    await ownRecords(api, sampled);
    const lines = api.lines(unsampled).filter(({ message }) => message === 'request');
    expect(lines).toMatchObject([{ xray_trace_id: unsampled.trace.root }]);
    expect(api.traces).not.toContain(unsampled.trace.root);
  });
});
