import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { type Deadline, deadline } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { type Segment, startXRayDaemon } from '@tabletheory/local';
import { logger } from '@tabletheory/logger';
import { memoryStats } from '@tabletheory/memory-stats';
import { validator } from '@tabletheory/validator';
import { xray } from '@tabletheory/xray';
import { afterAll, describe, expect, test } from 'vitest';
import { Article } from '../support/models.ts';
import { installInvokeStore, invoke } from '../support/request.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { keepLines } from '../support/written-lines.ts';

const shop = await startTables({ articles: Article });
const daemon = await startXRayDaemon();
process.env.AWS_XRAY_DAEMON_ADDRESS = daemon.address;
const uninstall = installInvokeStore();
afterAll(async () => {
  uninstall();
  await Promise.all([shop[Symbol.asyncDispose](), daemon.stop()]);
});

const traceOf = (letter: string, run: number): string => `1-0000000${run}-${letter.repeat(24)}`;
const bodyEvent = (body: object) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Lets several requests meet: `reached()` resolves when all of them have come this far. */
function meetingPoints(requests: number): () => () => Promise<void> {
  const points: { waiting: number; open: PromiseWithResolvers<void> }[] = [];
  return () => {
    let next = 0;
    return () => {
      points[next] ??= { waiting: 0, open: Promise.withResolvers<void>() };
      const point = points[next++] as (typeof points)[number];
      if (++point.waiting === requests) point.open.resolve();
      return point.open.promise;
    };
  };
}

/** The middlewares, by name, all of them made anew: each test is an environment of its own. */
function middlewares() {
  const { destination, lines } = keepLines();
  return {
    lines,
    use: {
      logger: logger({ service: 'orders', destination }),
      memoryStats: memoryStats(),
      deadline: deadline(),
      xray: xray(),
      httpErrors: httpErrors(),
      dynamodb: dynamodb({ models: { articles: Article }, client: shop.client }),
      validator: validator({
        body: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      }),
    },
  };
}

type Name = keyof ReturnType<typeof middlewares>['use'];

/** Runs request a, which succeeds, and request b, whose handler fails, so that each step of one meets the other's. */
async function runPair(order: readonly Name[], run: number) {
  const { lines, use } = middlewares();
  const meet = meetingPoints(2);
  const deadlines: Deadline[] = [];
  const contexts: any[] = [];
  const handler = middy()
    .use(order.map((name) => use[name]) as any)
    .handler(async (_event: unknown, context: any) => {
      const { tables, log, trace, input, deadline: until } = context;
      const met = meet();
      const { name } = input;
      deadlines.push(until);
      contexts.push(context);
      await met();
      trace.annotate('name', name);
      log.info({ name }, 'started');
      await tables.articles.create({ sku: `${run}-${name}`, title: name, price: 1 });
      await met();
      const item = await trace.capture('read', async () => tables.articles.getOrThrow({ sku: `${run}-${name}` }));
      if (name === 'a') await tables.articles.update({ sku: `${run}-a` }, { title: 'a again' });
      await met();
      log.info({ name }, 'finished');
      if (name === 'b') await tables.articles.create({ sku: `${run}-a`, title: 'b', price: 1 });
      return { statusCode: 200, body: item.title };
    });
  const [a, b] = await Promise.all(
    ['a', 'b'].map((letter) =>
      invoke(handler, bodyEvent({ name: letter }), {
        requestId: `request-${letter}`,
        traceId: traceOf(letter, run),
        timeout: letter === 'a' ? 20_000 : 40_000,
      }),
    ),
  );
  const isRoot = (segment: Segment, letter: string) =>
    segment.trace_id === traceOf(letter, run) && segment.name === '## orders';
  const documents = await daemon.waitFor((all) =>
    ['a', 'b'].every((letter) => all.some((segment) => isRoot(segment, letter))),
  );
  const trace = (letter: string) => documents.filter((segment) => segment.trace_id === traceOf(letter, run));
  return { a, b, lines: lines(), deadlines, contexts, traces: { a: trace('a'), b: trace('b') } };
}

const usual: Name[] = ['logger', 'memoryStats', 'deadline', 'xray', 'httpErrors', 'dynamodb', 'validator'];

describe('two requests at once', () => {
  test('have lines, traces, deadlines and tables of their own', async () => {
    const { a, b, lines, deadlines, contexts, traces } = await runPair(usual, 0);
    expect(a).toEqual({ statusCode: 200, body: 'a' });
    expect(b).toMatchObject({ statusCode: 409 });
    expect(JSON.parse(b.body)).toMatchObject({ code: 'CONDITION_FAILED', instance: 'request-b' });

    for (const letter of ['a', 'b'] as const) {
      const own = lines.filter((line) => line.function_request_id === `request-${letter}`);
      expect(own.map(({ message }) => message)).toEqual(['started', 'finished', 'request']);
      expect(own.map(({ xray_trace_id }) => xray_trace_id)).toEqual(Array(3).fill(traceOf(letter, 0)));
      expect(own.map(({ name }) => name)).toEqual([letter, letter, undefined]);

      expect(traces[letter]).toHaveLength(1);
      expect(traces[letter][0]).toMatchObject({ annotations: { name: letter } });
    }
    const [lineA, lineB] = ['a', 'b'].map((letter) =>
      lines.find((line) => line.function_request_id === `request-${letter}` && line.message === 'request'),
    );
    expect(lineA).toMatchObject({ level: 'INFO', outcome: 'success', table: { operations: 3, errors: 0 } });
    expect(lineB).toMatchObject({ level: 'WARN', outcome: 'error', table: { operations: 3, errors: 1 } });
    expect(lineB.error).toMatchObject({ name: 'ConditionFailedError', code: 'CONDITION_FAILED' });
    expect(lineA).not.toHaveProperty('error');

    const operations = (segment: Segment | undefined) =>
      segment?.subsegments?.map(({ name, aws }) => aws?.operation ?? name);
    expect(operations(traces.a[0])?.sort()).toEqual(['GetItem', 'PutItem', 'UpdateItem', 'read']);
    expect(operations(traces.b[0])?.sort()).toEqual(['GetItem', 'PutItem', 'PutItem', 'read']);
    expect(traces.a[0]?.error).toBeUndefined();
    expect(traces.b[0]?.error).toBe(true);

    expect(deadlines[0]?.signal).not.toBe(deadlines[1]?.signal);
    expect(Math.abs((deadlines[0]?.at ?? 0) - (deadlines[1]?.at ?? 0))).toBeGreaterThan(10_000);
    expect(contexts[0].tables).not.toBe(contexts[1].tables);
    expect(contexts[0].log).not.toBe(contexts[1].log);
    expect(contexts[0].input).not.toBe(contexts[1].input);
  });

  test('end by their own deadlines: one stops, the other goes on', async () => {
    const { lines, use } = middlewares();
    const stopped = Promise.withResolvers<void>();
    const handler = middy()
      .use(usual.map((name) => use[name]) as any)
      .handler(async (_event: unknown, { tables, input, deadline: { signal } }: any) => {
        if (input.name === 'short') {
          while (!signal.aborted) await sleep(10);
          await tables.articles.get({ sku: 'x' }).finally(() => stopped.resolve());
        }
        await stopped.promise;
        expect(signal.aborted).toBe(false);
        return { statusCode: 200, body: String(await tables.articles.get({ sku: 'x' })) };
      });
    const [short, long] = await Promise.all([
      invoke(handler, bodyEvent({ name: 'short' }), { requestId: 'request-short', timeout: 500 }),
      invoke(handler, bodyEvent({ name: 'long' }), { requestId: 'request-long', timeout: 60_000 }),
    ]);
    expect(short.statusCode).toBe(504);
    expect(JSON.parse(short.body)).toMatchObject({ code: 'DEADLINE_EXCEEDED', instance: 'request-short' });
    expect(long).toEqual({ statusCode: 200, body: 'undefined' });
    const requests = lines().filter(({ message }) => message === 'request');
    expect(requests).toHaveLength(2);
    // The operation that was not begun is none.
    expect(requests.find((line) => line.function_request_id === 'request-short')).not.toHaveProperty('table');
    expect(requests.find((line) => line.function_request_id === 'request-long')).toMatchObject({
      table: { operations: 1 },
    });
  });
});

describe('the order of the middlewares', () => {
  /** What can be seen from outside, without times and ids. */
  function observable({ a, b, lines, traces }: Awaited<ReturnType<typeof runPair>>) {
    const shape = (segment: Segment): unknown => ({
      name: segment.name,
      operation: segment.aws?.operation,
      table: segment.aws?.table_name,
      annotations: { ...segment.annotations, ColdStart: undefined },
      flags: [segment.error, segment.fault, segment.throttle],
      subsegments: segment.subsegments?.map(shape),
    });
    const line = ({ level, message, outcome, status_code, table, memory, error, name, function_request_id }: any) => ({
      level,
      message,
      outcome,
      status_code,
      table: table && { ...table, duration_ms: undefined },
      memory: memory && Object.keys(memory),
      error: error && { name: error.name, code: error.code, operation: error.operation },
      name,
      function_request_id,
    });
    return {
      responses: [a, b],
      lines: lines.map(line).sort((x, y) => (x.function_request_id < y.function_request_id ? -1 : 1)),
      traces: [...traces.a, ...traces.b].map(shape),
    };
  }

  const orders: Name[][] = [
    usual,
    ['dynamodb', 'xray', 'logger', 'httpErrors', 'validator', 'deadline', 'memoryStats'],
    ['validator', 'memoryStats', 'httpErrors', 'dynamodb', 'deadline', 'logger', 'xray'],
    ['xray', 'deadline', 'dynamodb', 'validator', 'memoryStats', 'logger', 'httpErrors'],
  ];

  test('changes nothing that can be seen from outside', async () => {
    const results = [];
    for (const [i, order] of orders.entries()) results.push(observable(await runPair(order, i + 1)));
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
  });

  test.each(orders)('lets a body that does not match end the request cleanly (%s first)', async (...order) => {
    const { lines, use } = middlewares();
    const handler = middy()
      .use(order.map((name) => use[name]) as any)
      .handler(async () => {
        throw new Error('must not be reached');
      });
    const response = await invoke(handler, bodyEvent({ name: 7 }), { requestId: 'request-wrong' });
    expect(response.statusCode).toBe(400);
    expect(lines()).toMatchObject([
      { level: 'WARN', outcome: 'error', status_code: 400, error: { name: 'InputError' } },
    ]);
  });
});
