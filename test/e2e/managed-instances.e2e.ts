import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderOf } from './order.ts';
import { type Exchange, OrdersApi } from './orders-api.ts';
import { ownRecords } from './own-records.ts';
import { nodes } from './runtime.ts';

const AT_ONCE = 8;
const numbers = Array.from({ length: AT_ONCE }, (_, n) => n);

describe.each(nodes)('eight requests at once in one process, on Node $version', ({ nodePath }) => {
  let api: OrdersApi;

  beforeAll(async () => {
    api = await OrdersApi.start({ nodePath, concurrencyPerProcess: AT_ONCE });
    await Promise.all(
      numbers.map((n) => api.send('PUT', `/customers/c-${n}`, { name: `Customer ${n}`, email: 'ada@example.com' })),
    );
    expect(api.coldStarts).toBe(1);
  });

  afterAll(() => api?.stop());

  test('every response, log line and trace document belongs to its own request', async () => {
    const exchanges = await Promise.all(numbers.map((n) => api.send('POST', '/orders', orderOf(`c-${n}`, `o-${n}`))));
    for (const [n, exchange] of exchanges.entries()) {
      const order = { customerId: `c-${n}`, orderId: `o-${n}` };
      expect(exchange).toMatchObject({ status: 201, body: order });
      // Managed instances start ahead of the requests: none of these waited for a start.
      const segment = await ownRecords(api, exchange, {
        cold_start: false,
        table: expect.objectContaining({ operations: 1, errors: 0 }),
      });
      expect(segment.subsegments).toMatchObject([{ aws: { operation: 'TransactWriteItems' } }]);
      const created = api.lines(exchange).filter(({ message }) => message === 'order created');
      expect(created).toMatchObject([{ order }]);
    }
    expect(new Set(exchanges.map(({ requestId }) => requestId)).size).toBe(AT_ONCE);
  });

  test('so does every failure, beside requests that go well', async () => {
    const [missing, wrong, slow, taken, ...fine] = await Promise.all([
      api.send('GET', '/orders/c-0/none'),
      api.send('POST', '/orders', { ...orderOf('c-1', 'o-9'), lines: [] }),
      api.send('GET', '/slow'),
      api.send('POST', '/orders', orderOf('c-3', 'o-3')),
      ...numbers.slice(4).map((n) => api.send('GET', `/orders/c-${n}/o-${n}`)),
    ]);
    const expected: [Exchange, number, object][] = [
      [missing, 404, { error: true }],
      [wrong, 400, { error: true }],
      [slow, 504, { fault: true }],
      [taken, 409, { error: true }],
      ...fine.map((exchange): [Exchange, number, object] => [exchange, 200, {}]),
    ];
    for (const [exchange, status, flags] of expected) {
      expect(exchange.status).toBe(status);
      const { error, fault } = await ownRecords(api, exchange, { outcome: status < 400 ? 'success' : 'error' });
      expect({ ...(error && { error }), ...(fault && { fault }) }).toEqual(flags);
    }
    expect(fine.map(({ body }) => body.orderId)).toEqual(['o-4', 'o-5', 'o-6', 'o-7']);
  });

  test('they do run at once, and each meets its own deadline', async () => {
    const exchanges = await Promise.all(numbers.map(() => api.send('GET', '/slow')));
    const spans: { start: number; end: number }[] = [];
    for (const exchange of exchanges) {
      expect(exchange.status).toBe(504);
      const { start_time, end_time = 0 } = await ownRecords(api, exchange);
      spans.push({ start: start_time, end: end_time });
    }
    const lastStart = Math.max(...spans.map(({ start }) => start));
    const firstEnd = Math.min(...spans.map(({ end }) => end));
    expect(lastStart).toBeLessThan(firstEnd);
    expect(api.coldStarts).toBe(1);
  });
});
