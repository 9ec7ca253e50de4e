import { describe, expect, it } from 'vitest';
import { captureLines } from '../capture-lines.ts';
import type { RecordedOperation } from '../record-operations.ts';
import { matchers } from './matchers.ts';

expect.extend(matchers);

/** What a failed expectation says. */
function messageOf(expectation: () => unknown): string {
  try {
    expectation();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The expectation holds');
}

describe('toHaveLogged', () => {
  const lines = captureLines();
  const error = { name: 'Error', message: 'failed' };
  lines.write('{"level":"INFO","message":"order created","orderId":"o-1","order":{"lines":[1,2],"total":3}}\n');
  lines.write(`${JSON.stringify({ level: 'ERROR', message: 'request', email: 'ada@example.com', error })}\n`);

  it('passes for a line with these members among others, at any depth', () => {
    expect(lines).toHaveLogged({ message: 'order created' });
    expect(lines).toHaveLogged({ level: 'INFO', order: { total: 3 } });
    expect(lines).toHaveLogged({ order: { lines: [1, 2] }, orderId: expect.stringMatching(/^o-/) });
    expect(lines).toHaveLogged({ error: { message: expect.any(String) } });
    expect(lines).toHaveLogged({ absent: undefined });
  });

  it('fails for a member that differs, is missing, or is in another line', () => {
    expect(lines).not.toHaveLogged({ message: 'order' });
    expect(lines).not.toHaveLogged({ absent: 1 });
    expect(lines).not.toHaveLogged({ level: 'ERROR', message: 'order created' });
    expect(lines).not.toHaveLogged({ order: { lines: [1] } });
    expect(captureLines()).not.toHaveLogged({});
  });

  it('says what was logged and where it differs, and no other value', () => {
    const message = messageOf(() => expect(lines).toHaveLogged({ level: 'ERROR', email: 'bob@example.com' }));
    expect(message).toBe(
      [
        'expected a log line with {"email": "bob@example.com", "level": "ERROR"}, but none of 2 matches:',
        '  INFO "order created" differs in level, email',
        '  ERROR "request" differs in email',
      ].join('\n'),
    );
  });

  it('says that nothing was logged', () => {
    expect(messageOf(() => expect(captureLines()).toHaveLogged({ level: 'INFO' }))).toBe(
      'expected a log line with {"level": "INFO"}, but nothing was logged',
    );
  });

  it('says what must not have been logged', () => {
    expect(messageOf(() => expect(lines).not.toHaveLogged({ level: 'INFO' }))).toBe(
      'expected no such line, but there is a log line with {"level": "INFO"}',
    );
  });

  it('lists the last 20 lines', () => {
    const many = captureLines();
    for (let i = 0; i < 23; i++) many.write(`{"level":"INFO","message":"line ${i}"}`);
    const [, left, first, ...others] = messageOf(() => expect(many).toHaveLogged({ level: 'WARN' })).split('\n');
    expect(left).toBe('  … 3 more');
    expect(first).toBe('  INFO "line 3" differs in level');
    expect(others).toHaveLength(19);
  });

  it('waits with expect.poll', async () => {
    const later = captureLines();
    setTimeout(() => later.write('{"level":"INFO","message":"late"}'), 20);
    await expect.poll(() => later).toHaveLogged({ message: 'late' });
  });
});

describe('toHaveEmittedMetric', () => {
  const lines = captureLines();
  const definitions = [
    { Name: 'Latency', Unit: 'Milliseconds' },
    { Name: 'Orders', Unit: 'Count' },
  ];
  const directive = { Namespace: 'Shop', Dimensions: [['service', 'table']], Metrics: definitions };
  lines.write(
    JSON.stringify({
      _aws: { Timestamp: 1, CloudWatchMetrics: [directive] },
      service: 'orders',
      table: 'orders-table',
      Latency: [3, 4.5],
      Orders: 2,
    }),
  );

  it('passes by name, value, unit and dimensions', () => {
    expect(lines).toHaveEmittedMetric('Orders');
    expect(lines).toHaveEmittedMetric('Orders', { value: 2, unit: 'Count' });
    expect(lines).toHaveEmittedMetric('Latency', { value: 4.5, dimensions: { service: 'orders' } });
    expect(lines).toHaveEmittedMetric('Latency', { value: expect.closeTo(3.001, 1), unit: expect.any(String) });
    expect(lines).toHaveEmittedMetric('Orders', { value: undefined, unit: undefined, dimensions: undefined });
  });

  it('fails for another name, value, unit or dimension', () => {
    expect(lines).not.toHaveEmittedMetric('Order');
    expect(lines).not.toHaveEmittedMetric('Orders', { value: 3 });
    expect(lines).not.toHaveEmittedMetric('Orders', { unit: 'None' });
    expect(lines).not.toHaveEmittedMetric('Orders', { dimensions: { service: 'orders', stage: 'test' } });
    expect(captureLines()).not.toHaveEmittedMetric('Orders');
  });

  it('says what was emitted under the name', () => {
    expect(messageOf(() => expect(lines).toHaveEmittedMetric('Latency', { value: 5 }))).toBe(
      [
        'expected metric Latency with {"value": 5}, but emitted was only:',
        '  Latency 3, 4.5 Milliseconds (service=orders, table=orders-table)',
      ].join('\n'),
    );
  });

  it('says which names were emitted', () => {
    expect(messageOf(() => expect(lines).toHaveEmittedMetric('Late'))).toBe(
      'expected metric Late with {}, but emitted were only: Latency, Orders',
    );
    expect(messageOf(() => expect(captureLines()).toHaveEmittedMetric('Late'))).toMatch(/were only: none$/);
  });

  it('says what must not have been emitted', () => {
    expect(messageOf(() => expect(lines).not.toHaveEmittedMetric('Orders'))).toBe(
      'expected no metric Orders with {}, but it was emitted',
    );
  });
});

describe('toHaveTraced', () => {
  const put = { name: 'DynamoDB', aws: { operation: 'PutItem', table_name: 'orders' } };
  const transaction = {
    name: 'DynamoDB',
    aws: { operation: 'TransactWriteItems', table_names: ['orders', 'customers'] },
  };
  const segments = [{ name: '## orders', subsegments: [{ name: 'price', subsegments: [put] }] }, transaction];

  it('passes by name, operation and table, of inner segments too', () => {
    expect(segments).toHaveTraced({ name: '## orders' });
    expect(segments).toHaveTraced({ name: 'price' });
    expect(segments).toHaveTraced({ operation: 'PutItem', table: 'orders' });
    expect(segments).toHaveTraced({ name: 'DynamoDB', operation: 'TransactWriteItems', table: 'customers' });
    expect(segments).toHaveTraced({ operation: expect.stringContaining('Write') });
  });

  it('fails for another name, operation or table', () => {
    expect(segments).not.toHaveTraced({ name: 'orders' });
    expect(segments).not.toHaveTraced({ operation: 'GetItem' });
    expect(segments).not.toHaveTraced({ operation: 'PutItem', table: 'customers' });
    expect([]).not.toHaveTraced({});
  });

  it('says which segments there are', () => {
    expect(messageOf(() => expect(segments).toHaveTraced({ operation: 'GetItem' }))).toBe(
      [
        'expected a segment with {"operation": "GetItem"}, but there are only:',
        '  ## orders',
        '  price',
        '  DynamoDB PutItem on orders',
        '  DynamoDB TransactWriteItems on orders, customers',
      ].join('\n'),
    );
    expect(messageOf(() => expect([]).toHaveTraced({ name: 'price' }))).toBe(
      'expected a segment with {"name": "price"}, but there are no segments',
    );
    expect(messageOf(() => expect(segments).not.toHaveTraced({ name: 'price' }))).toBe(
      'expected no such segment, but there is a segment with {"name": "price"}',
    );
  });
});

describe('toHaveConsumed', () => {
  const operation = (name: string, ...consumed: RecordedOperation['outcome']['consumed']): RecordedOperation => ({
    name,
    tables: consumed.map(({ table }) => table),
    models: [],
    index: name === 'Query' ? 'byStatus' : undefined,
    outcome: { durationMs: 1, attempts: [], items: 1, consumed },
  });
  const operations = [
    operation('GetItem', { table: 'orders', read: 0.5, write: 0 }),
    operation('Query', { table: 'orders', read: 1.5, write: 0 }),
    operation('TransactWriteItems', { table: 'orders', read: 0, write: 2 }, { table: 'customers', read: 0, write: 4 }),
  ];

  it('passes for the units of all operations together, of one table too', () => {
    expect(operations).toHaveConsumed({ read: 2, write: 6 });
    expect(operations).toHaveConsumed({ read: 2 });
    expect(operations).toHaveConsumed({ write: 2, table: 'orders' });
    expect(operations).toHaveConsumed({ read: 0, write: 4, table: 'customers' });
    expect(operations).toHaveConsumed({ read: expect.toSatisfy((units: number) => units <= 2) });
    expect([]).toHaveConsumed({ read: 0, write: 0 });
  });

  it('passes without units where anything was consumed', () => {
    expect(operations).toHaveConsumed({ table: 'orders' });
    expect(operations).not.toHaveConsumed({ table: 'invoices' });
    expect([]).not.toHaveConsumed({});
  });

  it('fails for other units', () => {
    expect(operations).not.toHaveConsumed({ read: 2, write: 5 });
    expect(operations).not.toHaveConsumed({ read: 0, write: 6 });
    expect(operations).not.toHaveConsumed({ read: expect.toSatisfy((units: number) => units < 2) });
  });

  it('says what each operation consumed', () => {
    expect(messageOf(() => expect(operations).toHaveConsumed({ read: 1, table: 'orders' }))).toBe(
      [
        'expected a consumption of {"read": 1, "table": "orders"}, but it was 2 read, 2 write, in 3 operations:',
        '  GetItem on orders: 0.5 read, 0 write',
        '  Query on orders by byStatus: 1.5 read, 0 write',
        '  TransactWriteItems on orders, customers: 0 read, 2 write',
      ].join('\n'),
    );
    expect(messageOf(() => expect(operations).not.toHaveConsumed({ read: 2 }))).toMatch(
      /^expected another consumption than {"read": 2}, but it was 2 read, 6 write, in 3 operations:\n/,
    );
  });
});

describe('a matcher whose expect() was given something else', () => {
  it.each([
    ['toHaveLogged', 'what captureLines() returned', () => expect([]).toHaveLogged({})],
    ['toHaveLogged', 'what captureLines() returned', () => expect(undefined).not.toHaveLogged({})],
    ['toHaveEmittedMetric', 'what captureLines() returned', () => expect({}).toHaveEmittedMetric('Orders')],
    ['toHaveTraced', 'a list of segments', () => expect({ segments: [] }).toHaveTraced({})],
    ['toHaveConsumed', 'the operations of recordOperations()', () => expect(undefined).not.toHaveConsumed({})],
  ])('%s names what it needs: %s', (matcher, wanted, expectation) => {
    expect(expectation).toThrow(new TypeError(`${matcher}: expect() must be given ${wanted}`));
  });
});
