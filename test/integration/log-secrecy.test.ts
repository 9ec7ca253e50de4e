import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { Tables } from '@tabletheory/core';
import { deadline } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { startXRayDaemon } from '@tabletheory/local';
import { logger } from '@tabletheory/logger';
import { xray } from '@tabletheory/xray';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Article, Reading } from '../support/models.ts';
import { installInvokeStore, invoke } from '../support/request.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { keepLines } from '../support/written-lines.ts';

const models = { articles: Article, readings: Reading };
const shop = await startTables(models);
const daemon = await startXRayDaemon();
process.env.AWS_XRAY_DAEMON_ADDRESS = daemon.address;
const uninstall = installInvokeStore();
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  uninstall();
  await Promise.all([shop[Symbol.asyncDispose](), daemon.stop()]);
});

const canary = 'canary-91c2';
const secret = { sku: canary, title: canary, price: 1, internalNote: canary, notes: { [canary]: canary } };

const failures: [what: string, fail: (tables: Tables<typeof models>) => Promise<unknown>][] = [
  ['a taken key', (t) => t.articles.create(secret)],
  ['a stale version', (t) => t.articles.put({ ...secret, version: 99 })],
  ['a condition', (t) => t.articles.delete({ sku: canary }, { if: (c) => c('title', '=', 'x') })],
  ['an item that is not there', (t) => t.articles.getOrThrow({ sku: `${canary}-2` })],
  ['a cancelled transaction', (t) => t.$transactWrite((tx) => [tx.articles.create(secret)])],
  ['a large item', (t) => t.articles.put({ ...secret, sku: 'b', notes: { a: canary.repeat(40_000) } })],
  ['a value that breaks its model', (t) => t.articles.create({ ...secret, status: canary } as any)],
  ['a page with a row that does not fit', (t) => t.readings.where('sensorId', '=', canary).all()],
];

test.each(failures)('the failure of a request by %s tells no values', async (what, fail) => {
  const takenAt = { S: '2026-01-01T00:00:00.000Z' };
  for (const unit of [{ S: canary }, { L: [{ S: canary }] }]) {
    const Item = { sensorId: { S: canary }, takenAt, value: { N: '1' }, remark: unit, unit: { S: canary } };
    await shop.client.send(new PutItemCommand({ TableName: 'readings', Item }));
    takenAt.S = '2026-01-02T00:00:00.000Z';
  }
  await shop.tables.articles.delete({ sku: canary });
  await shop.tables.articles.create(secret);
  const written = (['log', 'info', 'debug', 'warn', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  );
  const { destination, lines } = keepLines();
  const handler = middy()
    .use(logger({ level: 'trace', destination }))
    .use(deadline())
    .use(xray())
    .use(httpErrors())
    .use(dynamodb({ models, config: shop.engine.clientConfig }))
    .handler(async (_event, { tables, log }) => {
      await fail(tables).catch((error) => {
        log.warn({ error }, 'caught');
        log.warn(error);
        throw error;
      });
    });
  const traceId = `1-${what.length.toString(16).padStart(8, '0')}-aaaaaaaaaaaaaaaaaaaaaaaa`;
  const response = await invoke(handler, {}, { requestId: 'r', traceId });
  expect(response.statusCode).toBeGreaterThanOrEqual(400);
  expect(lines()).toHaveLength(3);
  const documents = await daemon.waitFor((all) => all.some(({ trace_id }) => trace_id === traceId));
  const told = { response, lines: lines(), documents, console: written.flatMap(({ mock }) => mock.calls) };
  expect(JSON.stringify(told)).not.toContain(canary);
});
