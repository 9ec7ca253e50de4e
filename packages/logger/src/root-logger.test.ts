import middy from '@middy/core';
import { declareSensitive } from '@tabletheory/invocation';
import { describe, expect, test } from 'vitest';
import { logger } from './logger.ts';
import { capture, run } from './test-destination.ts';

describe('redaction', () => {
  declareSensitive(['email', 'cardToken']);

  test('reaches records, child loggers, errors and interpolated values', async () => {
    const out = capture({ redact: ['request.headers.authorization'] });
    const customer = { email: 'a@example.com', cards: [{ cardToken: 'tok' }] };
    const handler = middy()
      .use(logger(out.options))
      .handler(async (_event, { log }) => {
        log.info(customer, 'top');
        log.info({ customer }, 'nested');
        log.child({ customer }).info('child');
        log.child({}).child({ email: 'a@example.com' }).info('grandchild');
        log.info('interpolated %j %o', customer, { customer });
        log.error({ reason: Object.assign(new Error('failed'), { item: customer }) }, 'error');
        log.info({ results: [{ reason: Object.assign(new Error('failed'), { existing: customer }) }] }, 'nested error');
        log.error(Object.assign(new Error('failed'), { response: customer }));
        log.info({ request: { headers: { authorization: 'Bearer tok' } } }, 'path');
        log.setBindings({ customer });
        log.info('bound');
      });
    await run(handler);
    expect(out.records()).toHaveLength(11);
    expect(out.text()).not.toMatch(/a@example\.com|tok/);
    expect(out.records()[0]).toMatchObject({ email: '[redacted]', cards: [{ cardToken: '[redacted]' }] });
    expect(out.records()[5]).toMatchObject({ reason: { name: 'Error', message: 'failed' } });
    expect(out.records()[8]).toMatchObject({ request: { headers: { authorization: '[redacted]' } } });
    expect(customer).toEqual({ email: 'a@example.com', cards: [{ cardToken: 'tok' }] });
  });
});

describe('a line is always written', () => {
  const circular: Record<string, unknown> = { name: 'loop' };
  circular.self = circular;
  const throwing = {
    get total(): number {
      throw new RangeError('secret');
    },
  };
  test.each<[string, object, object]>([
    ['a cycle', { circular }, { circular: { name: 'loop', self: '[circular]' } }],
    ['a bigint', { total: 12345678901234567890n }, { total: '12345678901234567890' }],
    ['a throwing getter', throwing, { total: '[unreadable: RangeError]' }],
    ['a nested throwing getter', { order: throwing }, { order: { total: '[unreadable: RangeError]' } }],
    ['a throwing toJSON', { order: { toJSON: () => JSON.parse('{') } }, { order: '[unreadable: SyntaxError]' }],
    ['a set and bytes', { labels: new Set(['a']), bytes: new Uint8Array(3) }, { labels: ['a'], bytes: '[3 bytes]' }],
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  ])('with %s', async (_name, record, written) => {
    const out = capture();
    const handler = middy()
      .use(logger(out.options))
      .handler(async (_event, { log }) => log.info(record, 'odd'));
    await run(handler);
    expect(out.records()[0]).toMatchObject({ message: 'odd', ...written });
    expect(out.text()).not.toContain('secret');
  });

  test('with a record that refuses to be read at all', async () => {
    const out = capture();
    const refuse = () => {
      throw new Error('secret');
    };
    const refusing = new Proxy({}, { get: refuse });
    const handler = middy()
      .use(logger(out.options))
      .handler(async (_event, { log }) => log.info(refusing, 'odd'));
    await run(handler);
    expect(out.records()[0]).toMatchObject({ message: 'odd', log_error: '[unreadable: Error]' });
  });

  test('and a destination that fails does not fail the request', async () => {
    const destination = {
      write() {
        throw new Error('disk full');
      },
    };
    const handler = middy()
      .use(logger({ destination }))
      .handler(async (_event, { log }) => {
        log.info('lost');
        return 'answered';
      });
    expect(await run(handler)).toBe('answered');
  });
});
