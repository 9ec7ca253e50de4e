import { existsSync, readdirSync, readFileSync } from 'node:fs';
import middy from '@middy/core';
import { deadline } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { startXRayDaemon, type XRayDaemon } from '@tabletheory/local';
import { logger } from '@tabletheory/logger';
import { memoryStats } from '@tabletheory/memory-stats';
import { validator } from '@tabletheory/validator';
import { xray } from '@tabletheory/xray';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Article } from '../support/models.ts';
import { installInvokeStore, invoke } from '../support/request.ts';
import { startTables, type TablesOnEngine } from '../support/tables-on-engine.ts';
import { keepLines } from '../support/written-lines.ts';

// Events that AWS sent, captured by others.
const folder = new URL('../../../shared/data/events/', import.meta.url);
const present = existsSync(folder);
const eventOf = (name: string): any => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const httpEvents = present ? readdirSync(folder).filter((name) => name.startsWith('apigw-')) : [];
const traceId = '1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa';

/** An event that cannot be changed without an error. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

describe.skipIf(!present)('captured events (need ../shared/data/events)', () => {
  let shop: TablesOnEngine<{ articles: typeof Article }>;
  let daemon: XRayDaemon;
  let uninstall = (): void => {};

  beforeAll(async () => {
    [shop, daemon] = await Promise.all([startTables({ articles: Article }), startXRayDaemon()]);
    process.env.AWS_XRAY_DAEMON_ADDRESS = daemon.address;
    uninstall = installInvokeStore();
  });
  afterAll(async () => {
    uninstall();
    await Promise.all([shop[Symbol.asyncDispose](), daemon.stop()]);
  });

  const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] } as const;

  describe.each(httpEvents)('%s', (name) => {
    const requestIdOf = (event: any): string => event.requestContext.requestId;

    test('passes a chain that validates other routes, and is answered', async () => {
      const { destination, lines } = keepLines();
      const handler = middy()
        .use(logger({ service: 'orders', destination }))
        .use(memoryStats())
        .use(deadline())
        .use(xray())
        .use(httpErrors())
        .use(dynamodb({ models: { articles: Article }, client: shop.client }))
        .use(validator({ routes: { 'POST /orders': schema } }))
        .handler(async (event: any, { tables, input, trace, log }) => {
          const sku = requestIdOf(event);
          trace.annotate('sku', sku);
          log.info({ sku }, 'received');
          await tables.articles.create({ sku, title: 'from an event', price: 0 });
          const found = await tables.articles.getOrThrow({ sku });
          return { statusCode: 200, body: JSON.stringify({ title: found.title, input: input ?? null }) };
        });
      const event = frozen(eventOf(name));
      const response = await invoke(handler, event, { requestId: 'r-1', traceId });
      expect(response).toEqual({ statusCode: 200, body: '{"title":"from an event","input":null}' });
      expect(event).toEqual(eventOf(name));
      expect(lines()).toMatchObject([
        { message: 'received', function_request_id: 'r-1' },
        {
          message: 'request',
          level: 'INFO',
          outcome: 'success',
          status_code: 200,
          xray_trace_id: traceId,
          table: { operations: 2, errors: 0 },
          memory: { rss: expect.any(Number) },
        },
      ]);
      const documents = await daemon.waitFor((all) =>
        all.some(({ annotations }) => annotations?.sku === requestIdOf(event)),
      );
      const own = documents.find(({ annotations }) => annotations?.sku === requestIdOf(event));
      expect(own).toMatchObject({ name: '## orders', trace_id: traceId });
      expect(own?.subsegments?.map(({ aws }) => aws?.operation)).toEqual(['PutItem', 'GetItem']);
    });

    test('is refused by a chain that needs a body, as it has none', async () => {
      const { destination, lines } = keepLines();
      const handler = middy()
        .use(logger({ service: 'orders', destination }))
        .use(memoryStats())
        .use(deadline())
        .use(xray())
        .use(httpErrors())
        .use(dynamodb({ models: { articles: Article }, client: shop.client }))
        .use(validator({ body: schema }))
        .handler(async () => {
          throw new Error('must not be reached');
        });
      const event = frozen(eventOf(name));
      const response = await invoke(handler, event, { requestId: 'r-2' });
      expect([415, 422]).toContain(response.statusCode);
      expect(response.headers['content-type']).toBe('application/problem+json');
      expect(JSON.parse(response.body)).toMatchObject({ status: response.statusCode, instance: 'r-2' });
      expect(event).toEqual(eventOf(name));
      expect(lines()).toMatchObject([
        { message: 'request', level: 'WARN', outcome: 'error', status_code: response.statusCode },
      ]);
    });
  });

  test('dynamodb-base.json passes a chain for streams', async () => {
    const { destination, lines } = keepLines();
    const handler = middy()
      .use(logger({ service: 'stream', destination }))
      .use(memoryStats())
      .use(deadline())
      .use(xray())
      .use(dynamodb({ models: { articles: Article }, client: shop.client }))
      .handler(async (event: any, { tables }) => {
        for (const { eventID, dynamodb } of event.Records) {
          await tables.articles.create({ sku: `stream-${eventID}`, title: dynamodb.NewImage.Message.S, price: 0 });
        }
        return { batchItemFailures: [] };
      });
    const event = frozen(eventOf('dynamodb-base.json'));
    expect(await invoke(handler, event, { requestId: 'r-3' })).toEqual({ batchItemFailures: [] });
    expect(event).toEqual(eventOf('dynamodb-base.json'));
    expect(await shop.tables.articles.get({ sku: 'stream-2' })).toMatchObject({ title: 'This item has changed' });
    expect(lines()).toMatchObject([{ outcome: 'success', table: { operations: 2 } }]);
    expect(lines()[0]).not.toHaveProperty('status_code');
  });
});
